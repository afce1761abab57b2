#include "ledger/tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace alting::ledger {
namespace {

Hash nth_leaf(std::uint64_t i) { return leaf_hash("leaf " + std::to_string(i)); }

TEST(TilePath, IsWrittenAsTheSpecificationSays) {
  EXPECT_EQ((TilePath{false, 0, 1234067, 256}.text()), "tile/0/x001/x234/067");
  EXPECT_EQ((TilePath{false, 3, 0, 17}.text()), "tile/3/000.p/17");
  EXPECT_EQ((TilePath{true, 0, 273, 112}.text()), "tile/entries/273.p/112");
  for (const char* path :
       {"tile/0/x001/x234/067", "tile/3/000.p/17", "tile/entries/273.p/112", "tile/0/999", "tile/1/x001/000"}) {
    const auto parsed = TilePath::parse(path);
    ASSERT_TRUE(parsed) << path;
    EXPECT_EQ(parsed->text(), path);
  }
  for (const char* bad : {"", "tile", "tile/", "tile/0", "tile/0/", "tile/00/000", "tile/0/1", "tile/0/0001",
                          "tile/0/x000/001", "tile/0/001/002", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
                          "tile/0/000.p/", "tile/64/000", "tile/entries/../000", "tile/0/-01"})
    EXPECT_FALSE(TilePath::parse(bad)) << bad;
}

TEST(TilePath, TheExampleTreeOf70000HasTheTilesOfTheSpecification) {
  EXPECT_EQ(width_in(70000, 0, 272), 256U);
  EXPECT_EQ(width_in(70000, 0, 273), 112U);
  EXPECT_EQ(width_in(70000, 0, 274), 0U);
  EXPECT_EQ(width_in(70000, 1, 0), 256U);
  EXPECT_EQ(width_in(70000, 1, 1), 17U);
  EXPECT_EQ(width_in(70000, 2, 0), 1U);
  EXPECT_EQ(width_in(70000, 3, 0), 0U);
  EXPECT_EQ(width_in(256, 1, 0), 1U);
}

RC_GTEST_PROP(Tree, EveryLeafOfABatchIsProvedFromMemoryAndOlderOnesFromTiles, ()) {
  std::map<std::pair<unsigned, std::uint64_t>, std::shared_ptr<Tile>> stored;
  const auto load = [&](unsigned level, std::uint64_t number) -> std::shared_ptr<const Tile> {
    return stored[{level, number}];
  };
  Tree durable;
  Frontier frontier;
  std::vector<std::pair<std::uint64_t, Hash>> roots;
  const auto batches = *rc::gen::container<std::vector<int>>(
      6, rc::gen::weightedOneOf<int>({{3, rc::gen::inRange(1, 80)}, {1, rc::gen::inRange(1, 1500)}}));
  for (const int batch : batches) {
    Tree undone = durable;  // a commit that fails leaves no trace
    for (int i = 0; i < *rc::gen::inRange(0, 300); ++i) undone.add(leaf_hash("never"));
    Tree next = durable;
    const std::uint64_t first = next.size();
    for (int i = 0; i < batch; ++i) {
      frontier.add(nth_leaf(next.size()));
      next.add(nth_leaf(next.size()));
    }
    for (const auto& full : next.completed())
      stored[{full.level, full.number}] = Tile::from(full.tile->slots(tile_width));
    const auto view = next.view();
    durable = next;
    RC_ASSERT(view->root() == frontier.root());
    for (const std::uint64_t i : {first, first + static_cast<std::uint64_t>(batch) / 2, view->size() - 1})
      RC_ASSERT(root_from_inclusion(nth_leaf(i), i, view->size(), view->prove(i)) == view->root());
    const auto old = *rc::gen::inRange<std::uint64_t>(0, view->size());
    RC_ASSERT(root_from_inclusion(nth_leaf(old), old, view->size(), view->prove(old, load)) == view->root());
    for (const auto& [size, root] : roots) {
      RC_ASSERT(view->root_at(size, load) == root);
      RC_ASSERT(consistency_holds(size, root, view->size(), view->root(), view->prove_consistency(size, load)));
    }
    roots.emplace_back(view->size(), view->root());
  }
}

TEST(Tree, GrowsOverTheFirstLevelsOfTiles) {
  Tree tree;
  Frontier frontier;
  std::map<unsigned, int> completed;
  for (std::uint64_t i = 0; i < 66'000; ++i) {
    tree.add(nth_leaf(i));
    frontier.add(nth_leaf(i));
    if (i % 1000 == 999) {
      for (const auto& full : tree.completed()) ++completed[full.level];
      ASSERT_EQ(tree.view()->root(), frontier.root());
    }
  }
  EXPECT_EQ(completed[0], 66'000 / 256);
  EXPECT_EQ(completed[1], 1);
}

}  // namespace
}  // namespace alting::ledger
