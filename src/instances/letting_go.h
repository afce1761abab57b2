// Somebody of a party let something of it go for good. What holds more of the party than that one thing, such as a copy of
// everything, hears of it (topics.h) and goes too. Told in the transaction that deletes, so that a kill loses none of it.
#pragma once
#include <optional>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "store/database.h"
#include "terms/ids.h"

namespace alting::instances {

void emit_let_go(store::Tx& tx, base::Random& random, base::Instant now, terms::PartyId party);
// Of which party such a message says so; nothing: it cannot be read.
[[nodiscard]] std::optional<terms::PartyId> party_let_go(std::string_view payload);

}  // namespace alting::instances
