// What the registers say now, as one transaction sees it: for who decides again inside a write, when memory (graph.h) may
// be a moment behind a register that was switched on, or a commit of another process.
//
// "Now" is the generation in use of each register (import.h). Each function is one look-up by a key, and keeps nothing
// from one transaction to the next.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parties/role_code.h"
#include "store/database.h"
#include "terms/ids.h"

namespace alting::parties {

// As Folkeregisteret said when it was last asked. False for who is no person, and for who is not known.
[[nodiscard]] bool is_dead(store::Tx& tx, terms::PartyId person);
// How Enhetsregisteret has the organisation. Nothing when no generation in use has it.
struct Standing {
  bool struck_off = false;
  bool has_estate = false;  // bankrupt, or dissolved by a court by the rules of bankruptcy
};
[[nodiscard]] std::optional<Standing> standing_of(store::Tx& tx, terms::PartyId organisation);
// "1991", as Folkeregisteret says; "" for who is no person, and when it does not say.
[[nodiscard]] std::string birth_year_of(store::Tx& tx, terms::PartyId person);
// Nothing when no party has the number; a number of the wrong shape is nobody's.
[[nodiscard]] std::optional<terms::PartyId> organisation_with(store::Tx& tx, std::string_view organisation_number);

// Who is gone from the registers: a person who is dead, an organisation that was struck off, and one that went up in
// another (struck off, and registered as to be merged with it: FUSJ).
enum class GoneBy : std::uint8_t { death, struck_off, merger };
[[nodiscard]] std::string_view to_text(GoneBy by);  // "death", "struck_off", "merger"
struct GoneParty {
  terms::PartyId party;
  GoneBy by = GoneBy::death;
};
// Nothing when the party is there, or not known.
[[nodiscard]] std::optional<GoneBy> gone_by(store::Tx& tx, terms::PartyId party);
// Those with a number above `after`, by number, some more than `limit` at most.
[[nodiscard]] std::vector<GoneParty> gone_parties(store::Tx& tx, terms::PartyId after, std::int64_t limit);
// Forgets who has a role in an organisation that was struck off, and what its roles were when it was. Memory follows.
void forget_roles_in(store::Tx& tx, terms::PartyId organisation);

// What a party is called. One that has gone from the registers is still named by what is stored.
struct StoredName {
  terms::PartyUuid uuid;
  std::string name;
};
[[nodiscard]] std::optional<StoredName> name_of(store::Tx& tx, terms::PartyId party);

// How often a generation was switched on: part of every access version.
[[nodiscard]] std::int64_t switch_count(store::Tx& tx);

// "enhetsregisteret:7", from "enhetsregisteret/role-identities" and 7.
[[nodiscard]] std::string source_text(std::string_view register_name, std::int64_t generation);

struct HeldRole {
  RoleCode role;
  terms::PartyId in;
  std::uint8_t source;  // place in the sources
};
struct Holding {  // the same, seen from the organisation
  RoleCode role;
  terms::PartyId holder;
};

// The role facts in force. Codes that this program does not know are passed over (role_code.h), and the dead hold none.
class RolesInForce {
 public:
  explicit RolesInForce(store::Tx& tx);  // reads which generations are in use; outlived by the transaction
  // By generation, then by the code's letters.
  [[nodiscard]] std::vector<HeldRole> held(terms::PartyId holder, terms::PartyId in) const;
  // By generation, organisation, and the code's letters.
  [[nodiscard]] std::vector<HeldRole> held_by(terms::PartyId holder) const;
  // All that are held in it. The dead are not left out: who asks for one asks is_dead().
  [[nodiscard]] std::vector<Holding> held_in(terms::PartyId organisation) const;
  [[nodiscard]] const std::string& source(std::uint8_t at) const { return generations_[at].source; }

 private:
  struct Generation {
    std::int64_t number;
    std::string source;
  };
  store::Tx& tx_;
  std::vector<Generation> generations_;  // lowest first
};

}  // namespace alting::parties
