// Who acts. An Actor comes from a session (`login`) or a token, never from a request's own words.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/language.h"
#include "terms/ids.h"

namespace alting::terms {

// organisation: logged in with its enterprise certificate; no person is known. system: a program with a token of its
// organisation, or this program itself (its jobs).
enum class ActorKind : std::uint8_t { person, organisation, system };

// The level of assurance of the login, from `acr` only (ID-porten; eIDAS 910/2014 art. 8). The numbers are Altinn's.
enum class AssuranceLevel : std::uint8_t { none = 0, low = 2, substantial = 3, high = 4 };

struct Actor {
  ActorKind kind = ActorKind::person;
  PartyId party;  // the actor's own party
  PartyUuid party_uuid;
  std::int64_t user_id = 0;  // 0 for organisations and systems
  AssuranceLevel level = AssuranceLevel::none;
  std::string method = {};   // MinID, BankID, ...: shown to the person, decides nothing
  std::string name = {};     // for the actor's own pages and for forms they fill in
  std::string session = {};  // the session's public reference (not its secret id), for read records in the log
  // With what an organisation or a system proved who it is: "certificate:<id>" (access/certificates.h) or
  // "client:<issuer>|<client id>". Empty for persons and for the program itself.
  std::string credential = {};
  std::vector<std::string> scopes = {};      // of a system's token
  std::optional<std::string> supplier = {};  // the organisation number of who acts for a system's organisation

  [[nodiscard]] bool is_person() const { return kind == ActorKind::person; }
  // This program, in its jobs: no system that came with a token.
  [[nodiscard]] bool is_program() const { return kind == ActorKind::system && credential.empty() && party.value == 0; }
};

}  // namespace alting::terms
