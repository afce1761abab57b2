#include "ledger/tree.h"

#include <stdexcept>

namespace alting::ledger {

TreeView::TreeView(std::uint64_t size, std::vector<PlacedTile> tiles) : size_(size), tiles_(std::move(tiles)) {
  const unsigned height = height_of(size);
  bool some = false;  // whether border_[level] holds anything
  for (unsigned level = 0; level <= height; ++level) {
    if (((size >> level) & 1) == 0) {
      if (some) border_[level + 1] = border_[level];
      continue;
    }
    const Hash left = complete(level, (size >> level) - 1, {});
    border_[level + 1] = some ? node_hash(left, border_[level]) : left;
    some = true;
  }
  root_ = size == 0 ? empty_root() : border_[height + 1];
}

std::shared_ptr<const Tile> TreeView::find(unsigned level, std::uint64_t number) const {
  for (const auto& placed : tiles_)
    if (placed.level == level && placed.number == number) return placed.tile;
  return nullptr;
}

Hash TreeView::complete(unsigned level, std::uint64_t index, const Loader& load) const {
  const unsigned within = level % tile_height;
  const std::uint64_t number = index >> (tile_height - within);
  std::shared_ptr<const Tile> tile = find(level / tile_height, number);
  if (!tile && load) tile = load(level / tile_height, number);
  if (!tile) throw std::logic_error("a tile of the tree is missing");
  return tile->node(within, index - (number << (tile_height - within)));
}

Hash TreeView::node(unsigned level, std::uint64_t index, const Loader& load) const {
  return ((index + 1) << level) <= size_ ? complete(level, index, load) : border_[level];
}

std::vector<Hash> TreeView::prove(std::uint64_t index, const Loader& load) const {
  return inclusion_proof(index, size_, [&](unsigned level, std::uint64_t at) { return node(level, at, load); });
}

std::vector<Hash> TreeView::prove_consistency(std::uint64_t old_size, const Loader& load) const {
  return consistency_proof(old_size, size_, [&](unsigned level, std::uint64_t at) { return node(level, at, load); });
}

Hash TreeView::root_at(std::uint64_t old_size, const Loader& load) const {
  if (old_size == 0) return empty_root();
  if (old_size > size_) throw std::logic_error("the root of a tree larger than this one");
  bool some = false;
  Hash hash;
  for (unsigned level = 0; level <= height_of(old_size); ++level) {
    if (((old_size >> level) & 1) == 0) continue;
    const Hash left = complete(level, (old_size >> level) - 1, load);
    hash = some ? node_hash(left, hash) : left;
    some = true;
  }
  return hash;
}

void Tree::add(const Hash& leaf) {
  add_at(0, leaf);
  ++size_;
}

void Tree::add_at(unsigned level, const Hash& hash) {
  const std::uint64_t place = size_ >> (tile_height * level);  // of the new slot within its level
  if (edge_.size() <= level) edge_.resize(level + 1);
  auto& tile = edge_[level];
  if (!tile) tile = std::make_shared<Tile>();
  const auto slot = static_cast<unsigned>(place % tile_width);
  tile->set(slot, hash);
  if (slot + 1 < tile_width) return;
  const Hash root = tile->node(tile_height, 0);
  completed_.push_back({level, place / tile_width, std::move(tile)});
  tile = nullptr;
  add_at(level + 1, root);
}

std::shared_ptr<const TreeView> Tree::view() {
  std::vector<PlacedTile> tiles = std::move(completed_);
  completed_.clear();
  for (unsigned level = 0; level < edge_.size(); ++level)
    if (edge_[level]) tiles.push_back({level, size_ >> (tile_height * (level + 1)), edge_[level]});
  return std::make_shared<const TreeView>(size_, std::move(tiles));
}

}  // namespace alting::ledger
