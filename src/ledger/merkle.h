// The Merkle tree of RFC 6962 section 2.1, as pure functions: hashes, roots, inclusion and consistency proofs and their
// checks.
//
// A tree of n leaves is seen as the complete binary tree above them, cut off at n: node (h, k) is the hash of the
// leaves [k*2^h, min((k+1)*2^h, n)). A node whose right half is empty is its left child ("promotion"), which gives
// exactly RFC 6962's shape. Whoever has these nodes (memory, tiles) hands them in as a NodeReader; every proof is then
// a list of look-ups.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace alting::ledger {

struct Hash {
  std::array<char, 32> octets{};
  auto operator<=>(const Hash&) const = default;
  [[nodiscard]] base::ByteView view() const { return {octets.data(), octets.size()}; }
  [[nodiscard]] base::Bytes bytes() const { return base::Bytes(view()); }
  [[nodiscard]] static std::optional<Hash> from(base::ByteView bytes);          // exactly 32 octets
  [[nodiscard]] static std::optional<Hash> from_base64(std::string_view text);  // strict RFC 4648 section 4
};

[[nodiscard]] Hash hash_of(base::ByteView bytes);                   // SHA-256
[[nodiscard]] Hash leaf_hash(base::ByteView data);                  // SHA-256(0x00 || data)
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)
[[nodiscard]] Hash empty_root();                                    // SHA-256 of nothing

// The hash of node (level, index) of the tree whose size the caller of the proof function gave; only asked for nodes
// that are not empty.
using NodeReader = std::function<Hash(unsigned level, std::uint64_t index)>;

inline constexpr unsigned max_level = 62;  // a tree has fewer than 2^62 leaves

[[nodiscard]] unsigned height_of(std::uint64_t size);  // the smallest h with 2^h >= size; 0 for 0 and 1
[[nodiscard]] Hash root_of(std::uint64_t size, const NodeReader& node);
// RFC 6962 section 2.1.1, from the leaf's sibling up. Requires index < size.
[[nodiscard]] std::vector<Hash> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& node);
// RFC 6962 section 2.1.2. Requires 0 < old_size <= size.
[[nodiscard]] std::vector<Hash> consistency_proof(std::uint64_t old_size, std::uint64_t size, const NodeReader& node);

// The root that the proof leads to, or nothing when its length does not fit (RFC 9162 section 2.1.3.2).
[[nodiscard]] std::optional<Hash> root_from_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                                      std::span<const Hash> proof);
// Whether the tree of `size` and `root` begins with the tree of `old_size` and `old_root` (RFC 9162 section 2.1.4.2).
[[nodiscard]] bool consistency_holds(std::uint64_t old_size, const Hash& old_root, std::uint64_t size, const Hash& root,
                                     std::span<const Hash> proof);

// The right edge of a growing tree: the roots of its complete subtrees, largest first. Enough to add leaves and know
// the root.
class Frontier {
 public:
  void add(const Hash& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;  // one for each bit of size_ that is set, the largest subtree first
};

}  // namespace alting::ledger
