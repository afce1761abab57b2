// The rows of subscriptions and their deliveries. Used by this room only.
#pragma once
#include <optional>

#include "events/subscriptions.h"
#include "store/database.h"
#include "store/row_reader.h"

namespace alting::events {

// In the order that read_subscription() takes them; of the table under the name `s`.
inline constexpr std::string_view subscription_columns =
    "s.id, s.org, s.owner_id, s.end_point, s.source_filter, s.resource_filter, s.subject_filter, "
    "s.alternative_subject_filter, s.type_filter, s.include_subunits, s.state, s.created_at, s.validated_at, "
    "s.ended_at, "
    "s.last_delivered_at, s.failing_since, s.not_before, s.last_outcome, s.last_status, s.supplier";
[[nodiscard]] Subscription read_subscription(store::RowReader& from);
[[nodiscard]] SubscriptionState state_from(std::string_view text);  // std::logic_error for none

void insert_subscription(store::Tx& tx, const Subscription& subscription, std::int64_t position);
[[nodiscard]] std::optional<Subscription> find_subscription(store::Tx& tx, std::string_view org, std::int64_t id);
// Those that have not ended of what this supplier made for the organisation, the newest first.
[[nodiscard]] std::vector<Subscription> running_of_supplier(store::Tx& tx, terms::PartyId owner,
                                                            std::string_view supplier);

// Whether one that has not ended tells the same end point of the same, for the same agency or supplier.
[[nodiscard]] bool has_running_like(store::Tx& tx, const Subscription& wanted);

// The host of an end point, as it stands in the log: with its port when it says one, without path and query.
[[nodiscard]] std::string host_of(std::string_view end_point);

}  // namespace alting::events
