// The growing end of the tree in memory: enough to add leaves, and to prove every leaf of a commit the moment it is
// durable.
//
// Tree is a value: the next state is a copy to which leaves are added, and it replaces the first only when its commit
// is durable. Copies share their tiles, which only ever gain slots; each state looks no further than its own size, so a
// batch that was rolled back leaves only slots that nobody reads and the next batch writes again.
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "ledger/merkle.h"
#include "ledger/tiles.h"

namespace alting::ledger {

struct PlacedTile {
  unsigned level = 0;
  std::uint64_t number = 0;
  std::shared_ptr<Tile> tile;
};

// A tree of one size, for proofs. Immutable and shared between threads.
class TreeView {
 public:
  // Loads a tile that is not among `tiles`; may be empty, then every tile must be.
  using Loader = std::function<std::shared_ptr<const Tile>(unsigned level, std::uint64_t number)>;
  TreeView(std::uint64_t size, std::vector<PlacedTile> tiles);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const Hash& root() const { return root_; }
  [[nodiscard]] std::vector<Hash> prove(std::uint64_t index, const Loader& load = {}) const;
  [[nodiscard]] std::vector<Hash> prove_consistency(std::uint64_t old_size, const Loader& load = {}) const;
  // The root this tree had at an earlier size (0 < old_size <= size).
  [[nodiscard]] Hash root_at(std::uint64_t old_size, const Loader& load) const;
  [[nodiscard]] std::shared_ptr<const Tile> find(unsigned level, std::uint64_t number) const;

 private:
  [[nodiscard]] Hash complete(unsigned level, std::uint64_t index, const Loader& load) const;
  [[nodiscard]] Hash node(unsigned level, std::uint64_t index, const Loader& load) const;
  std::uint64_t size_;
  std::vector<PlacedTile> tiles_;
  std::array<Hash, max_level + 2> border_{};  // border_[h]: the leaves past the last complete node of height h
  Hash root_;
};

class Tree {
 public:
  // A tree of no leaves; or of `size` leaves, given the partial tile at each level (nullptr where a level has none).
  Tree() = default;
  Tree(std::uint64_t size, std::vector<std::shared_ptr<Tile>> edge) : size_(size), edge_(std::move(edge)) {}
  void add(const Hash& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // The tiles that became full since the last call to view().
  [[nodiscard]] const std::vector<PlacedTile>& completed() const { return completed_; }
  // The tree as it is now, with every tile that the leaves since the last view() need; forgets the completed ones.
  [[nodiscard]] std::shared_ptr<const TreeView> view();

 private:
  void add_at(unsigned level, const Hash& hash);
  std::uint64_t size_ = 0;
  std::vector<std::shared_ptr<Tile>> edge_;  // the partial tile of each level
  std::vector<PlacedTile> completed_;
};

}  // namespace alting::ledger
