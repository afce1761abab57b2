#include "events/lanes.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/event_rows.h"
#include "events/lane_verdict.h"
#include "events/schedule.h"
#include "events/subscription_rows.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/clock_error.h"
#include "store/failpoint.h"

namespace alting::events {
namespace {

constexpr auto pause_without_access = base::Duration::minutes(1);

class Turn {
 public:
  explicit Turn(std::counting_semaphore<4>& turns) : turns_(turns) { turns_.acquire(); }
  ~Turn() { turns_.release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::counting_semaphore<4>& turns_;
};

// Times that were written by a clock that was wrong lie farther ahead than these (store/clock_error.h).
base::Instant latest_start(base::Instant now) { return now + longest_lane_pause + store::clock_error; }
base::Instant latest_retry(base::Instant now) { return now + longest_retry_pause + store::clock_error; }

// As its owner's system, which may fetch what it is told of: the right is that of the organisation.
terms::Actor owner_of(const Subscription& subscription) {
  terms::Actor actor;
  actor.kind = terms::ActorKind::system;
  actor.party = subscription.owner;
  actor.level = terms::AssuranceLevel::substantial;
  actor.credential = fmt::format("subscription:{}", subscription.id);
  actor.scopes = {std::string(access::scope_instances_read)};
  return actor;
}

}  // namespace

std::vector<Lanes::Due> Lanes::due() {
  return with_.database.read([&](store::Tx& tx) {
    const auto now = with_.clock.now();
    std::vector<Due> all;
    for (const auto& row : tx.query(
             "SELECT s.id, s.slow, s.failures, s.state FROM event_subscription s LEFT JOIN event_counter c ON c.org = "
             "s.org WHERE "
             "s.state IN ('active', 'validating') AND (s.not_before <= ? OR s.not_before > ?) AND (s.leased_until <= ? "
             "OR s.leased_until > ?) AND (s.state = 'validating' OR COALESCE(c.last, 0) > s.position OR EXISTS (SELECT "
             "d.seq FROM event_delivery d WHERE d.subscription_id = s.id AND d.state = 'waiting' AND (d.due_at <= ? OR "
             "d.due_at > ?))) ORDER BY s.not_before, s.id LIMIT 1000",
             {now, latest_start(now), now, now + options_.lease + store::clock_error, now, latest_retry(now)})) {
      store::RowReader from(row);
      const auto id = from.next<std::int64_t>();
      const bool slow = from.next<bool>();
      const bool failed = from.next<std::int64_t>() > 0;
      all.push_back({id, slow || failed || state_from(from.next<std::string>()) == SubscriptionState::validating});
    }
    return all;
  });
}

std::optional<Subscription> Lanes::find(std::int64_t id) {
  return with_.database.read([&](store::Tx& tx) -> std::optional<Subscription> {
    const auto row =
        tx.query_one(fmt::format("SELECT {} FROM event_subscription s WHERE s.id = ?", subscription_columns), {id});
    if (!row) return std::nullopt;
    store::RowReader from(*row);
    return read_subscription(from);
  });
}

// Its owner may see nothing of the agency's now: nothing is sent, and nothing is lost if that changes.
void Lanes::withhold(std::int64_t id) {
  const auto now = with_.clock.now();
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "UPDATE event_subscription SET not_before = ?, last_outcome = ?, last_status = 0, failing_since = "
        "COALESCE(failing_since, ?) WHERE id = ? AND state IN ('active', 'validating')",
        {now + pause_without_access, to_text(Outcome::access), now, id});
    return {};
  });
}

std::optional<Taken> Lanes::claim(std::int64_t id) {
  const Turn turn(database_turns_);
  const auto known = find(id);
  if (!known) return std::nullopt;
  const auto owner = owner_of(*known);
  const auto scope = with_.decider.agency_scope(owner, known->org);
  if (!scope) {
    withhold(id);
    return std::nullopt;
  }
  const auto claimed = with_.database.write([&](store::Tx& tx) -> base::Result<std::optional<Taken>> {
    const auto now = with_.clock.now();
    const auto row = tx.query_one(
        fmt::format(
            "SELECT {}, s.failures, s.told, s.slow, s.turn, s.position FROM event_subscription s WHERE s.id = ? "
            "AND s.state IN ('active', 'validating') AND (s.not_before <= ? OR s.not_before > ?) AND "
            "(s.leased_until <= ? OR s.leased_until > ?) {{skip_locked}}",
            subscription_columns),
        {id, now, latest_start(now), now, now + options_.lease + store::clock_error});
    if (!row) return std::optional<Taken>();
    ALTING_CHECK(with_.decider.recheck_read(tx, *scope));
    store::RowReader from(*row);
    Taken taken{.subscription = read_subscription(from), .owner = owner};
    taken.failures = from.next<std::int64_t>();
    taken.told = from.next<bool>();
    const bool slow = from.next<bool>();
    taken.turn = from.next<std::int64_t>() + 1;
    const auto position = from.next<std::int64_t>();
    auto looked_at = position;
    if (!taken.validates()) {
      const auto room = taken.failures > 0 ? 1 : slow ? std::min<std::int64_t>(4, options_.at_once) : options_.at_once;
      take_waiting(tx, taken, room, now);
      looked_at = take_new(tx, *scope, taken, room, position, now);
    }
    const bool something = taken.validates() || !taken.sends.empty();
    if (looked_at != position || something)
      tx.run("UPDATE event_subscription SET position = ?, turn = ?, leased_until = ? WHERE id = ?",
             {looked_at, taken.turn, something ? now + options_.lease : base::Instant{}, id});
    if (!something) {
      // What waits for an event that was forgotten by age waits for ever.
      tx.run(
          "DELETE FROM event_delivery WHERE subscription_id = ? AND state = 'waiting' AND NOT EXISTS (SELECT e.seq "
          "FROM event e WHERE e.org = ? AND e.seq = event_delivery.seq)",
          {id, taken.subscription.org});
      return std::optional<Taken>();
    }
    return std::optional<Taken>(std::move(taken));
  });
  store::failpoint::pass("events.claimed");
  if (!claimed) {  // the right ended in this moment
    withhold(id);
    return std::nullopt;
  }
  return *claimed;
}

bool Lanes::holds(const Taken& taken) {
  const Turn turn(database_turns_);
  return with_.database.read([&](store::Tx& tx) {
    return tx
        .query_one("SELECT id FROM event_subscription WHERE id = ? AND turn = ? AND state = ?",
                   {taken.subscription.id, taken.turn, to_text(taken.subscription.state)})
        .has_value();
  });
}

void Lanes::take_waiting(store::Tx& tx, Taken& taken, std::int64_t room, base::Instant now) const {
  for (const auto& row :
       tx.query(fmt::format("SELECT {}, d.attempts FROM event_delivery d JOIN event e ON e.org = ? AND e.seq = d.seq "
                            "WHERE d.subscription_id = ? AND d.state = 'waiting' AND (d.due_at <= ? OR d.due_at > ?) "
                            "ORDER BY d.due_at, d.seq LIMIT ?",
                            event_columns),
                {taken.subscription.org, taken.subscription.id, now, latest_retry(now), room})) {
    store::RowReader from(row);
    Send send{.event = read_event(from)};
    send.attempts = from.next<std::int64_t>();
    taken.sends.push_back(std::move(send));
  }
  taken.more = static_cast<std::int64_t>(taken.sends.size()) == room;
}

// What came since: a row for each that it wants and may see. Answers how far it looked.
std::int64_t Lanes::take_new(store::Tx& tx, const terms::Scope& scope, Taken& taken, std::int64_t room,
                             std::int64_t position, base::Instant now) const {
  const auto& one = taken.subscription;
  if (static_cast<std::int64_t>(taken.sends.size()) >= room) return position;
  // So many and no more, hidden ones too. The last number may be none of an event that is there: it was forgotten by age,
  // or passed over (events/restored.h).
  const auto beyond =
      tx.query_one("SELECT e.seq FROM event e WHERE e.org = ? AND e.seq > ? ORDER BY e.seq LIMIT 1 OFFSET ?",
                   {one.org, position, options_.looked_at - 1});
  const auto end = beyond ? store::read_one<std::int64_t>(*beyond) : std::max(position, last_number(tx, one.org));
  const auto rows =
      tx.query(fmt::format("SELECT {} FROM event e WHERE e.org = ? AND e.seq > ? AND e.seq <= ? AND {} ORDER BY e.seq",
                           event_columns, visible_event()),
               {one.org, position, end});
  taken.more = beyond.has_value();
  for (const auto& row : rows) {
    store::RowReader from(row);
    auto event = read_event(from);
    const auto& apps = scope.agency_apps();
    const bool sees = !event.app || std::ranges::find(apps, *event.app) != apps.end();
    const auto seq = event.seq;
    // What is sent again may be among what waited anyhow.
    const bool has_it = std::ranges::any_of(taken.sends, [&](const Send& send) { return send.event.seq == seq; });
    if (sees && !has_it && matches(one.filter, event, with_.public_url)) {
      if (static_cast<std::int64_t>(taken.sends.size()) == room) {
        taken.more = true;
        return position;
      }
      tx.run(
          "INSERT INTO event_delivery (subscription_id, seq, state, attempts, due_at, created_at, last_outcome, "
          "last_status) VALUES (?, ?, 'waiting', 0, ?, ?, '', 0) ON CONFLICT (subscription_id, seq) DO UPDATE SET "
          "state = 'waiting', attempts = 0, due_at = excluded.due_at",
          {one.id, seq, now, now});
      taken.sends.push_back({.event = std::move(event)});
    }
    position = seq;
  }
  return end;
}

void Lanes::settle_one(store::Tx& tx, const Taken& taken, const Answered& answered) {
  const auto& send = taken.sends.at(answered.place);
  const auto attempts = send.attempts + 1;
  const bool delivered = answered.outcome == Outcome::delivered;
  const bool given_up =
      answered.outcome == Outcome::access || (!delivered && send.attempts >= std::ssize(retry_pauses));
  const auto due =
      delivered || given_up ? answered.at : answered.at + retry_pauses[static_cast<std::size_t>(send.attempts)];
  const auto state = delivered ? DeliveryState::delivered : given_up ? DeliveryState::given_up : DeliveryState::waiting;
  tx.run(
      "UPDATE event_delivery SET state = ?, attempts = ?, due_at = ?, tried_at = ?, delivered_at = COALESCE(?, "
      "delivered_at), last_outcome = ?, last_status = ? WHERE subscription_id = ? AND seq = ? AND state = 'waiting' "
      "AND attempts = ?",
      {to_text(state), attempts, due, answered.at, delivered ? store::Value(answered.at) : store::Value(nullptr),
       to_text(answered.outcome), answered.status, taken.subscription.id, send.event.seq, send.attempts});
}

// For its owner's log: the program itself says it.
std::optional<ledger::NewEntry> Lanes::entry_of(const Taken& taken, const Verdict& verdict) const {
  const auto& one = taken.subscription;
  const auto owner = with_.parties.find(one.owner);
  if (!owner) return std::nullopt;
  const bool ended = verdict.state == SubscriptionState::ended;
  ledger::NewEntry entry{ended ? ledger::EventKind::subscription_ended : ledger::EventKind::subscription_failing,
                         verdict.now};
  entry.actor.kind = terms::ActorKind::system;
  entry.actor.name = "alting";
  entry.party = owner->id;
  entry.party_uuid = owner->uuid;
  entry.party_name = owner->name;
  entry.resource = "agency:" + one.org;
  entry.agency = one.org;
  entry.set(ledger::parameter::end_point, host_of(one.end_point));
  entry.set(ledger::parameter::subscription, one.id);
  if (ended) {
    entry.set(ledger::parameter::reason, "gone");
  } else {
    entry.set(ledger::parameter::outcome, verdict.outcome);
    entry.set(ledger::parameter::suspended, verdict.state == SubscriptionState::suspended ? "yes" : "no");
  }
  return entry;
}

// For the agency's feed: another end point of it, or who pulls, hears that this one does not.
Event Lanes::event_of(const Taken& taken, base::Instant now) const {
  const auto& one = taken.subscription;
  Event event;
  event.org = one.org;
  event.id = base::Uuid::v7(with_.random, now);
  event.type = type::subscription_failing;
  event.time = now;
  event.party = one.owner;
  if (const auto owner = with_.parties.find(one.owner)) event.organisation = owner->organisation_number;
  event.about = fmt::format("/events/api/v1/subscriptions/{}", one.id);
  return event;
}

void Lanes::settle(const Taken& taken, const Came& came) {
  const Turn turn(database_turns_);
  store::failpoint::pass("events.sent");
  const auto verdict = judge(taken, came, with_.clock.now());
  const auto& one = taken.subscription;
  std::optional<ledger::PreparedEntry> told;
  std::optional<Event> event;
  if (verdict.tells) {
    if (auto entry = entry_of(taken, verdict)) told = with_.ledger.prepare(std::move(*entry));
    event = event_of(taken, verdict.now);
  }
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    for (const auto& answered : came.answers) settle_one(tx, taken, answered);
    // Whoever had the lane so long that another has it by now leaves it as the other will say.
    const auto changed = tx.run(
        "UPDATE event_subscription SET leased_until = 0, state = ?, not_before = ?, failures = ?, failing_since = ?, "
        "told = ?, slow = ?, last_delivered_at = COALESCE(?, last_delivered_at), validated_at = "
        "COALESCE(?, validated_at), ended_at = ?, last_outcome = ?, last_status = ? WHERE id = ? AND turn = ? AND "
        "state = ?",
        {to_text(verdict.state), verdict.not_before, verdict.failures, verdict.failing_since, verdict.told,
         verdict.slow, verdict.last_delivered, verdict.validated, verdict.ended, verdict.outcome, verdict.status,
         one.id, taken.turn, to_text(one.state)});
    if (changed == 0) {  // its owner ended it meanwhile
      tx.run("UPDATE event_subscription SET last_delivered_at = COALESCE(?, last_delivered_at) WHERE id = ?",
             {verdict.last_delivered, one.id});
      return {};
    }
    if (told) with_.ledger.append(tx, *told);
    if (event) append(tx, *event, verdict.now);
    return {};
  });
  store::failpoint::pass("events.settled");
}

}  // namespace alting::events
