#include "events/subscription_rows.h"

#include <fmt/format.h>

#include <array>

namespace alting::events {
namespace {

constexpr std::array<std::pair<SubscriptionState, std::string_view>, 5> subscription_states{
    {{SubscriptionState::validating, "validating"},
     {SubscriptionState::refused, "refused"},
     {SubscriptionState::active, "active"},
     {SubscriptionState::suspended, "suspended"},
     {SubscriptionState::ended, "ended"}}};

}  // namespace

std::string_view to_text(SubscriptionState state) {
  for (const auto& [one, text] : subscription_states)
    if (one == state) return text;
  return "";
}

SubscriptionState state_from(std::string_view text) {
  for (const auto& [state, one] : subscription_states)
    if (one == text) return state;
  throw std::logic_error("a subscription is in no state");
}

std::string_view to_text(DeliveryState state) {
  switch (state) {
    case DeliveryState::waiting: return "waiting";
    case DeliveryState::delivered: return "delivered";
    case DeliveryState::given_up: return "given_up";
  }
  return "";
}

Subscription read_subscription(store::RowReader& from) {
  Subscription one;
  one.id = from.next<std::int64_t>();
  one.org = from.next<std::string>();
  one.owner = from.next<terms::PartyId>();
  one.end_point = from.next<std::string>();
  one.filter.source = from.next<std::string>();
  one.filter.resource = from.next<std::string>();
  one.filter.subject = from.next<std::string>();
  one.filter.alternative_subject = from.next<std::string>();
  one.filter.type = from.next<std::string>();
  one.filter.include_subunits = from.next<bool>();
  one.state = state_from(from.next<std::string>());
  one.created = from.next<base::Instant>();
  one.validated = from.next<std::optional<base::Instant>>();
  one.ended = from.next<std::optional<base::Instant>>();
  one.last_delivered = from.next<std::optional<base::Instant>>();
  one.failing_since = from.next<std::optional<base::Instant>>();
  const auto not_before = from.next<base::Instant>();
  one.last_outcome = from.next<std::string>();
  one.last_status = static_cast<int>(from.next<std::int64_t>());
  one.supplier = from.next<std::string>();
  const bool tried = one.state == SubscriptionState::active || one.state == SubscriptionState::validating;
  if (tried && not_before.micros > 0 && (one.failing_since || one.state == SubscriptionState::validating))
    one.next_try = not_before;
  return one;
}

void insert_subscription(store::Tx& tx, const Subscription& one, std::int64_t position) {
  tx.run(
      "INSERT INTO event_subscription (id, org, owner_id, end_point, source_filter, resource_filter, subject_filter, "
      "alternative_subject_filter, type_filter, include_subunits, state, created_at, position, turn, leased_until, "
      "not_before, failures, told, slow, last_outcome, last_status, supplier) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, 0, 0, 0, 0, 0, 0, '', 0, ?)",
      {one.id, one.org, one.owner, one.end_point, one.filter.source, one.filter.resource, one.filter.subject,
       one.filter.alternative_subject, one.filter.type, one.filter.include_subunits, to_text(one.state), one.created,
       position, one.supplier});
}

std::optional<Subscription> find_subscription(store::Tx& tx, std::string_view org, std::int64_t id) {
  const auto row = tx.query_one(
      fmt::format("SELECT {} FROM event_subscription s WHERE s.id = ? AND s.org = ?", subscription_columns), {id, org});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  return read_subscription(from);
}

std::vector<Subscription> running_of_supplier(store::Tx& tx, terms::PartyId owner, std::string_view supplier) {
  std::vector<Subscription> all;
  for (const auto& row : tx.query(fmt::format("SELECT {} FROM event_subscription s WHERE s.owner_id = ? AND s.supplier "
                                              "= ? AND s.state <> 'ended' ORDER BY s.id DESC",
                                              subscription_columns),
                                  {owner, supplier})) {
    store::RowReader from(row);
    all.push_back(read_subscription(from));
  }
  return all;
}

bool has_running_like(store::Tx& tx, const Subscription& wanted) {
  const auto& filter = wanted.filter;
  return tx
      .query_one(
          "SELECT 1 FROM event_subscription WHERE org = ? AND supplier = ? AND end_point = ? AND source_filter = ? AND "
          "resource_filter = ? AND subject_filter = ? AND alternative_subject_filter = ? AND type_filter = ? AND "
          "include_subunits = ? AND state <> 'ended' LIMIT 1",
          {wanted.org, wanted.supplier, wanted.end_point, filter.source, filter.resource, filter.subject,
           filter.alternative_subject, filter.type, filter.include_subunits})
      .has_value();
}

std::string host_of(std::string_view end_point) {
  const auto start = end_point.find("://");
  auto rest = start == std::string_view::npos ? end_point : end_point.substr(start + 3);
  return std::string(rest.substr(0, rest.find_first_of("/?#")));
}

}  // namespace alting::events
