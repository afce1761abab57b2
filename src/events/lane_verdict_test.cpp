// What becomes of a lane by what came of sending, without a database.
#include "events/lane_verdict.h"

#include <gtest/gtest.h>

#include "events/schedule.h"

namespace alting::events {
namespace {

const base::Instant noon{1'764'000'000'000'000};

Taken active(std::int64_t failures = 0, std::optional<base::Instant> since = {}) {
  Taken taken;
  taken.subscription.state = SubscriptionState::active;
  taken.subscription.failing_since = since;
  taken.failures = failures;
  return taken;
}
Came of(Outcome outcome, int status = 0) {
  Came came;
  came.answers.push_back({0, outcome, status, noon});
  if (outcome != Outcome::delivered && outcome != Outcome::access) came.failure = came.answers.back();
  return came;
}

TEST(LaneVerdict, a_delivery_ends_all_failures) {
  const auto verdict = judge(active(4, noon - base::Duration::hours(3)), of(Outcome::delivered, 200), noon);
  EXPECT_EQ(verdict.failures, 0);
  EXPECT_FALSE(verdict.failing_since);
  EXPECT_EQ(verdict.not_before, base::Instant{});
  EXPECT_EQ(verdict.last_delivered, noon);
  EXPECT_EQ(verdict.outcome, "delivered");
}

TEST(LaneVerdict, a_failure_lets_the_lane_wait_and_each_more_lets_it_wait_longer) {
  base::Duration before{};
  for (std::int64_t failures = 0; failures < 10; ++failures) {
    const auto verdict = judge(active(failures, noon), of(Outcome::no_answer), noon);
    EXPECT_EQ(verdict.failures, failures + 1);
    EXPECT_GE(verdict.not_before - noon, before);
    EXPECT_LE(verdict.not_before - noon, base::Duration::minutes(5));
    before = verdict.not_before - noon;
  }
  EXPECT_EQ(before, base::Duration::minutes(5));
}

TEST(LaneVerdict, an_end_point_may_ask_for_more_time_and_not_for_ever) {
  auto came = of(Outcome::status, 429);
  came.retry_after = base::Duration::minutes(20);
  EXPECT_EQ(judge(active(), came, noon).not_before, noon + base::Duration::minutes(20));
  came.retry_after = base::Duration::hours(24);
  EXPECT_EQ(judge(active(), came, noon).not_before, noon + longest_lane_pause);
}

TEST(LaneVerdict, the_owner_is_told_once_of_each_row_of_failures) {
  auto taken = active(failures_until_told - 2, noon - base::Duration::minutes(1));
  EXPECT_FALSE(judge(taken, of(Outcome::no_answer), noon).tells);
  taken.failures = failures_until_told - 1;
  const auto verdict = judge(taken, of(Outcome::no_answer), noon);
  EXPECT_TRUE(verdict.tells);
  EXPECT_TRUE(verdict.told);
  EXPECT_EQ(verdict.state, SubscriptionState::active) << "it is tried still";
  taken.failures = failures_until_told;
  taken.told = true;
  EXPECT_FALSE(judge(taken, of(Outcome::no_answer), noon).tells);
}

TEST(LaneVerdict, after_two_days_without_any_delivery_it_is_suspended_and_told_again) {
  auto taken = active(100, noon - failing_until_suspended);
  taken.told = true;
  const auto verdict = judge(taken, of(Outcome::status, 500), noon);
  EXPECT_EQ(verdict.state, SubscriptionState::suspended);
  EXPECT_TRUE(verdict.tells);
  taken.subscription.failing_since = noon - failing_until_suspended + base::Duration::seconds(1);
  EXPECT_EQ(judge(taken, of(Outcome::status, 500), noon).state, SubscriptionState::active);
}

TEST(LaneVerdict, what_was_delivered_before_a_failure_begins_the_row_anew) {
  auto came = of(Outcome::delivered, 200);
  came.answers.push_back({1, Outcome::no_answer, 0, noon});
  came.failure = came.answers.back();
  const auto verdict = judge(active(7, noon - base::Duration::hours(40)), came, noon);
  EXPECT_EQ(verdict.failures, 1);
  EXPECT_EQ(verdict.failing_since, noon);
  EXPECT_EQ(verdict.outcome, "no_answer");
}

TEST(LaneVerdict, an_answer_410_ends_it) {
  const auto verdict = judge(active(), of(Outcome::gone, 410), noon);
  EXPECT_EQ(verdict.state, SubscriptionState::ended);
  EXPECT_EQ(verdict.ended, noon);
  EXPECT_TRUE(verdict.tells);
  EXPECT_EQ(verdict.status, 410);
}

TEST(LaneVerdict, what_may_not_be_seen_is_no_failure_of_the_end_point) {
  const auto verdict = judge(active(), of(Outcome::access), noon);
  EXPECT_EQ(verdict.failures, 0);
  EXPECT_FALSE(verdict.tells);
}

TEST(LaneVerdict, a_validation_is_asked_six_times_and_then_refused) {
  auto taken = active();
  taken.subscription.state = SubscriptionState::validating;
  Came no;
  no.failure = Answered{0, Outcome::status, 404, noon};
  for (taken.failures = 0; taken.failures < most_validations - 1; ++taken.failures) {
    const auto verdict = judge(taken, no, noon);
    EXPECT_EQ(verdict.state, SubscriptionState::validating);
    EXPECT_GT(verdict.not_before, noon);
  }
  EXPECT_EQ(judge(taken, no, noon).state, SubscriptionState::refused);
  Came yes;
  yes.failure = Answered{0, Outcome::delivered, 204, noon};
  const auto verdict = judge(taken, yes, noon);
  EXPECT_EQ(verdict.state, SubscriptionState::active);
  EXPECT_EQ(verdict.validated, noon);
  EXPECT_EQ(verdict.failures, 0);
}

TEST(LaneVerdict, a_lane_in_which_nothing_was_tried_stays_as_it_was) {
  const auto since = noon - base::Duration::minutes(2);
  auto taken = active(3, since);
  taken.subscription.last_outcome = "no_answer";
  const auto verdict = judge(taken, {}, noon);
  EXPECT_EQ(verdict.failures, 3);
  EXPECT_EQ(verdict.failing_since, since);
  EXPECT_EQ(verdict.outcome, "no_answer");
}

TEST(Schedule, is_twelve_tries_more_from_ten_seconds_to_twelve_hours) {
  EXPECT_EQ(retry_pauses.size(), 12U);
  EXPECT_EQ(retry_pauses.front(), base::Duration::seconds(10));
  EXPECT_EQ(retry_pauses.back(), base::Duration::hours(12));
  EXPECT_TRUE(std::ranges::is_sorted(retry_pauses));
}

}  // namespace
}  // namespace alting::events
