// How long what a business deleted can be had back: the dated rule of retention.toml, for forms here and for messages in
// the inbox. And what nobody deletes for good, because it is held.
#pragma once
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"
#include "terms/ids.h"

namespace alting::instances {

inline constexpr std::string_view rule_of_deleted = "instances.deleted";

// The moment from which what was deleted then goes for good.
[[nodiscard]] base::Instant goes_for_good(base::Instant removed_at);
// What was deleted before this moment goes now; nothing while no rule is in force.
[[nodiscard]] std::optional<base::Instant> over_when_deleted_before(base::Instant now);

// Until when a legal claim or an open matter holds this form or message of the party, as the transaction sees it; nothing:
// none does. What is only restricted is the party's to delete.
using HeldUntil = std::function<std::optional<base::Instant>(store::Tx&, terms::PartyId, std::string_view item)>;
// `conflict` (error.deleting.held, {until}) while it is held. An empty `held`: nothing ever is.
[[nodiscard]] base::Status check_not_held(store::Tx& tx, const HeldUntil& held, terms::PartyId party,
                                          std::string_view item);

}  // namespace alting::instances
