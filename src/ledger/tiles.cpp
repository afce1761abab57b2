#include "ledger/tiles.h"

#include <fmt/format.h>

#include "ledger/decimal.h"

namespace alting::ledger {

std::string TilePath::text() const {
  std::string groups = fmt::format("{:03}", number % 1000);
  for (std::uint64_t rest = number / 1000; rest > 0; rest /= 1000)
    groups = fmt::format("x{:03}/", rest % 1000) + groups;
  std::string path = entries ? "tile/entries/" + groups : fmt::format("tile/{}/{}", level, groups);
  if (width < tile_width) path += fmt::format(".p/{}", width);
  return path;
}

std::optional<TilePath> TilePath::parse(std::string_view text) {
  if (text.size() > 64 || !text.starts_with("tile/")) return std::nullopt;
  const std::string_view whole = text;
  text.remove_prefix(5);
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  TilePath path;
  path.entries = text.substr(0, slash) == "entries";
  if (!path.entries) {
    const auto level = parse_decimal(text.substr(0, slash), 7);
    if (!level) return std::nullopt;
    path.level = static_cast<unsigned>(*level);
  }
  text.remove_prefix(slash + 1);
  if (const auto partial = text.find(".p/"); partial != std::string_view::npos) {
    const auto width = parse_decimal(text.substr(partial + 3), tile_width - 1);
    if (!width || *width == 0) return std::nullopt;
    path.width = static_cast<unsigned>(*width);
    text = text.substr(0, partial);
  }
  for (const char c : text) {
    if (c == 'x' || c == '/') continue;
    if (c < '0' || c > '9' || path.number > (std::uint64_t{1} << 53)) return std::nullopt;
    path.number = path.number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (path.text() != whole) return std::nullopt;
  return path;
}

unsigned width_in(std::uint64_t size, unsigned level, std::uint64_t number) {
  if (level > 7) return 0;
  const std::uint64_t slots = size >> (tile_height * level);
  if (number >= slots / tile_width + 1) return 0;
  const std::uint64_t left = slots - number * tile_width;
  return static_cast<unsigned>(left < tile_width ? left : tile_width);
}

void Tile::set(unsigned place, const Hash& hash) {
  nodes_[place] = hash;
  std::size_t index = place;
  for (unsigned height = 1; height <= tile_height && (index & 1) != 0; ++height) {
    index >>= 1;
    nodes_[first_of(height) + index] = node_hash(node(height - 1, 2 * index), node(height - 1, 2 * index + 1));
  }
}

base::Bytes Tile::slots(unsigned width) const {
  base::Bytes bytes;
  bytes.reserve(std::size_t{32} * width);
  for (unsigned i = 0; i < width; ++i) bytes += nodes_[i].view();
  return bytes;
}

std::shared_ptr<Tile> Tile::from(base::ByteView slots) {
  if (slots.size() % 32 != 0 || slots.size() > std::size_t{32} * tile_width) return nullptr;
  auto tile = std::make_shared<Tile>();
  for (unsigned i = 0; std::size_t{32} * i < slots.size(); ++i)
    tile->set(i, *Hash::from(slots.substr(std::size_t{32} * i, 32)));
  return tile;
}

}  // namespace alting::ledger
