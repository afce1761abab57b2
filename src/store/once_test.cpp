#include "store/once.h"

#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/migrations.h"
#include "store/retention_jobs.h"
#include "store/room_catalogue.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

class OnceTest : public ::testing::TestWithParam<Engine> {
 protected:
  OnceTest() : temp(GetParam()) { migrate(temp.database(), clock, {migrations()}); }
  base::Result<std::string> post(std::string_view actor, const std::function<base::Result<std::string>()>& work,
                                 std::string_view act = "test.do 1") {
    return temp.database().write([&](Tx& tx) { return once(tx, id, actor, act, clock.now(), work); });
  }
  base::SystemRandom random;
  base::ManualClock clock{{1'795'000'000'000'000}};
  testing::TempDatabase temp;
  base::Uuid id = base::Uuid::v4(random);
};
INSTANTIATE_TEST_SUITE_P(Engines, OnceTest, testing::engines(), testing::engine_name);

TEST_P(OnceTest, repeating_gives_the_first_outcome) {
  EXPECT_EQ(*post("party:1", [] { return std::string("first"); }), "first");
  EXPECT_EQ(*post("party:1", []() -> base::Result<std::string> { throw std::logic_error("done twice"); }), "first");
}

TEST_P(OnceTest, anothers_id_is_refused) {
  ASSERT_TRUE(post("party:1", [] { return std::string("first"); }));
  EXPECT_EQ(post("party:2", [] { return std::string("second"); }).error().kind, base::ErrorKind::forbidden);
}

TEST_P(OnceTest, an_id_used_for_something_else_or_on_something_else_is_refused_and_nothing_is_done) {
  ASSERT_TRUE(post("party:1", [] { return std::string("first"); }));
  for (const auto* act : {"test.undo 1", "test.do 2", ""}) {
    const auto refused =
        post("party:1", []() -> base::Result<std::string> { throw std::logic_error("done under a used id"); }, act);
    ASSERT_FALSE(refused) << act;
    EXPECT_EQ(refused.error().code, "error.once.other_act");
  }
}

TEST_P(OnceTest, a_page_may_say_what_was_done_to_the_one_who_did_it) {
  ASSERT_TRUE(post("party:1", [] { return std::string("first"); }));
  EXPECT_TRUE(was_done(temp.database(), id.text(), "party:1", "test.do"));
  EXPECT_FALSE(was_done(temp.database(), id.text(), "party:1", "test.undo"));
  EXPECT_FALSE(was_done(temp.database(), id.text(), "party:1", "test"));
  EXPECT_FALSE(was_done(temp.database(), id.text(), "party:2", "test.do"));
  EXPECT_FALSE(was_done(temp.database(), base::Uuid::v4(random).text(), "party:1", "test.do"));
  EXPECT_FALSE(was_done(temp.database(), "trukket", "party:1", "test.do"));
}

TEST_P(OnceTest, a_refusal_is_not_stored) {
  EXPECT_FALSE(post("party:1", []() -> base::Result<std::string> {
    return base::make_error(base::ErrorKind::conflict, "error.test");
  }));
  EXPECT_EQ(*post("party:1", [] { return std::string("later"); }), "later");
}

TEST_P(OnceTest, many_at_the_same_time_do_it_once) {
  std::atomic<int> committed = 0;
  {
    std::vector<std::jthread> workers;
    for (int t = 0; t < 8; ++t) {
      workers.emplace_back([&, t] {
        const auto outcome = post("party:1", [&] { return std::to_string(t); });
        ASSERT_TRUE(outcome);
        if (*outcome == std::to_string(t)) ++committed;
      });
    }
  }
  EXPECT_EQ(committed, 1);
}

TEST_P(OnceTest, old_ones_are_forgotten) {
  ASSERT_TRUE(post("party:1", [] { return std::string("first"); }));
  const Catalogue catalogue({&room_catalogue()});
  const auto forget = [&](base::Instant now) {
    return end_rows(temp.database(), catalogue.table("store_once"), catalogue.rule("store.once"), now);
  };
  EXPECT_EQ(forget(clock.now() + base::Duration::hours(24)), 0);
  EXPECT_EQ(forget(clock.now() + base::Duration::hours(24) + base::Duration::seconds(1)), 1);
  EXPECT_FALSE(*temp.database().read([&](Tx& tx) { return outcome_of(tx, id, "party:1", "test.do 1"); }));
}

}  // namespace
}  // namespace alting::store
