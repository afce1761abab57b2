#include "notify/background.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/topics.h"
#include "inbox/topics.h"
#include "instances/topics.h"
#include "notify/room_catalogue.h"
#include "parties/topics.h"
#include "store/row_reader.h"
#include "terms/retention.h"

namespace alting::notify {
namespace {

constexpr std::int64_t hashes_at_once = 500;
// What is published to many comes in many keys, and each is a look at its rows and an order.
constexpr int published_workers = 4;

}  // namespace

std::int64_t forget_address_hashes(store::Database& database, base::Instant now, const store::HoldsNow& holds) {
  constexpr std::string_view rule = "notify.address", table = "notify_attempt";
  const auto limit = terms::ended_before(terms::rule_in(room_catalogue(), rule), now).value_or(base::Instant{});
  const auto done = database.write([&](store::Tx& tx) -> base::Result<std::int64_t> {
    const auto held = holds ? holds(tx) : store::Holds();
    const auto unless = held.none_of(*std::ranges::find(room_catalogue().tables, table, &terms::Table::name), rule);
    std::vector<store::Value> values{limit};
    values.insert(values.end(), unless.values.begin(), unless.values.end());
    values.emplace_back(hashes_at_once);
    const auto forgotten = tx.run_with(
        fmt::format("UPDATE notify_attempt SET address_hash = NULL WHERE id IN (SELECT id FROM notify_attempt WHERE "
                    "address_hash IS NOT NULL AND created_at <= ?{} ORDER BY created_at LIMIT ?)",
                    unless.sql),
        values);
    held.count(tx, rule, table, forgotten);
    return forgotten;
  });
  return *done;
}

std::vector<store::Job> background_jobs(Notify& notify, store::Database& database, const base::Clock& clock,
                                        store::HoldsNow holds) {
  return {
      // Mail that came back: an address that does not work is not used again.
      {.code = "read_bounces",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav d",
       .every = base::Duration::seconds(20),
       .run = [&notify] { return notify.bounces.read_some(); },
       .until_none_left = true},
      // What finds an address again; its masked text stays.
      {.code = "forget_address_hashes",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(1),
       .run = [&database, &clock,
               holds = std::move(holds)] { return forget_address_hashes(database, clock.now(), holds); },
       .until_none_left = true,
       .counts_itself = true},
  };
}

// The second subscriber of process_completed: while an upgrade rolls, a form that a process of the version before delivers
// is not told of by mail. It is in the list all the same, which is what counts.
std::vector<store::Subscription> subscriptions(Telling& telling) {
  return {{&parties::address_code, "notify",
           [&telling](const store::OutboxMessage& message) { return telling.address_code(message); }},
          {&instances::process_completed, "notify",
           [&telling](const store::OutboxMessage& message) { return telling.form_sent(message); }},
          {&inbox::message_published, "notify",
           [&telling](const store::OutboxMessage& message) { return telling.message_published(message); },
           published_workers},
          {&inbox::message_answered, "notify",
           [&telling](const store::OutboxMessage& message) { return telling.message_answered(message); }},
          {&access::restriction_changed, "notify",
           [&telling](const store::OutboxMessage& message) { return telling.restriction_changed(message); }}};
}

void count_notices(base::Metrics& metrics, store::Database& database, const base::Clock& clock) {
  metrics.refresh_with("notify", [&metrics, &database, &clock] {
    const auto now = clock.now();
    std::int64_t waiting = 0;
    std::optional<base::Instant> oldest;
    database.read([&](store::Tx& tx) {
      for (std::int64_t part = 0; part < lanes; ++part) {
        const auto row =
            tx.query_one("SELECT COUNT(*), MIN(due_at) FROM notify_order WHERE part = ? AND next_at <= ?", {part, now});
        const auto [count, due] = store::read_row<std::int64_t, std::optional<base::Instant>>(row.value());
        waiting += count;
        if (due && (!oldest || *due < *oldest)) oldest = due;
      }
    });
    metrics.gauge("alting_notices_waiting", "Notices whose time has come, and that are not sent yet.").set(waiting);
    metrics.gauge("alting_notices_oldest_waiting_seconds", "How long the oldest of them waits; 0 when none does.")
        .set(oldest ? (now - *oldest).micros / 1'000'000 : 0);
  });
}

}  // namespace alting::notify
