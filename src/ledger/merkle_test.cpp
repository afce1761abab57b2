#include "ledger/merkle.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace alting::ledger {
namespace {

// RFC 6962 section 2.1, word for word.
Hash naive_root(std::span<const base::Bytes> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaf_hash(leaves[0]);
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return node_hash(naive_root(leaves.first(split)), naive_root(leaves.subspan(split)));
}

std::vector<Hash> naive_path(std::size_t index, std::span<const base::Bytes> leaves) {
  if (leaves.size() == 1) return {};
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  auto path = index < split ? naive_path(index, leaves.first(split)) : naive_path(index - split, leaves.subspan(split));
  path.push_back(index < split ? naive_root(leaves.subspan(split)) : naive_root(leaves.first(split)));
  return path;
}

NodeReader reader_of(const std::vector<base::Bytes>& leaves, std::size_t size) {
  return [&leaves, size](unsigned level, std::uint64_t index) {
    const std::size_t from = static_cast<std::size_t>(index << level);
    const std::size_t to = std::min(size, static_cast<std::size_t>((index + 1) << level));
    return naive_root(std::span(leaves).subspan(from, to - from));
  };
}

std::vector<base::Bytes> numbered_leaves(std::size_t count) {
  std::vector<base::Bytes> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back("leaf " + std::to_string(i));
  return leaves;
}

std::vector<base::Bytes> certificate_transparency_leaves() {
  std::vector<base::Bytes> leaves;
  for (const char* hex :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"})
    leaves.push_back(base::from_hex(hex).value());
  return leaves;
}

TEST(Merkle, KnownRootsOfCertificateTransparency) {
  const auto leaves = certificate_transparency_leaves();
  const std::vector<std::string> roots{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  EXPECT_EQ(base::to_hex(empty_root().view()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Frontier frontier;
  EXPECT_EQ(frontier.root(), empty_root());
  for (std::size_t n = 1; n <= leaves.size(); ++n) {
    frontier.add(leaf_hash(leaves[n - 1]));
    EXPECT_EQ(base::to_hex(frontier.root().view()), roots[n - 1]);
    EXPECT_EQ(base::to_hex(root_of(n, reader_of(leaves, n)).view()), roots[n - 1]);
  }
}

TEST(Merkle, EveryInclusionProofOfSmallTreesIsTheNaiveOneAndVerifies) {
  const auto leaves = numbered_leaves(70);
  for (std::size_t n = 1; n <= leaves.size(); ++n) {
    const Hash root = naive_root(std::span(leaves).first(n));
    for (std::size_t i = 0; i < n; ++i) {
      const auto proof = inclusion_proof(i, n, reader_of(leaves, n));
      ASSERT_EQ(proof, naive_path(i, std::span(leaves).first(n)));
      ASSERT_EQ(root_from_inclusion(leaf_hash(leaves[i]), i, n, proof), root);
    }
  }
}

TEST(Merkle, EveryConsistencyProofOfSmallTreesVerifies) {
  const auto leaves = numbered_leaves(50);
  for (std::size_t n = 1; n <= leaves.size(); ++n)
    for (std::size_t m = 1; m <= n; ++m) {
      const auto proof = consistency_proof(m, n, reader_of(leaves, n));
      ASSERT_TRUE(consistency_holds(m, naive_root(std::span(leaves).first(m)), n,
                                    naive_root(std::span(leaves).first(n)), proof))
          << m << " " << n;
    }
}

RC_GTEST_PROP(Merkle, AChangedProofOrPlaceNeverLeadsToTheRoot, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(2, 200);
  const auto i = *rc::gen::inRange<std::size_t>(0, n);
  const auto leaves = numbered_leaves(n);
  const Hash root = naive_root(leaves);
  auto proof = inclusion_proof(i, n, reader_of(leaves, n));
  const auto which = *rc::gen::inRange<std::size_t>(0, proof.size());
  const auto octet = *rc::gen::inRange<std::size_t>(0, 32);
  auto changed = proof;
  changed[which].octets[octet] = static_cast<char>(changed[which].octets[octet] ^ 1);
  RC_ASSERT(root_from_inclusion(leaf_hash(leaves[i]), i, n, changed) != root);
  auto shorter = proof;
  shorter.pop_back();
  RC_ASSERT(root_from_inclusion(leaf_hash(leaves[i]), i, n, shorter) != root);
  proof.push_back(root);
  RC_ASSERT(root_from_inclusion(leaf_hash(leaves[i]), i, n, proof) != root);
  const auto other = *rc::gen::inRange<std::size_t>(0, n);
  if (other != i)
    RC_ASSERT(root_from_inclusion(leaf_hash(leaves[other]), i, n, inclusion_proof(i, n, reader_of(leaves, n))) != root);
}

RC_GTEST_PROP(Merkle, AChangedHistoryIsNeverConsistent, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(2, 120);
  const auto m = *rc::gen::inRange<std::size_t>(1, n);
  const auto leaves = numbered_leaves(n);
  auto forged = leaves;
  forged[*rc::gen::inRange<std::size_t>(0, m)] += "!";
  const auto proof = consistency_proof(m, n, reader_of(forged, n));
  RC_ASSERT(!consistency_holds(m, naive_root(std::span(leaves).first(m)), n, naive_root(forged), proof));
}

TEST(Merkle, ProofsOfImpossibleTreesAreRefused) {
  const Hash hash = leaf_hash("x");
  EXPECT_EQ(root_from_inclusion(hash, 0, 0, {}), std::nullopt);
  EXPECT_EQ(root_from_inclusion(hash, 1, 1, {}), std::nullopt);
  EXPECT_EQ(root_from_inclusion(hash, 0, 1, {}), hash);
  EXPECT_FALSE(consistency_holds(3, hash, 2, hash, {}));
  EXPECT_TRUE(consistency_holds(2, hash, 2, hash, {}));
}

}  // namespace
}  // namespace alting::ledger
