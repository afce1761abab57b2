#include "events/background.h"

#include "access/topics.h"
#include "events/subscription_rows.h"
#include "instances/topics.h"

namespace alting::events {
namespace {

// An agency's messages come in one lane (their key is the org), which numbers them in their order and without two that wait
// for each other at the counter. A second worker is for another agency meanwhile.
constexpr int telling_workers = 2;

}  // namespace

std::vector<store::Subscription> subscriptions(Telling& telling) {
  return {{&instances::process_completed, "events",
           [&telling](const store::OutboxMessage& message) { return telling.deliver(message); }, telling_workers},
          {&access::restriction_changed, "events",
           [&telling](const store::OutboxMessage& message) { return telling.restriction_changed(message); }}};
}

void count_events(base::Metrics& metrics, store::Database& database, const base::Clock& clock) {
  metrics.refresh_with("events", [&metrics, &database, &clock] {
    std::int64_t waiting = 0;
    std::optional<base::Instant> oldest;
    std::vector<std::pair<std::string, std::int64_t>> states;
    database.read([&](store::Tx& tx) {
      const auto row = tx.query_one(
          "SELECT COUNT(*), MIN(d.created_at) FROM event_subscription s JOIN event_delivery d ON d.subscription_id = "
          "s.id AND d.state = 'waiting' WHERE s.state = 'active'");
      std::tie(waiting, oldest) = store::read_row<std::int64_t, std::optional<base::Instant>>(row.value());
      for (const auto state : {SubscriptionState::validating, SubscriptionState::refused, SubscriptionState::active,
                               SubscriptionState::suspended})
        states.emplace_back(to_text(state),
                            store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM event_subscription WHERE state = ?",
                                                          {to_text(state)}));
    });
    metrics.gauge("alting_events_waiting", "Events that wait for an end point, of those that were looked at.")
        .set(waiting);
    metrics.gauge("alting_events_oldest_waiting_seconds", "How long the oldest of them waits; 0 when none does.")
        .set(oldest ? (clock.now() - *oldest).micros / 1'000'000 : 0);
    for (const auto& [state, count] : states)
      metrics.gauge("alting_event_subscriptions", "Subscriptions that have not ended, by state.", {{"state", state}})
          .set(count);
  });
}

}  // namespace alting::events
