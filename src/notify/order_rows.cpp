#include "notify/order_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/clock_error.h"
#include "store/row_reader.h"

namespace alting::notify {
namespace {

constexpr std::int64_t together_at_once = 2'000;  // orders that become one in one transaction
constexpr std::string_view order_columns =
    "o.id, o.template, o.version, o.recipient_id, o.service, o.confidential, o.fields, o.cause, o.merge_key, "
    "o.channel, "
    "o.ignore_reservation, o.language, o.due_at, o.state, o.tries, o.together, o.handed_over_at";
constexpr std::string_view attempt_columns =
    "a.id, a.order_id, a.told_id, a.channel, a.source, a.address_hash, a.address_masked, a.confirmed_at, a.tried_at, "
    "a.next_at, a.tries, a.outcome, a.code, a.words, a.may_have_gone_twice";

Channel channel_from(std::string_view text) {
  for (const auto one : {Channel::email, Channel::sms, Channel::email_preferred, Channel::sms_preferred})
    if (to_text(one) == text) return one;
  return Channel::email;
}
NoticeStep step_from(std::string_view text) {
  for (const auto one : {NoticeStep::ordered, NoticeStep::queued, NoticeStep::handed_over, NoticeStep::failed,
                         NoticeStep::no_address, NoticeStep::reserved, NoticeStep::cancelled})
    if (to_text(one) == text) return one;
  return NoticeStep::cancelled;
}

Order read_order(const store::Row& row) {
  store::RowReader from(row);
  Order order;
  order.id = from.next<std::string>();
  const auto name = from.next<std::string>();
  order.form = find_template(name, from.next<std::int64_t>());
  order.recipient = from.next<terms::PartyId>();
  order.service = from.next<std::optional<terms::AppId>>();
  order.confidential = from.next<bool>();
  if (const auto fields = base::Json::parse(from.next<std::string>()); fields && fields->is_object())
    for (const auto& [field, value] : fields->members()) order.fields[field] = value.text_or("");
  order.cause = from.next<std::string>();
  order.merge_key = from.next<std::string>();
  order.channel = channel_from(from.next<std::string>());
  order.ignore_reservation = from.next<bool>();
  order.language = base::language_from(from.next<std::string>()).value_or(base::Language::nb);
  order.due = from.next<base::Instant>();
  order.step = step_from(from.next<std::string>());
  order.tries = from.next<std::int64_t>();
  order.together = from.next<std::int64_t>();
  order.handed_over_at = from.next<std::optional<base::Instant>>();
  return order;
}

Attempt read_attempt(const store::Row& row) {
  store::RowReader from(row);
  Attempt attempt;
  attempt.id = from.next<std::string>();
  attempt.order_id = from.next<std::string>();
  attempt.told = from.next<terms::PartyId>();
  attempt.channel = from.next<std::string>();
  attempt.source = from.next<std::string>();
  attempt.hash = from.next_or_empty();
  attempt.masked = from.next<std::string>();
  attempt.confirmed_at = from.next<std::optional<base::Instant>>();
  attempt.tried_at = from.next<std::optional<base::Instant>>();
  attempt.next_at = from.next<std::optional<base::Instant>>();
  attempt.tries = from.next<std::int64_t>();
  attempt.outcome = outcome_from(from.next<std::string>());
  attempt.code = from.next<std::string>();
  attempt.words = from.next<std::string>();
  attempt.may_have_gone_twice = from.next<bool>();
  return attempt;
}

bool is_settled(NoticeStep step) { return step != NoticeStep::ordered && step != NoticeStep::queued; }

}  // namespace

base::Duration retry_pause(std::int64_t tries) {
  constexpr std::int64_t doublings = 9;  // then it is more than six hours
  return std::min(base::Duration::minutes(std::int64_t{1} << std::clamp<std::int64_t>(tries, 0, doublings)),
                  base::Duration::hours(6));
}

int lane_of(terms::PartyId recipient) { return static_cast<int>(recipient.value % lanes); }

void OrderRows::free_lanes() {
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE notify_lane SET leased_until = 0 WHERE leased_until > 0");
    return {};
  });
}

std::vector<int> OrderRows::due_lanes() {
  return with_.database.read([&](store::Tx& tx) {
    const auto now = with_.clock.now();
    std::vector<int> parts;
    for (const auto& row :
         tx.query("SELECT l.part FROM notify_lane l WHERE (l.leased_until <= ? OR l.leased_until > ?) "
                  "AND EXISTS (SELECT o.id FROM notify_order o WHERE o.part = l.part AND o.next_at "
                  "<= ?) ORDER BY l.leased_until, l.part",
                  {now, now + lane_lease + store::clock_error, now}))
      parts.push_back(static_cast<int>(store::read_one<std::int64_t>(row)));
    return parts;
  });
}

// With all that wait with it.
void OrderRows::put_off(store::Tx& tx, const Order& order, base::Instant now, base::Instant until) {
  tx.run(
      "UPDATE notify_order SET next_at = ? WHERE id IN (SELECT o.id FROM notify_order o WHERE o.recipient_id = ? AND "
      "o.state = 'ordered' AND o.merge_key = ? AND o.next_at <= ? LIMIT ?)",
      {until, order.recipient, order.merge_key, now, together_at_once});
}

// Whether its recipient was told of the same a moment ago, or is being told, or has been told of much in this hour; then
// it waits until that is over.
// `in_hand`: so many are taken for the same recipient just now, and will go.
bool OrderRows::waits_for_others(store::Tx& tx, const Order& order, std::int64_t in_hand, base::Instant now) const {
  if (!order.form->merges()) return false;
  const auto last = store::read_one<std::optional<base::Instant>>(
      tx,
      "SELECT MAX(handed_over_at) FROM notify_order WHERE recipient_id = ? AND merge_key = ? AND handed_over_at > ? "
      "AND "
      "handed_over_at <= ?",  // what a clock that was ahead wrote holds nobody back
      {order.recipient, order.merge_key, now - with_.options.quiet, now + store::clock_error});
  if (last) {
    put_off(tx, order, now, *last + with_.options.quiet);
    return true;
  }
  if (with_.options.quiet.micros > 0 &&
      tx.query_one(
          "SELECT id FROM notify_order WHERE recipient_id = ? AND merge_key = ? AND (state = 'queued' OR (state "
          "= 'ordered' AND tries > 0)) LIMIT 1",
          {order.recipient, order.merge_key})) {
    put_off(tx, order, now, now + with_.options.quiet);
    return true;
  }
  const auto hour = base::Duration::hours(1);
  const auto row = tx.query_one(
      "SELECT COUNT(*), MIN(handed_over_at) FROM notify_order WHERE recipient_id = ? AND handed_over_at > ? AND "
      "handed_over_at <= ?",
      {order.recipient, now - hour, now + store::clock_error});
  const auto [told, first] = store::read_row<std::int64_t, std::optional<base::Instant>>(row.value());
  if (told + in_hand < with_.options.per_hour) return false;
  put_off(tx, order, now, first.value_or(now) + hour);
  return true;
}

// All that wait with it go as this one.
void OrderRows::take_together(store::Tx& tx, Order& order, base::Instant now) {
  order.together += tx.run(
      "UPDATE notify_order SET state = 'merged', merged_into = ?, next_at = NULL, stepped_at = ?, settled_at = ? WHERE "
      "id IN (SELECT o.id FROM notify_order o WHERE o.recipient_id = ? AND o.state = 'ordered' AND o.merge_key = ? AND "
      "o.due_at <= ? AND o.id <> ? AND o.tries = 0 AND o.together = 1 LIMIT ?)",
      {order.id, now, now, order.recipient, order.merge_key, now, order.id, together_at_once});
  if (order.together > 1) tx.run("UPDATE notify_order SET together = ? WHERE id = ?", {order.together, order.id});
}

void OrderRows::part_again(store::Tx& tx, std::string_view order, base::Instant now) {
  tx.run(
      "UPDATE notify_order SET state = 'ordered', merged_into = NULL, next_at = ?, stepped_at = ?, settled_at = NULL "
      "WHERE merged_into = ?",
      {now, now, order});
}

std::optional<TakenLane> OrderRows::claim(int part) {
  const auto taken = with_.database.write([&](store::Tx& tx) -> base::Result<std::optional<TakenLane>> {
    const auto now = with_.clock.now();
    const auto lane = tx.query_one(
        "SELECT turn FROM notify_lane WHERE part = ? AND (leased_until <= ? OR leased_until > ?) {skip_locked}",
        {part, now, now + lane_lease + store::clock_error});
    if (!lane) return std::optional<TakenLane>();
    TakenLane taken{.part = part, .turn = store::read_one<std::int64_t>(*lane) + 1, .leased_at = now, .orders = {}};
    std::set<std::pair<terms::PartyId, std::string>> told;
    std::map<terms::PartyId, std::int64_t> in_hand;
    for (const auto& row :
         tx.query(fmt::format("SELECT {} FROM notify_order o WHERE o.part = ? AND o.next_at <= ? ORDER BY o.next_at, "
                              "o.id LIMIT ?",
                              order_columns),
                  {part, now, orders_at_once})) {
      auto order = read_order(row);
      if (!order.form) {  // of a newer program, which will come back
        tx.run("UPDATE notify_order SET next_at = ? WHERE id = ?", {now + base::Duration::hours(1), order.id});
        continue;
      }
      if (order.step == NoticeStep::ordered && order.tries == 0) {
        if (order.form->merges() && with_.options.quiet.micros > 0 &&
            !told.emplace(order.recipient, order.merge_key).second)
          continue;  // it goes with one before it in this list, or waits like that one
        if (waits_for_others(tx, order, in_hand[order.recipient], now)) continue;
        ++in_hand[order.recipient];
        if (order.form->merges() && with_.options.quiet.micros > 0) take_together(tx, order, now);
      }
      order.attempts = attempts_of(tx, order.id);
      taken.orders.push_back(std::move(order));
    }
    if (taken.orders.empty()) return std::optional<TakenLane>();
    tx.run("UPDATE notify_lane SET turn = ?, leased_until = ? WHERE part = ?", {taken.turn, now + lane_lease, part});
    return std::optional<TakenLane>(std::move(taken));
  });
  return *taken;
}

bool OrderRows::holds(store::Tx& tx, const TakenLane& lane) {
  return tx.query_one("SELECT part FROM notify_lane WHERE part = ? AND turn = ? {lock}", {lane.part, lane.turn})
      .has_value();
}

void OrderRows::release(store::Tx& tx, const TakenLane& lane) {
  tx.run("UPDATE notify_lane SET leased_until = 0 WHERE part = ? AND turn = ?", {lane.part, lane.turn});
}

void OrderRows::write(store::Tx& tx, const Attempt& attempt, base::Instant now) {
  tx.run(
      "INSERT INTO notify_attempt (id, order_id, told_id, channel, source, address_hash, address_masked, confirmed_at, "
      "created_at, tried_at, next_at, tries, outcome, code, words, may_have_gone_twice) VALUES (?, ?, ?, ?, ?, ?, ?, "
      "?, "
      "?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET tried_at = excluded.tried_at, next_at = "
      "excluded.next_at, tries = excluded.tries, outcome = excluded.outcome, code = excluded.code, words = "
      "excluded.words, may_have_gone_twice = excluded.may_have_gone_twice",
      {attempt.id, attempt.order_id, attempt.told, attempt.channel, attempt.source,
       attempt.hash.empty() ? store::Value(nullptr) : store::Value(attempt.hash), attempt.masked, attempt.confirmed_at,
       now, attempt.tried_at, attempt.next_at, attempt.tries, to_text(attempt.outcome), attempt.code, attempt.words,
       attempt.may_have_gone_twice});
}

void OrderRows::write(store::Tx& tx, const std::string& order, const NextStep& next, std::int64_t tries,
                      base::Instant now) {
  const bool settled = is_settled(next.step);
  const bool handed_over = next.step == NoticeStep::handed_over;
  tx.run(
      "UPDATE notify_order SET state = ?, reason = ?, stepped_at = ?, tries = ?, next_at = ?, handed_over_at = "
      "COALESCE(handed_over_at, ?), settled_at = ? WHERE id = ?",
      {to_text(next.step), next.reason, now, tries, next.next_at,
       handed_over ? store::Value(now) : store::Value(nullptr), settled ? store::Value(now) : store::Value(nullptr),
       order});
}

NextStep OrderRows::judge(const std::vector<Attempt>& attempts) {
  NextStep next;
  const auto is = [](AttemptOutcome outcome) {
    return [outcome](const Attempt& attempt) { return attempt.outcome == outcome; };
  };
  for (const auto& attempt : attempts)
    if (attempt.outcome == AttemptOutcome::waiting || attempt.outcome == AttemptOutcome::sending)
      if (attempt.next_at && (!next.next_at || *attempt.next_at < *next.next_at)) next.next_at = attempt.next_at;
  using enum AttemptOutcome;
  // One server has it; others may be tried still.
  if (std::ranges::any_of(attempts, is(accepted))) return {NoticeStep::handed_over, "", next.next_at};
  if (next.next_at) return next;
  for (const auto outcome : {bounced, expired, refused})
    if (std::ranges::any_of(attempts, is(outcome))) return {NoticeStep::failed, std::string(to_text(outcome))};
  if (std::ranges::any_of(attempts, is(reserved))) return {NoticeStep::reserved};
  return {NoticeStep::no_address};
}

std::vector<Attempt> OrderRows::attempts_of(store::Tx& tx, std::string_view order) {
  std::vector<Attempt> attempts;
  for (const auto& row : tx.query(
           fmt::format("SELECT {} FROM notify_attempt a WHERE a.order_id = ? ORDER BY a.id", attempt_columns), {order}))
    attempts.push_back(read_attempt(row));
  return attempts;
}

std::optional<Attempt> OrderRows::find_attempt(store::Tx& tx, std::string_view id) {
  const auto row = tx.query_one(fmt::format("SELECT {} FROM notify_attempt a WHERE a.id = ?", attempt_columns), {id});
  return row ? std::optional(read_attempt(*row)) : std::nullopt;
}

std::optional<Order> OrderRows::find(store::Tx& tx, std::string_view id) {
  const auto row = tx.query_one(fmt::format("SELECT {} FROM notify_order o WHERE o.id = ?", order_columns), {id});
  if (!row) return std::nullopt;
  auto order = read_order(*row);
  order.attempts = attempts_of(tx, id);
  return order.form ? std::optional(std::move(order)) : std::nullopt;
}

namespace {

// The program itself says it, for the recipient.
std::optional<ledger::NewEntry> entry_for_recipient(parties::Parties& parties, ledger::EventKind kind,
                                                    const Order& order, base::Instant now) {
  if (order.form->audience != TemplateFor::notice) return std::nullopt;
  const auto party = parties.find(order.recipient);
  if (!party) return std::nullopt;
  ledger::NewEntry entry{kind, now};
  entry.actor.kind = terms::ActorKind::system;
  entry.actor.name = "alting";
  entry.party = party->id;
  entry.party_uuid = party->uuid;
  entry.party_name = party->name;
  if (order.service) {
    entry.resource = "app:" + order.service->text();
    if (order.confidential) entry.resource = ledger::confidential_resource(entry.resource);
    entry.agency = order.service->org;
  }
  return entry;
}

}  // namespace

std::optional<ledger::PreparedEntry> OrderRows::entry_of(const Order& order, const NextStep& next) {
  const bool handed_over = next.step == NoticeStep::handed_over;
  if (!is_settled(next.step) || next.step == NoticeStep::cancelled || (handed_over && order.handed_over_at))
    return std::nullopt;
  auto entry = entry_for_recipient(
      with_.parties, handed_over ? ledger::EventKind::notice_handed_over : ledger::EventKind::notice_failed, order,
      with_.clock.now());
  if (!entry) return std::nullopt;
  entry->set(ledger::parameter::cause, order.cause);
  entry->set(ledger::parameter::notice, order.id);
  if (handed_over) {
    entry->set(ledger::parameter::channel, "email");
  } else {
    entry->set(ledger::parameter::reason, next.reason.empty() ? std::string(to_text(next.step)) : next.reason);
  }
  return with_.ledger.prepare(std::move(*entry));
}

std::optional<ledger::PreparedEntry> OrderRows::override_entry(const Order& order, const std::string& reason) {
  auto entry =
      entry_for_recipient(with_.parties, ledger::EventKind::notice_reservation_overridden, order, with_.clock.now());
  if (!entry) return std::nullopt;
  entry->set(ledger::parameter::cause, order.cause);
  entry->set(ledger::parameter::notice, order.id);
  entry->set(ledger::parameter::override_reason, reason);
  return with_.ledger.prepare(std::move(*entry));
}

}  // namespace alting::notify
