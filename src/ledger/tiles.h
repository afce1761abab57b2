// The tree's public face: paths and contents of tiles (C2SP tlog-tiles), 256 hashes wide.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/merkle.h"

namespace alting::ledger {

inline constexpr unsigned tile_height = 8;
inline constexpr unsigned tile_width = 1U << tile_height;

// "tile/<L>/<N>[.p/<W>]" or "tile/entries/<N>[.p/<W>]"; N in groups of three digits, all but the last with an 'x'
// before them.
struct TilePath {
  bool entries = false;
  unsigned level = 0;  // 0 to 7 (a tree has fewer than 2^62 leaves)
  std::uint64_t number = 0;
  unsigned width = tile_width;  // below 256 for a partial tile
  bool operator==(const TilePath&) const = default;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<TilePath> parse(std::string_view text);  // only the one spelling of each path
};

// How many hashes tile (level, number) has in a tree of this size: 0 when it is not there.
[[nodiscard]] unsigned width_in(std::uint64_t size, unsigned level, std::uint64_t number);

// A tile with the inner nodes of its subtree, so that a proof is a look-up. Slots are only ever appended; a reader that
// knows the size of its tree never looks at a slot that is still to be written.
class Tile {
 public:
  // Sets slot `place` (they come in order) and every node that it completes.
  void set(unsigned place, const Hash& hash);
  // Node `index` of height 0 (the slots) to 8 (the root of a full tile).
  [[nodiscard]] const Hash& node(unsigned height, std::uint64_t index) const {
    return nodes_[first_of(height) + static_cast<std::size_t>(index)];
  }
  [[nodiscard]] base::Bytes slots(unsigned width) const;
  [[nodiscard]] static std::shared_ptr<Tile> from(
      base::ByteView slots);  // a multiple of 32 octets, at most 8192; else nullptr

 private:
  static constexpr std::size_t first_of(unsigned height) { return 2U * tile_width - (2U * tile_width >> height); }
  std::array<Hash, 2 * tile_width - 1> nodes_{};
};

}  // namespace alting::ledger
