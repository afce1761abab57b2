#include "store/outbox_metrics.h"

#include "base/log.h"
#include "store/row_reader.h"

namespace alting::store {
namespace {

constexpr int max_counted = 100'000;

struct Kind {  // of messages: what stands in their rows
  std::string topic;
  std::int64_t part = -1;
  std::string subscriber;
};

// The kinds there are, each by a look-up in the index that leaps over all rows of the one before.
std::vector<Kind> kinds_in(Tx& tx) {
  std::vector<Kind> kinds;
  Kind last;
  while (const auto row = tx.query_one(
             "SELECT topic, part, subscriber FROM outbox WHERE (topic, part, subscriber) > (?, ?, ?) ORDER BY topic, "
             "part, subscriber LIMIT 1",
             {last.topic, last.part, last.subscriber})) {
    RowReader from(*row);
    last = {from.next<std::string>(), from.next<std::int64_t>(), from.next<std::string>()};
    kinds.push_back(last);
  }
  return kinds;
}

bool is_known(const Kind& kind, const std::vector<Subscription>& known) {
  return std::ranges::any_of(known, [&](const auto& one) {
    return one.topic->name == kind.topic && (kind.subscriber.empty() || one.subscriber == kind.subscriber);
  });
}

}  // namespace

void measure_outbox(base::Metrics& metrics, Database& database, const base::Clock& clock,
                    const std::vector<const Topic*>& topics, base::Duration overdue) {
  metrics.refresh_with("outbox", [&metrics, &database, &clock, topics, overdue] {
    const auto now = clock.now();
    for (const auto* topic : topics) {
      const auto row = database.read([&](Tx& tx) {
        return tx.query_one(
            "SELECT count(CASE WHEN due <= ? THEN 1 END), count(CASE WHEN due > ? THEN 1 END), count(CASE WHEN due < ? "
            "THEN 1 END), min(due) FROM (SELECT COALESCE(first_due_at, created_at) AS due FROM outbox WHERE topic = ? "
            "LIMIT ?) AS waiting",
            {now, now, now - overdue, topic->name, max_counted});
      });
      const auto [waiting, scheduled, overdue_now, oldest_due] =
          read_row<std::int64_t, std::int64_t, std::int64_t, std::optional<base::Instant>>(row.value());
      const base::Labels labels{{"topic", std::string(topic->name)}};
      metrics.gauge("alting_outbox_waiting", "Deliveries that are due and not done.", labels).set(waiting);
      metrics.gauge("alting_outbox_scheduled", "Messages that are due later.", labels).set(scheduled);
      metrics.gauge("alting_outbox_overdue", "Deliveries that have been due for 30 days.", labels).set(overdue_now);
      const auto oldest = std::min(now, oldest_due.value_or(now));
      metrics.gauge("alting_outbox_oldest_seconds", "How long the oldest has been due.", labels)
          .set((now - oldest).micros / 1'000'000);
    }
  });
}

base::Duration outbox_lag(Database& database, const base::Clock& clock, const std::vector<const Topic*>& topics) {
  const auto now = clock.now();
  auto oldest = now;
  for (const auto* topic : topics) {
    const auto due = database.read([&](Tx& tx) {
      return read_one<std::optional<base::Instant>>(
          tx,
          "SELECT min(due) FROM (SELECT COALESCE(first_due_at, created_at) AS due FROM outbox WHERE topic = ? LIMIT ?) "
          "AS waiting",
          {topic->name, max_counted});
    });
    oldest = std::min(oldest, due.value_or(now));
  }
  return now - oldest;
}

std::int64_t find_unknown(Database& database, base::Metrics& metrics, const std::vector<Subscription>& known) {
  std::int64_t all = 0;
  for (const auto& kind : database.read(kinds_in)) {
    if (is_known(kind, known)) continue;
    const auto messages = database.read([&](Tx& tx) {
      return read_one<std::int64_t>(
          tx,
          "SELECT count(*) FROM (SELECT id FROM outbox WHERE topic = ? AND part = ? AND subscriber = ? "
          "LIMIT ?) AS waiting",
          {kind.topic, kind.part, kind.subscriber, max_counted});
    });
    all += messages;
    base::log(base::LogLevel::error, "outbox.unknown",
              {{"topic", std::string_view(kind.topic)},
               {"subscriber", std::string_view(kind.subscriber)},
               {"messages", messages}});
  }
  metrics.gauge("alting_outbox_unknown", "Messages of a topic or for a subscriber that this program does not know.")
      .set(all);
  return all;
}

}  // namespace alting::store
