#include "parties/recent_parties.h"

#include <gtest/gtest.h>

#include "parties/testing/test_registers.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

using Ids = std::vector<std::int64_t>;

class RecentPartiesOn : public ::testing::TestWithParam<store::Engine> {
 protected:
  static Ids ids(const std::vector<terms::PartyId>& parties) {
    Ids out;
    for (const auto& party : parties) out.push_back(party.value);
    return out;
  }
  Ids stored() {
    return registers.temp.database().read([](store::Tx& tx) {
      Ids out;
      for (const auto& row : tx.query("SELECT party FROM recent_party WHERE user_id = 7 ORDER BY used_at DESC"))
        out.push_back(store::read_one<std::int64_t>(row));
      return out;
    });
  }
  testing::TestRegisters registers{GetParam(), false};
};

TEST_P(RecentPartiesOn, ANoteIsListedAtOnceAndStoredWithTheBatch) {
  RecentParties recent(registers.temp.database(), registers.clock);
  for (const std::int64_t party : {1, 2, 3, 1}) recent.note(7, {party});
  recent.note(8, {9});
  EXPECT_EQ(ids(recent.list(7, 20)), (Ids{1, 3, 2}));
  EXPECT_EQ(ids(recent.list(7, 2)), (Ids{1, 3}));
  recent.write_waiting();
  EXPECT_EQ(stored(), (Ids{1, 3, 2}));
  EXPECT_EQ(ids(recent.list(7, 20)), (Ids{1, 3, 2}));
  recent.note(7, {2});
  EXPECT_EQ(ids(recent.list(7, 20)), (Ids{2, 1, 3}));
}

TEST_P(RecentPartiesOn, TheLastNotesAreStoredWhenTheProgramEnds) {
  {
    RecentParties(registers.temp.database(), registers.clock).note(7, {5});
  }
  EXPECT_EQ(stored(), Ids{5});
}

TEST_P(RecentPartiesOn, StaysWithTheSamePartyWithoutWritingForFiveMinutes) {
  RecentParties recent(registers.temp.database(), registers.clock);
  const auto used_at = [&] {
    recent.write_waiting();
    return registers.temp.database().read([](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, "SELECT used_at FROM recent_party WHERE user_id = 7");
    });
  };
  recent.note(7, {5});
  const auto first = used_at();
  registers.clock.advance(base::Duration::minutes(4));
  recent.note(7, {5});
  EXPECT_EQ(used_at(), first);
  registers.clock.advance(base::Duration::minutes(2));
  recent.note(7, {5});
  EXPECT_EQ(used_at(), first + base::Duration::minutes(6).micros);
}

TEST_P(RecentPartiesOn, KeepsTheTwentyLatest) {
  RecentParties recent(registers.temp.database(), registers.clock);
  for (std::int64_t party = 1; party <= 30; ++party) recent.note(7, {party});
  EXPECT_EQ(recent.list(7, 100).size(), 20U);
  EXPECT_EQ(recent.list(7, 100).back().value, 11);
  recent.write_waiting();
  EXPECT_EQ(stored().size(), 20U);
  EXPECT_EQ(recent.list(7, 100).back().value, 11);
}

INSTANTIATE_TEST_SUITE_P(Engines, RecentPartiesOn, store::testing::engines(), store::testing::engine_name);

}  // namespace
}  // namespace alting::parties
