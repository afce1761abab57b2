#include "store/outbox_deliverer.h"

#include <set>

#include "base/log.h"
#include "store/clock_error.h"
#include "store/outbox_metrics.h"
#include "store/row_reader.h"

namespace alting::store {
namespace {

constexpr std::size_t id_length = 36;  // of a UUID as text
constexpr auto longest_pause_between_looks = base::Duration::hours(1);
constexpr int max_brought_back = 500;  // in one transaction

// What cannot work is a mistake in the lists of main/rooms.cpp, which every start and a test look at.
void check(const std::vector<const Topic*>& topics, const std::vector<Subscription>& subscriptions) {
  std::set<std::string_view> emitted, received;
  for (const auto* topic : topics) {
    if (!emitted.insert(topic->name).second)
      throw std::logic_error(fmt::format("two topics of the outbox are named '{}'", topic->name));
  }
  std::set<std::pair<std::string_view, std::string_view>> known;
  for (const auto& one : subscriptions) {
    if (one.topic == nullptr || one.subscriber.empty() || one.subscriber.contains('/') || !one.handler)
      throw std::logic_error("a subscription to the outbox lacks its topic, its name or its handler");
    if (!emitted.contains(one.topic->name))
      throw std::logic_error(fmt::format("'{}' subscribes to '{}', which no room emits (main/rooms.cpp)",
                                         one.subscriber, one.topic->name));
    if (!known.emplace(one.topic->name, one.subscriber).second)
      throw std::logic_error(fmt::format("'{}' subscribes to '{}' twice", one.subscriber, one.topic->name));
    received.insert(one.topic->name);
  }
  for (const auto* topic : topics) {
    if (!received.contains(topic->name))
      throw std::logic_error(
          fmt::format("nobody delivers '{}' of the outbox: it has no subscription (main/rooms.cpp)", topic->name));
  }
}

}  // namespace

OutboxDeliverer::OutboxDeliverer(Database& database, const base::Clock& clock, base::Metrics& metrics,
                                 const std::vector<const Topic*>& topics, std::vector<Subscription> subscriptions,
                                 Options options)
    : database_(database),
      clock_(clock),
      metrics_(metrics),
      subscriptions_(std::move(subscriptions)),
      options_(options) {
  check(topics, subscriptions_);
  measure_outbox(metrics, database, clock, topics, options.overdue);
}

base::Instant OutboxDeliverer::latest_lease(base::Instant now) const { return now + options_.lease + clock_error; }

bool OutboxDeliverer::is_alone(const Subscription& one) const {
  return std::ranges::count_if(subscriptions_,
                               [&](const auto& other) { return other.topic->name == one.topic->name; }) == 1;
}

void OutboxDeliverer::make_lanes() {
  if (lanes_made_) return;
  const auto made = database_.write([&](Tx& tx) -> base::Status {
    for (const auto& one : subscriptions_) {
      for (int part = 0; part < outbox_parts; ++part)
        tx.run(
            "INSERT INTO outbox_lane (topic, subscriber, part, turn, leased_until) VALUES (?, ?, ?, 0, 0) ON CONFLICT "
            "DO NOTHING",
            {one.topic->name, one.subscriber, part});
    }
    return {};
  });
  lanes_made_ = made.has_value();
}

// The parts that have something due and are nobody's now. A look-up in the index for each, however much waits.
std::vector<int> OutboxDeliverer::due_parts(const Subscription& one) {
  return database_.read([&](Tx& tx) {
    const auto now = clock_.now();
    std::vector<int> parts;
    for (const auto& row : tx.query(
             "SELECT l.part FROM outbox_lane l WHERE l.topic = ? AND l.subscriber = ? AND (l.leased_until <= ? OR "
             "l.leased_until > ?) AND ((SELECT o.id FROM outbox o WHERE o.topic = l.topic AND o.part = l.part AND "
             "o.subscriber = l.subscriber "
             "AND o.due_at <= ? LIMIT 1) IS NOT NULL OR (SELECT o.id FROM outbox o WHERE o.topic = l.topic AND o.part "
             "= l.part AND o.subscriber = '' AND o.due_at <= ? LIMIT 1) IS NOT NULL) ORDER BY l.part",
             {one.topic->name, one.subscriber, now, latest_lease(now), now, now}))
      parts.push_back(static_cast<int>(read_one<std::int64_t>(row)));
    return parts;
  });
}

// The lane's row is what the processes meet at: who finds it locked lets it be, and who finds it leased too.
OutboxDeliverer::Batch OutboxDeliverer::claim(const Subscription& one, int part) {
  const auto claimed = database_.write([&](Tx& tx) -> base::Result<Batch> {
    const auto now = clock_.now();
    Batch batch{.part = part, .leased_at = now};
    const auto lane = tx.query_one(
        "SELECT turn FROM outbox_lane WHERE topic = ? AND subscriber = ? AND part = ? AND (leased_until <= ? OR "
        "leased_until > ?) {skip_locked}",
        {one.topic->name, one.subscriber, part, now, latest_lease(now)});
    if (!lane) return batch;
    const bool alone = is_alone(one);
    if (!alone) split(tx, *one.topic, part, now);
    take(tx, one, one.subscriber, now, batch);
    if (alone) take(tx, one, "", now, batch);
    if (batch.messages.empty()) return batch;
    batch.turn = read_one<std::int64_t>(*lane) + 1;
    tx.run("UPDATE outbox_lane SET turn = ?, leased_until = ? WHERE topic = ? AND subscriber = ? AND part = ?",
           {batch.turn, now + options_.lease, one.topic->name, one.subscriber, part});
    return batch;
  });
  return claimed ? *claimed : Batch{};
}

// A row for each subscriber in place of the one that came, in one transaction: whenever a process dies, it is there once
// for each, or not split yet. Their ids begin with the message's, so that they keep its place in the order. {lock}, not
// {skip_locked}: what another splits now must come before what is split here.
void OutboxDeliverer::split(Tx& tx, const Topic& topic, int part, base::Instant now) const {
  for (const auto& row : tx.query(
           "SELECT id FROM outbox WHERE topic = ? AND part = ? AND subscriber = '' AND due_at <= ? ORDER BY due_at, id "
           "LIMIT ? {lock}",
           {topic.name, part, now, options_.at_once})) {
    const auto id = read_one<std::string>(row);
    for (const auto& one : subscriptions_) {
      if (one.topic->name != topic.name) continue;
      tx.run(
          "INSERT INTO outbox (id, part, topic, key, payload, created_at, due_at, attempts, subscriber, first_due_at) "
          "SELECT ?, part, topic, key, payload, created_at, due_at, attempts, ?, first_due_at FROM outbox WHERE id = ?",
          {id + "/" + std::string(one.subscriber), one.subscriber, id});
    }
    tx.run("DELETE FROM outbox WHERE id = ?", {id});
  }
}

void OutboxDeliverer::take(Tx& tx, const Subscription& one, std::string_view subscriber, base::Instant now,
                           Batch& batch) const {
  const auto room = options_.at_once - static_cast<int>(batch.messages.size());
  if (room <= 0) return;
  for (const auto& row : tx.query("SELECT id, COALESCE(first_due_at, created_at), key, payload, created_at, attempts "
                                  "FROM outbox WHERE topic = ? AND part = ? AND subscriber = ? AND due_at <= ? ORDER "
                                  "BY due_at, id LIMIT ?",
                                  {one.topic->name, batch.part, subscriber, now, room})) {
    RowReader from(row);
    auto row_id = from.next<std::string>();
    const auto id = base::Uuid::parse(std::string_view(row_id).substr(0, id_length));
    if (!id) throw DatabaseError("the id of an outbox message is none");
    batch.messages.push_back(
        {std::move(row_id), from.next<base::Instant>(),
         OutboxMessage{*id, std::string(one.topic->name), from.next<std::string>(), from.next<std::string>(),
                       from.next<base::Instant>(), from.next<std::int64_t>()}});
  }
}

OutboxDeliverer::Answered OutboxDeliverer::deliver(const Subscription& one, const Taken& taken) const {
  Delivered answer = Delivery::later;
  try {
    answer = one.handler(taken.message);
  } catch (const std::exception&) {
    base::log(base::LogLevel::warning, "outbox.failed",
              {{"topic", one.topic->name}, {"subscriber", one.subscriber}, {"attempts", taken.message.attempts + 1}});
  }
  return {&taken, std::move(answer), clock_.now() - taken.first_due > options_.overdue};
}

int OutboxDeliverer::deliver_part(const Subscription& one, int part) {
  const auto batch = claim(one, part);
  if (batch.messages.empty()) return 0;
  const base::Duration half{options_.lease.micros / 2};
  auto leased_at = batch.leased_at;
  std::vector<Answered> answered;
  int done = 0;
  for (const auto& taken : batch.messages) {
    if (workers_.stopping()) break;
    if (clock_.now() - leased_at > half) {
      if (!settle(one, batch, answered, true)) return done;  // whoever has the lane now takes the rest
      leased_at = clock_.now();
    }
    answered.push_back(deliver(one, taken));
    done += answered.back().answer.delivery == Delivery::done ? 1 : 0;
  }
  settle(one, batch, answered, false);
  return done;
}

// Workers of one subscription begin at different parts, so that they seldom meet.
int OutboxDeliverer::deliver_to(const Subscription& one, int first_part) {
  make_lanes();
  auto parts = due_parts(one);
  std::ranges::rotate(parts, std::ranges::lower_bound(parts, first_part));
  int done = 0;
  for (const auto part : parts) {
    if (workers_.stopping()) break;
    done += deliver_part(one, part);
  }
  return done;
}

int OutboxDeliverer::deliver_due() {
  int done = 0;
  for (const auto& one : subscriptions_) done += deliver_to(one, 0);
  return done;
}

std::int64_t OutboxDeliverer::report_unknown() { return find_unknown(database_, metrics_, subscriptions_); }

// What was tried already, or made to be delivered at once, waits an hour at most. Asked seldom: it reads all that is due
// later.
std::int64_t OutboxDeliverer::bring_back() {
  std::int64_t all = 0;
  for (bool more = true; more && !workers_.stopping();) {
    const auto now = clock_.now();
    const auto latest = now + longest_pause_between_looks + clock_error;
    const auto astray = database_.read([&](Tx& tx) {
      return tx.query(
          "SELECT id FROM outbox WHERE due_at > ? AND (attempts > 0 OR due_at <= created_at) ORDER BY due_at, id LIMIT "
          "?",
          {latest, max_brought_back});
    });
    more = astray.size() == max_brought_back;
    if (astray.empty()) break;
    const auto brought = database_.write([&](Tx& tx) -> base::Result<std::int64_t> {
      std::int64_t some = 0;
      for (const auto& row : astray)
        some += tx.run(
            "UPDATE outbox SET due_at = ?, first_due_at = CASE WHEN first_due_at > ? THEN ? ELSE first_due_at END "
            "WHERE id = ? AND due_at > ?",
            {now, now, now, read_one<std::string>(row), latest});
      return some;
    });
    all += brought.value_or(0);
    more = more && brought.has_value();
  }
  if (all > 0) base::log(base::LogLevel::warning, "outbox.brought_back", {{"messages", all}});
  return all;
}

void OutboxDeliverer::start() {
  constexpr auto fault = "outbox.database";
  static constexpr std::chrono::milliseconds at_once{0}, hour = std::chrono::hours(1);
  workers_.repeat(fault, hour, [this] {
    bring_back();
    report_unknown();
    return hour;
  });
  for (const auto& one : subscriptions_) {
    const int workers = std::clamp(one.workers, 1, outbox_parts);
    for (int number = 0; number < workers; ++number) {
      workers_.repeat(fault, options_.interval, [this, &one, first = number * outbox_parts / workers] {
        return deliver_to(one, first) > 0 ? at_once : options_.interval;
      });
    }
  }
}

}  // namespace alting::store
