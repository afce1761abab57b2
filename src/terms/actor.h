// Who acts. An Actor comes from a session (`login`) or a token, never from a request's own words.
#pragma once
#include <cstdint>
#include <string>

#include "base/language.h"
#include "terms/ids.h"

namespace alting::terms {

enum class ActorKind : std::uint8_t { person, organisation, system };

// The level of assurance of the login, from `acr` only (ID-porten; eIDAS 910/2014 art. 8). The numbers are Altinn's.
enum class AssuranceLevel : std::uint8_t { none = 0, low = 2, substantial = 3, high = 4 };

struct Actor {
  ActorKind kind = ActorKind::person;
  PartyId party;  // the actor's own party
  PartyUuid party_uuid;
  std::int64_t user_id = 0;  // 0 for organisations and systems
  AssuranceLevel level = AssuranceLevel::none;
  std::string method;   // MinID, BankID, ...: shown to the person, decides nothing
  std::string name;     // for the actor's own pages and for forms they fill in
  std::string session;  // the session's public reference (not its secret id), for read records in the log
};

}  // namespace alting::terms
