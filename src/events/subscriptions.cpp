#include "events/subscriptions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/page_token.h"
#include "crypto/hash.h"
#include "events/event_rows.h"
#include "events/subscription_rows.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "store/once.h"

namespace alting::events {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::int64_t most_counted = 1'000;
constexpr std::size_t longest_end_point = 2'000;

base::Error no_subscription() { return make_error(ErrorKind::not_found, "error.events.no_subscription"); }
base::Error wrong_state_of_subscription() { return make_error(ErrorKind::conflict, "error.events.state"); }

std::int64_t count_deliveries(store::Tx& tx, std::int64_t id, DeliveryState state) {
  return store::read_one<std::int64_t>(
      tx,
      "SELECT COUNT(*) FROM (SELECT 1 AS one FROM event_delivery WHERE subscription_id = ? AND state = ? LIMIT ?) k",
      {id, to_text(state), most_counted});
}

// What it has looked at and could not deliver, and what it has not come to.
void count_waiting(store::Tx& tx, Subscription& one) {
  one.given_up = count_deliveries(tx, one.id, DeliveryState::given_up);
  if (one.state == SubscriptionState::ended) return;
  const auto position =
      store::read_one<std::int64_t>(tx, "SELECT position FROM event_subscription WHERE id = ?", {one.id});
  const auto behind = std::max<std::int64_t>(0, last_number(tx, one.org) - position);
  one.waiting = std::min(most_counted, behind + count_deliveries(tx, one.id, DeliveryState::waiting));
}

// A machine's may be none: of some repeats `api` knows. A page's form always has one.
base::Result<std::optional<base::Uuid>> once_id_of(const terms::Actor& actor, std::string_view post_id) {
  if (post_id.empty() && !actor.is_person()) return std::optional<base::Uuid>();
  const auto id = base::Uuid::parse(post_id);
  if (!id) return make_error(ErrorKind::invalid, "error.post_id");
  return id;
}

// What was asked for is a part of the act: the same id with another address is another post.
std::string on_what(const NewSubscription& wanted) {
  const auto& filter = wanted.filter;
  return base::to_hex(
      crypto::sha256({wanted.end_point, "\n", filter.source, "\n", filter.resource, "\n", filter.subject, "\n",
                      filter.alternative_subject, "\n", filter.type, "\n", filter.include_subunits ? "1" : "0"}));
}

void end_at(store::Tx& tx, std::int64_t id, base::Instant at) {
  tx.run("UPDATE event_subscription SET state = 'ended', ended_at = ? WHERE id = ?", {at, id});
}

std::string poster_of(const terms::Actor& actor) { return fmt::format("party:{}", actor.party.value); }

}  // namespace

// What is to be done with a subscription that is there, and what the log says of it.
struct Subscriptions::Change {
  ledger::EventKind kind;
  std::function<void(ledger::NewEntry&, const Subscription&)> say;
  std::function<base::Status(store::Tx&, const Subscription&)> apply;
};

base::Result<std::vector<Subscription>> Subscriptions::list(const terms::Scope& scope) {
  if (!scope.agency()) return no_subscription();
  return with_.database.read([&](store::Tx& tx) -> base::Result<std::vector<Subscription>> {
    ALTING_CHECK(with_.decider.recheck_read(tx, scope));
    std::vector<Subscription> all;
    for (const auto& row :
         tx.query(fmt::format("SELECT {} FROM event_subscription s WHERE s.org = ? ORDER BY s.id DESC LIMIT 500",
                              subscription_columns),
                  {*scope.agency()})) {
      store::RowReader from(row);
      all.push_back(read_subscription(from));
      count_waiting(tx, all.back());
    }
    return all;
  });
}

base::Result<Subscription> Subscriptions::find(const terms::Scope& scope, std::int64_t id) {
  if (!scope.agency()) return no_subscription();
  return with_.database.read([&](store::Tx& tx) -> base::Result<Subscription> {
    ALTING_CHECK(with_.decider.recheck_read(tx, scope));
    auto found = find_subscription(tx, *scope.agency(), id);
    if (!found) return no_subscription();
    count_waiting(tx, *found);
    return std::move(*found);
  });
}

// Of what was sent with a form that the scope has no more, nothing.
base::Result<DeliveryPage> Subscriptions::deliveries(const terms::Scope& scope, std::int64_t id, std::string_view after,
                                                     int limit) {
  if (!scope.agency()) return no_subscription();
  const auto size = static_cast<std::size_t>(std::clamp(limit, 1, 200));
  const auto before = base::from_page_token<std::int64_t>(after).value_or(std::numeric_limits<std::int64_t>::max());
  return with_.database.read([&](store::Tx& tx) -> base::Result<DeliveryPage> {
    ALTING_CHECK(with_.decider.recheck_read(tx, scope));
    if (!find_subscription(tx, *scope.agency(), id)) return no_subscription();
    DeliveryPage page;
    std::int64_t last = 0;
    std::size_t looked_at = 0;
    for (const auto& row :
         tx.query(fmt::format("SELECT {}, d.state, d.attempts, d.last_outcome, d.last_status, d.tried_at, d.due_at, "
                              "d.delivered_at FROM event_delivery d JOIN event e ON e.org = ? AND e.seq = d.seq WHERE "
                              "d.subscription_id = ? AND d.seq < ? AND {} ORDER BY d.seq DESC LIMIT ?",
                              event_columns, visible_event()),
                  {*scope.agency(), id, before, static_cast<std::int64_t>(size + 1)})) {
      if (++looked_at > size) {
        page.next = base::to_page_token(last);
        break;
      }
      store::RowReader from(row);
      DeliveryRow one{.event = read_event(from)};
      const auto state = from.next<std::string>();
      one.state = state == to_text(DeliveryState::delivered)  ? DeliveryState::delivered
                  : state == to_text(DeliveryState::given_up) ? DeliveryState::given_up
                                                              : DeliveryState::waiting;
      one.attempts = static_cast<int>(from.next<std::int64_t>());
      one.last_outcome = from.next<std::string>();
      one.last_status = static_cast<int>(from.next<std::int64_t>());
      one.last_try = from.next<std::optional<base::Instant>>();
      const auto due = from.next<base::Instant>();
      if (one.state == DeliveryState::waiting) one.next_try = due;
      one.delivered = from.next<std::optional<base::Instant>>();
      last = one.event.seq;
      const auto& apps = scope.agency_apps();
      if (!one.event.app || std::ranges::find(apps, *one.event.app) != apps.end()) page.rows.push_back(std::move(one));
    }
    return page;
  });
}

// The agency's organisation, for whoever may change what it is told.
base::Result<terms::PartyId> Subscriptions::owner_of(const Ground& ground) {
  if (!ground.scope.agency()) return no_subscription();
  const auto agency = with_.parties.find_organisation(with_.agency_number(*ground.scope.agency()));
  if (!agency) return no_subscription();
  const auto& actor = ground.scope.actor();
  const auto* manager = ground.manager;
  const bool may = actor.kind == terms::ActorKind::person
                       ? manager != nullptr && manager->action() == terms::Action::delegate &&
                             manager->party() == agency->id && manager->actor().party == actor.party
                       : actor.party == agency->id;
  if (!may) return make_error(ErrorKind::forbidden, "error.events.not_manager");
  return agency->id;
}

base::Status Subscriptions::recheck(store::Tx& tx, const Ground& ground) {
  ALTING_CHECK(with_.decider.recheck(tx, ground.scope));
  if (ground.manager != nullptr) ALTING_CHECK(with_.decider.recheck(tx, *ground.manager));
  return {};
}

namespace {

ledger::NewEntry entry_of(ledger::EventKind kind, const Ground& ground, const parties::Party& owner, base::Instant at) {
  ledger::NewEntry entry{kind, at};
  entry.actor = ground.scope.actor();
  entry.party = owner.id;
  entry.party_uuid = owner.uuid;
  entry.party_name = owner.name;
  entry.resource = "agency:" + *ground.scope.agency();
  entry.evidence = ground.manager != nullptr ? ground.manager->evidence() : ground.scope.evidence();
  entry.agency = *ground.scope.agency();
  return entry;
}

}  // namespace

base::Result<Subscription> Subscriptions::add(const Ground& ground, const NewSubscription& wanted, base::Instant at,
                                              std::string_view post_id) {
  ALTING_TRY(owner, owner_of(ground));
  if (wanted.end_point.empty() || wanted.end_point.size() > longest_end_point)
    return make_error(ErrorKind::invalid, "error.events.end_point");
  ALTING_CHECK(with_.check_address(wanted.end_point));
  ALTING_CHECK(check_filter(wanted.filter));
  const auto party = with_.parties.find(owner);
  if (!party) return no_subscription();
  ALTING_TRY(once_id, once_id_of(ground.scope.actor(), post_id));
  Subscription made;
  made.org = *ground.scope.agency();
  made.owner = owner;
  made.supplier = ground.scope.actor().supplier.value_or("");
  made.end_point = wanted.end_point;
  made.filter = wanted.filter;
  made.created = at;

  // Its number stands in the entry, and is known when the entry is made ready: it is taken before, and may be lost.
  ALTING_TRY(id, with_.database.write([](store::Tx& tx) -> base::Result<std::int64_t> { return next_number(tx, ""); }));
  made.id = id;
  auto entry = entry_of(ledger::EventKind::subscription_added, ground, *party, at);
  entry.set(ledger::parameter::end_point, host_of(made.end_point));
  entry.set(ledger::parameter::subscription, made.id);
  const auto prepared = with_.ledger.prepare(std::move(entry));

  const auto insert = [&](store::Tx& tx) -> base::Result<std::string> {
    ALTING_CHECK(recheck(tx, ground));
    // Its token was good when it called: what is taken back meanwhile leaves no subscription behind.
    if (!made.supplier.empty() && with_.was_taken_back &&
        with_.was_taken_back(tx, party->organisation_number, made.supplier))
      return make_error(ErrorKind::forbidden, "error.token.ended");
    ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, ground.scope.actor().party));
    if (store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM event_subscription WHERE org = ? AND state <> 'ended'",
                                      {made.org}) >= max_subscriptions)
      return make_error(ErrorKind::too_many, "error.events.too_many", {},
                        {{"limit", std::to_string(max_subscriptions)}});
    // A person who goes back and posts again wants no second one. A machine says by its key what is a repetition.
    if (ground.scope.actor().is_person() && has_running_like(tx, made))
      return make_error(ErrorKind::conflict, "error.events.same");
    insert_subscription(tx, made, last_number(tx, made.org));
    with_.ledger.append(tx, prepared);
    return std::to_string(made.id);
  };
  ALTING_TRY(outcome, with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    if (!once_id) return insert(tx);
    return store::once(tx, *once_id, poster_of(ground.scope.actor()),
                       fmt::format("{} {}", subscription_added, on_what(wanted)), at, [&] { return insert(tx); });
  }));
  return find(ground.scope, std::stoll(outcome));
}

base::Status Subscriptions::write(const Ground& ground, const std::string& act, std::int64_t id, base::Instant at,
                                  std::string_view post_id, const Change& change) {
  ALTING_TRY(owner, owner_of(ground));
  const auto party = with_.parties.find(owner);
  if (!party) return no_subscription();
  ALTING_TRY(once_id, once_id_of(ground.scope.actor(), post_id));
  ALTING_TRY(known, find(ground.scope, id));
  auto entry = entry_of(change.kind, ground, *party, at);
  change.say(entry, known);
  const auto prepared = with_.ledger.prepare(std::move(entry));
  const auto apply = [&](store::Tx& tx) -> base::Result<std::string> {
    ALTING_CHECK(recheck(tx, ground));
    ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, ground.scope.actor().party));
    const auto now = find_subscription(tx, known.org, id);
    if (!now) return no_subscription();
    ALTING_CHECK(change.apply(tx, *now));
    with_.ledger.append(tx, prepared);
    return std::string();
  };
  ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    if (!once_id) return apply(tx);
    return store::once(tx, *once_id, poster_of(ground.scope.actor()), act, at, [&] { return apply(tx); });
  }));
  return {};
}

base::Status Subscriptions::end(const Ground& ground, std::int64_t id, base::Instant at, std::string_view post_id) {
  return write(ground, fmt::format("{} {}", subscription_ended, id), id, at, post_id,
               {ledger::EventKind::subscription_ended,
                [](ledger::NewEntry& entry, const Subscription& one) {
                  entry.set(ledger::parameter::end_point, host_of(one.end_point));
                  entry.set(ledger::parameter::reason, "owner");
                  entry.set(ledger::parameter::subscription, one.id);
                },
                [&](store::Tx& tx, const Subscription& one) -> base::Status {
                  if (one.state == SubscriptionState::ended) return wrong_state_of_subscription();
                  end_at(tx, one.id, at);
                  return {};
                }});
}

std::vector<Subscription> Subscriptions::of_supplier(const terms::Permit& permit, std::string_view supplier) {
  if (permit.resource() != "party" || permit.action() != terms::Action::delegate || supplier.empty()) return {};
  return with_.database.read([&](store::Tx& tx) {
    return with_.decider.recheck_read(tx, permit) ? running_of_supplier(tx, permit.party(), supplier)
                                                  : std::vector<Subscription>();
  });
}

Subscriptions::Ending Subscriptions::end_with_right(const terms::Permit& permit, std::string_view supplier,
                                                    base::Instant at) {
  const auto owner = with_.parties.find(permit.party());
  std::vector<std::pair<std::int64_t, ledger::PreparedEntry>> ready;
  for (const auto& one : of_supplier(permit, supplier)) {
    auto entry = ledger::entry_for(ledger::EventKind::subscription_ended, permit, at);
    if (owner) entry.party_name = owner->name;
    entry.resource = "agency:" + one.org;
    entry.agency = one.org;
    entry.set(ledger::parameter::end_point, host_of(one.end_point));
    entry.set(ledger::parameter::reason, "supplier");
    entry.set(ledger::parameter::subscription, one.id);
    ready.emplace_back(one.id, with_.ledger.prepare(std::move(entry)));
  }
  return [this, ready = std::move(ready), of = permit.party(), supplier = std::string(supplier),
          at](store::Tx& tx) -> base::Status {
    for (const auto& one : running_of_supplier(tx, of, supplier)) {
      const auto known = std::ranges::find_if(ready, [&](const auto& some) { return some.first == one.id; });
      if (known == ready.end()) return make_error(ErrorKind::conflict, "error.events.made_meanwhile");
      end_at(tx, one.id, at);
      with_.ledger.append(tx, known->second);
    }
    return {};
  };
}

base::Status Subscriptions::check(const Ground& ground, std::int64_t id, base::Instant at, std::string_view post_id) {
  return write(ground, fmt::format("{} {}", subscription_checked, id), id, at, post_id,
               {ledger::EventKind::subscription_changed,
                [](ledger::NewEntry& entry, const Subscription& one) {
                  entry.set(ledger::parameter::change, "checked");
                  entry.set(ledger::parameter::subscription, one.id);
                },
                [&](store::Tx& tx, const Subscription& one) -> base::Status {
                  if (one.state == SubscriptionState::ended) return wrong_state_of_subscription();
                  tx.run("UPDATE event_delivery SET due_at = ? WHERE subscription_id = ? AND state = 'waiting'",
                         {at, one.id});
                  if (one.state == SubscriptionState::active) {
                    tx.run("UPDATE event_subscription SET not_before = 0 WHERE id = ?", {one.id});
                    return {};
                  }
                  // What was given up while nothing reached it comes too.
                  tx.run(
                      "UPDATE event_delivery SET state = 'waiting', attempts = 0, due_at = ? WHERE subscription_id = ? "
                      "AND state = 'given_up'",
                      {at, one.id});
                  tx.run(
                      "UPDATE event_subscription SET state = 'validating', not_before = 0, failures = 0, "
                      "failing_since = NULL, told = 0 WHERE id = ?",
                      {one.id});
                  return {};
                }});
}

base::Status Subscriptions::replay(const Ground& ground, std::int64_t id, std::int64_t from_seq, base::Instant at,
                                   std::string_view post_id) {
  return write(
      ground, fmt::format("{} {} {}", subscription_replayed, id, from_seq), id, at, post_id,
      {ledger::EventKind::subscription_changed,
       [](ledger::NewEntry& entry, const Subscription& one) {
         entry.set(ledger::parameter::change, "replayed");
         entry.set(ledger::parameter::subscription, one.id);
       },
       [&](store::Tx& tx, const Subscription& one) -> base::Status {
         if (one.state != SubscriptionState::active) return wrong_state_of_subscription();
         if (from_seq < 1) return make_error(ErrorKind::invalid, "error.events.replay_from");
         tx.run("UPDATE event_subscription SET not_before = 0 WHERE id = ?", {one.id});
         tx.run("UPDATE event_subscription SET position = ? WHERE id = ? AND position > ?",
                {from_seq - 1, one.id, from_seq - 1});
         tx.run(
             "UPDATE event_delivery SET state = 'waiting', attempts = 0, due_at = ? WHERE subscription_id = ? AND "
             "state = 'given_up'",
             {at, one.id});
         return {};
       }});
}

}  // namespace alting::events
