#include "events/lane_verdict.h"

#include <algorithm>

#include "events/schedule.h"

namespace alting::events {
namespace {

void judge_success(const Taken& taken, const Came& came, Verdict& verdict) {
  if (came.retry_after) verdict.not_before = verdict.now + std::min(*came.retry_after, longest_lane_pause);
  if (taken.validates()) {
    if (!came.failure) return;
    verdict.state = SubscriptionState::active;
    verdict.validated = verdict.now;
    verdict.outcome = to_text(Outcome::delivered);
    verdict.status = came.failure->status;
    return;
  }
  if (verdict.last_delivered) return;
  // Nothing was tried.
  verdict.failures = taken.failures;
  verdict.failing_since = taken.subscription.failing_since;
  verdict.told = taken.told;
}

void judge_failure(const Taken& taken, const Came& came, Verdict& verdict) {
  const bool delivered = verdict.last_delivered.has_value();
  verdict.outcome = to_text(came.failure->outcome);
  verdict.status = came.failure->status;
  verdict.failures = delivered ? 1 : taken.failures + 1;
  // The time without access is none of the end point's failing.
  const bool first = delivered || taken.failures == 0;
  verdict.failing_since = first ? verdict.now : taken.subscription.failing_since.value_or(verdict.now);
  verdict.told = !delivered && taken.told;
  if (came.failure->outcome == Outcome::gone) {
    verdict.state = SubscriptionState::ended;
    verdict.ended = verdict.now;
    verdict.tells = true;
    return;
  }
  if (taken.validates()) {
    const auto pause = std::min<std::int64_t>(taken.failures, most_validations - 1);
    verdict.not_before = verdict.now + retry_pauses[static_cast<std::size_t>(pause)];
    if (verdict.failures >= most_validations) verdict.state = SubscriptionState::refused;
    return;
  }
  verdict.not_before =
      verdict.now + std::max(pause_of_lane(verdict.failures),
                             std::min(came.retry_after.value_or(base::Duration()), longest_lane_pause));
  const bool long_enough = verdict.failures >= failures_until_told;
  if (long_enough && verdict.now - *verdict.failing_since >= failing_until_suspended)
    verdict.state = SubscriptionState::suspended;
  verdict.tells = verdict.state == SubscriptionState::suspended || (long_enough && !verdict.told);
  verdict.told = verdict.told || verdict.tells;
}

}  // namespace

std::string_view to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::delivered: return "delivered";
    case Outcome::status:
    case Outcome::gone: return "status";
    case Outcome::redirect: return "redirect";
    case Outcome::no_answer: return "no_answer";
    case Outcome::inside: return "inside";
    case Outcome::access: return "access";
  }
  return "";
}

Verdict judge(const Taken& taken, const Came& came, base::Instant now) {
  Verdict verdict;
  verdict.state = taken.subscription.state;
  verdict.now = now;
  verdict.outcome = taken.subscription.last_outcome;
  verdict.status = taken.subscription.last_status;
  verdict.slow = came.slow;
  for (const auto& answered : came.answers) {
    if (answered.outcome != Outcome::delivered) continue;
    verdict.last_delivered = answered.at;
    verdict.outcome = to_text(Outcome::delivered);
    verdict.status = answered.status;
  }
  if (came.failure && came.failure->outcome != Outcome::delivered)
    judge_failure(taken, came, verdict);
  else
    judge_success(taken, came, verdict);
  return verdict;
}

}  // namespace alting::events
