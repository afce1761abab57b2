#include "instances/letting_go.h"

#include "base/json.h"
#include "instances/topics.h"

namespace alting::instances {

void emit_let_go(store::Tx& tx, base::Random& random, base::Instant now, terms::PartyId party) {
  store::emit(tx, random, now, let_go, std::to_string(party.value),
              base::Json::object({{"party", party.value}}).dump());
}

std::optional<terms::PartyId> party_let_go(std::string_view payload) {
  const auto told = base::Json::parse(payload);
  const terms::PartyId party{told ? (*told)["party"].integer_or(0) : 0};
  if (party.value <= 0) return std::nullopt;
  return party;
}

}  // namespace alting::instances
