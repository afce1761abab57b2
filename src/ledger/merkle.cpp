#include "ledger/merkle.h"

#include <bit>
#include <cassert>
#include <cstring>
#include <stdexcept>

#include "crypto/hash.h"

namespace alting::ledger {

std::optional<Hash> Hash::from(base::ByteView bytes) {
  Hash hash;
  if (bytes.size() != hash.octets.size()) return std::nullopt;
  std::memcpy(hash.octets.data(), bytes.data(), bytes.size());
  return hash;
}

std::optional<Hash> Hash::from_base64(std::string_view text) {
  if (text.size() != 44) return std::nullopt;
  auto bytes = base::from_base64(text);
  if (!bytes) return std::nullopt;
  return from(*bytes);
}

Hash hash_of(base::ByteView bytes) { return Hash::from(crypto::sha256(bytes)).value(); }

Hash leaf_hash(base::ByteView data) {
  base::Bytes input(1, '\0');
  input += data;
  return hash_of(input);
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<char, 65> input;
  input[0] = 1;
  std::memcpy(input.data() + 1, left.octets.data(), 32);
  std::memcpy(input.data() + 33, right.octets.data(), 32);
  return hash_of({input.data(), input.size()});
}

Hash empty_root() { return hash_of({}); }

unsigned height_of(std::uint64_t size) { return size <= 1 ? 0 : static_cast<unsigned>(std::bit_width(size - 1)); }

Hash root_of(std::uint64_t size, const NodeReader& node) { return size == 0 ? empty_root() : node(height_of(size), 0); }

std::vector<Hash> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& node) {
  if (index >= size) throw std::logic_error("inclusion proof of a leaf outside the tree");
  std::vector<Hash> proof;
  const unsigned height = height_of(size);
  for (unsigned level = 0; level < height; ++level) {
    const std::uint64_t sibling = (index >> level) ^ 1;
    if ((sibling << level) < size) proof.push_back(node(level, sibling));
  }
  return proof;
}

namespace {

// SUBPROOF of RFC 6962 over the leaves [start, start + size): `whole` says that the old tree's hash of it is known to
// the verifier.
void subproof(std::uint64_t old_size, std::uint64_t start, std::uint64_t size, bool whole, const NodeReader& node,
              std::vector<Hash>& proof) {
  const unsigned height = height_of(size);
  if (old_size == size) {
    if (!whole) proof.push_back(node(height, start >> height));
    return;
  }
  const std::uint64_t split = std::uint64_t{1} << (height - 1);
  const std::uint64_t left = start >> (height - 1);
  if (old_size <= split) {
    subproof(old_size, start, split, whole, node, proof);
    proof.push_back(node(height - 1, left + 1));
  } else {
    subproof(old_size - split, start + split, size - split, false, node, proof);
    proof.push_back(node(height - 1, left));
  }
}

}  // namespace

std::vector<Hash> consistency_proof(std::uint64_t old_size, std::uint64_t size, const NodeReader& node) {
  if (old_size == 0 || old_size > size) throw std::logic_error("consistency proof of a tree that is not smaller");
  std::vector<Hash> proof;
  subproof(old_size, 0, size, true, node, proof);
  return proof;
}

std::optional<Hash> root_from_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                        std::span<const Hash> proof) {
  if (index >= size) return std::nullopt;
  std::uint64_t at = index, last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return std::nullopt;
    if ((at & 1) != 0 || at == last) {
      hash = node_hash(sibling, hash);
      while ((at & 1) == 0 && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    at >>= 1;
    last >>= 1;
  }
  if (last != 0) return std::nullopt;
  return hash;
}

bool consistency_holds(std::uint64_t old_size, const Hash& old_root, std::uint64_t size, const Hash& root,
                       std::span<const Hash> proof) {
  if (old_size > size) return false;
  if (old_size == 0) return proof.empty() && old_root == empty_root();  // everything begins with nothing
  if (old_size == size) return proof.empty() && old_root == root;
  std::uint64_t at = old_size - 1, last = size - 1;
  while ((at & 1) != 0) {
    at >>= 1;
    last >>= 1;
  }
  std::size_t next = 0;
  Hash old_hash = old_root, new_hash = old_root;
  if (at != 0) {  // the old tree is not one complete subtree: the proof begins with its last one
    if (proof.empty()) return false;
    old_hash = new_hash = proof[next++];
  }
  for (; next < proof.size(); ++next) {
    if (last == 0) return false;
    const Hash& sibling = proof[next];
    if ((at & 1) != 0 || at == last) {
      old_hash = node_hash(sibling, old_hash);
      new_hash = node_hash(sibling, new_hash);
      while ((at & 1) == 0 && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, sibling);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == root;
}

void Frontier::add(const Hash& leaf) {
  Hash hash = leaf;
  for (std::uint64_t bit = 1; (size_ & bit) != 0; bit <<= 1) {
    hash = node_hash(peaks_.back(), hash);
    peaks_.pop_back();
  }
  peaks_.push_back(hash);
  ++size_;
}

Hash Frontier::root() const {
  if (peaks_.empty()) return empty_root();
  Hash hash = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) hash = node_hash(peaks_[i], hash);
  return hash;
}

}  // namespace alting::ledger
