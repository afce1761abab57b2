#include "store/quota.h"

#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/migrations.h"
#include "store/retention_jobs.h"
#include "store/room_catalogue.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

class QuotaTest : public ::testing::TestWithParam<Engine> {
 protected:
  QuotaTest() : temp(GetParam()) { migrate(temp.database(), clock, {migrations()}); }
  base::Status spend(Spending what, std::int64_t person, std::optional<terms::PartyId> party = {},
                     std::int64_t amount = 1) {
    return temp.database().write(
        [&](Tx& tx) -> base::Status { return quotas.spend(tx, what, clock.now(), {person}, party, amount); });
  }
  base::ManualClock clock{{std::int64_t{3'600} * 1'000'000 * 498'700}};  // a full hour
  testing::TempDatabase temp;
  Quotas quotas{{.bytes = 100, .deletions = 2, .drafts = 2, .entries = 2, .logins = 2, .sent = 2}};
};
INSTANTIATE_TEST_SUITE_P(Engines, QuotaTest, testing::engines(), testing::engine_name);

TEST_P(QuotaTest, an_hours_budget_is_refused_beyond_and_says_how_long_is_left) {
  EXPECT_TRUE(spend(Spending::drafts, 1));
  EXPECT_TRUE(spend(Spending::drafts, 1));
  clock.advance(base::Duration::seconds(48 * 60 + 1));
  const auto refused = spend(Spending::drafts, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::too_many);
  EXPECT_EQ(refused.error().code, "error.quota.drafts");
  EXPECT_EQ(refused.error().params.at(0), (std::pair<std::string, std::string>("minutes", "12")));
  clock.advance(base::Duration::minutes(12));
  EXPECT_TRUE(spend(Spending::drafts, 1)) << "the next hour has a budget of its own";
}

TEST_P(QuotaTest, each_person_and_each_kind_has_a_budget_of_its_own) {
  EXPECT_TRUE(spend(Spending::drafts, 1, {}, 2));
  EXPECT_FALSE(spend(Spending::drafts, 1));
  EXPECT_TRUE(spend(Spending::sent, 1)) << "whoever begins too much can still send";
  EXPECT_TRUE(spend(Spending::drafts, 2));
}

TEST_P(QuotaTest, what_is_refused_is_not_counted) {
  EXPECT_FALSE(spend(Spending::bytes, 1, {}, 101));
  EXPECT_TRUE(spend(Spending::bytes, 1, {}, 100));
}

TEST_P(QuotaTest, many_persons_of_one_party_share_the_partys_budget) {
  const terms::PartyId party{1'000};
  for (std::int64_t person = 0; person < Quotas::of_a_party; ++person)
    EXPECT_TRUE(spend(Spending::entries, person, party, 2));
  EXPECT_FALSE(spend(Spending::entries, 99, party));
  EXPECT_TRUE(spend(Spending::entries, 99)) << "and what one does for oneself is another matter";
}

TEST_P(QuotaTest, hours_that_are_over_are_forgotten) {
  EXPECT_TRUE(spend(Spending::drafts, 1, terms::PartyId{7}));
  const Catalogue catalogue({&room_catalogue()});
  const auto forget = [&] {
    return end_rows(temp.database(), catalogue.table("quota_spent"), catalogue.rule("store.quota"), clock.now());
  };
  EXPECT_EQ(forget(), 0);
  clock.advance(base::Duration::hours(1));
  EXPECT_EQ(forget(), 2);
}

}  // namespace
}  // namespace alting::store
