// Giving access, as a delegation by hand and an approved request both do it: made ready outside the transaction, stored
// inside. A delegation is two rows, one for each side, an entry in the log, and a raised access version of the party.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "access/access.h"
#include "access/state.h"

namespace alting::access {

// Whom the receiver is told it is from: the person who gave it, or the business alone, where it was asked for. Who gave
// it stands for the business's own people either way.
enum class ToldGiver : std::uint8_t { person, business };

struct PreparedGrant {
  DelegationFact fact;
  ledger::PreparedEntry entry;
  std::int64_t version = 0;  // of the party's access (Evidence::access_version), when it was made ready
  ToldGiver told = ToldGiver::person;
};
// Refuses what the permit's actor may not give for the party, giving to oneself, and a last day that is none.
[[nodiscard]] base::Result<PreparedGrant> prepare_grant(State& state, const terms::Permit& permit,
                                                        const Delegations::Grant& grant, base::Instant at,
                                                        ToldGiver told = ToldGiver::person);
// Whether what it was made ready from is still so, as the transaction sees it: what the giver holds, and whether there is
// an estate. When it is not, nothing may be stored, and memory must follow_ground() before it is made ready again.
[[nodiscard]] bool still_stands(const State& state, store::Tx& tx, const PreparedGrant& grant);
void follow_ground(State& state, terms::PartyId party);

// On what taking a delegation away stands.
struct PreparedTaking {
  bool guarded = false;      // not everyone who manages access may (giving.h)
  std::int64_t version = 0;  // of the party's access, when it was asked
};
// Refuses what the permit's actor may not take away; `role`: no_role for a form.
[[nodiscard]] base::Result<PreparedTaking> prepare_taking(State& state, const terms::Permit& permit, RoleId role);
[[nodiscard]] bool still_stands(const State& state, store::Tx& tx, terms::PartyId party, const PreparedTaking& taking);
// What the same party has given the same one already, as the transaction sees it: it holds as long at least, and permits
// as much.
[[nodiscard]] std::optional<terms::DelegationId> given_already(store::Tx& tx, const DelegationFact& fact);
// After recheck(), still_stands() and given_already().
void store_grant(State& state, store::Tx& tx, const PreparedGrant& grant, terms::PartyId given_by, base::Instant at);
// Deletes both rows; false when there was none.
bool take_away(store::Tx& tx, terms::PartyId from, terms::PartyId to, const terms::DelegationId& id);
void raise_version(store::Tx& tx, terms::PartyId party);

// Entries of what one side does alone: they say which access it was; both sides see that, and who had it.
[[nodiscard]] ledger::NewEntry withdrawn_entry(const terms::Permit& permit, base::Instant at,
                                               std::string_view from_name, const DelegationFact& fact,
                                               const parties::Party& to, std::string_view reason);
// The matter is the business's whose access it was. The receiver, whose permit it is, finds it as whom it concerns.
[[nodiscard]] ledger::NewEntry renounced_entry(const terms::Permit& permit, base::Instant at,
                                               const parties::Party& from, const DelegationFact& fact,
                                               const parties::Party& to);
// A party who has gone from the registers is still named by what is stored.
[[nodiscard]] parties::Party stored_party(store::Tx& tx, terms::PartyId id);

[[nodiscard]] std::string role_text(const DelegationFact& fact);  // "" for a form
[[nodiscard]] std::string app_text(const DelegationFact& fact);   // "" for a role
[[nodiscard]] Delegation shown(State& state, const DelegationFact& fact, terms::PartyId given_by, base::Instant at);

[[nodiscard]] std::string key_of(const terms::Actor& actor);  // whose one-time ids (store::once)
[[nodiscard]] base::Result<base::Uuid> read_post(std::string_view post_id);

// A write of what the party has given, and memory after it. A refusal changed nothing; of all else the rows say what it
// did, also when the write did not come back.
template <class F>
base::Result<std::string> write_access(State& state, terms::PartyId party, F&& work) {
  base::Result<std::string> done;
  try {
    done = state.parts.database.write(std::forward<F>(work));
  } catch (...) {
    state.follow(party);
    throw;
  }
  if (done) state.follow(party);
  return done;
}

}  // namespace alting::access
