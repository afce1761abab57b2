// What a lane has in hand, what came of sending it, and what the lane is afterwards: nothing here reads a database.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "events/subscriptions.h"
#include "terms/actor.h"

namespace alting::events {

enum class Outcome : std::uint8_t {
  delivered,
  status,     // another answer than 2xx
  redirect,   // which is not followed
  no_answer,  // in time, or no connection, or TLS failed
  inside,     // the address is none that may be spoken to
  access,     // the owner may not see it now
  gone,       // 410: it wants nothing more
};
[[nodiscard]] std::string_view to_text(Outcome outcome);  // Subscription::last_outcome

struct Send {
  Event event;
  std::int64_t attempts = 0;  // that failed before
};

// What a claim took. A validation has no events.
struct Taken {
  Subscription subscription;
  std::int64_t failures = 0;  // in a row
  bool told = false;          // of these failures
  std::int64_t turn = 0;
  terms::Actor owner;  // as whom it is asked what may be seen
  std::vector<Send> sends = {};
  bool more = false;  // there was no room for all
  [[nodiscard]] bool validates() const { return subscription.state == SubscriptionState::validating; }
};

struct Answered {
  std::size_t place = 0;  // in Taken::sends
  Outcome outcome = Outcome::delivered;
  int status = 0;
  base::Instant at;
};

// What came of a whole claim. What is not among `answers` was not tried, and waits.
struct Came {
  std::vector<Answered> answers = {};
  std::optional<Answered> failure = {};  // why it stopped; of a validation its answer, also a good one
  bool slow = false;                     // it took long to answer
  std::optional<base::Duration> retry_after = {};
};

// What the lane is when it is let go.
struct Verdict {
  SubscriptionState state = SubscriptionState::active;
  base::Instant now;
  base::Instant not_before = {};
  std::int64_t failures = 0;
  std::optional<base::Instant> failing_since = {}, last_delivered = {}, validated = {}, ended = {};
  bool told = false, slow = false;
  bool tells = false;             // its owner, now
  std::string_view outcome = {};  // of `taken`, or a constant
  int status = 0;
};
[[nodiscard]] Verdict judge(const Taken& taken, const Came& came, base::Instant now);

}  // namespace alting::events
