// What one may give of access for a party, and take away: the rules and their sources.
//
// With Tilgangsstyring (ADMAI) one gives the roles and forms that one holds oneself for the party, no matter whether
// Tilgangsstyring follows from a register role or was given; that is also all that a given Tilgangsstyring hands out
// (info.altinn.no, "Tilgangsstyring": "Delegere roller og rettigheter man selv har for en aktør"). A Hovedadministrator
// (HADM) gives every role that can be given, held or not, and every form that such a role opens (info.altinn.no,
// "Hovedadministrator"; the flags in roles.csv say which roles can be given for whom).
//
// Tilgangsstyring itself is given by a Hovedadministrator, and by who has it from a register role: a given one is not
// passed on (altinn-authorization-tmp: the package `tilgangsstyrer` is not delegable, and the rows that may delegate it
// are register roles and hovedadministrator). Hovedadministrator is given by who is DAGL, LEDE, INNH, BEST, DTPR or DTSO
// of the party, and by nobody it was given to (info.altinn.no, "Hovedadministrator": "kan kun delegeres av daglig leder,
// styrets leder, bestyrende reder, innehaver, deltaker med delt ansvar eller deltaker med fullt ansvar. Har du fått
// delegert rollen Hovedadministrator kan du ikke gi den videre til andre").
//
// Klientadministrator (KLADM) is not given here: it administers access for an accountant's or auditor's clients, which
// this portal has nothing of, so it would open nothing. None of the three is ever a ground in a form's policy.
//
// Taking away is a rule of ours; Altinn's was not looked up. Whoever has Tilgangsstyring takes away any role or form that
// the party gave, also what they could not give. But Hovedadministrator is taken away by who may give it, and
// Tilgangsstyring by who may give that, so that nobody takes from others what they cannot give back; and both by the
// person whose party it is, and by the administrator of its estate. The holder's own renouncing is always possible.
#pragma once
#include <vector>

#include "access/facts.h"
#include "access/state.h"

namespace alting::access {

class Giving {
 public:
  // What the actor holds for the party and may act by, in this moment. `graph` and `state` outlive it.
  Giving(const parties::GraphData& graph, const State& state, const terms::Actor& actor, terms::PartyId party,
         const Now& now);

  [[nodiscard]] bool may_give(RoleId role) const;
  [[nodiscard]] bool may_give(const AppRules& rules) const { return basis_of(rules).any(); }
  // The roles by which the form alone permits what it permits; none: it may not be given.
  [[nodiscard]] RoleSet basis_of(const AppRules& rules) const;
  // Whether the actor may take this away from others; no_role: a form. That they manage access is asked elsewhere.
  [[nodiscard]] bool may_take(RoleId role) const { return !is_guarded(role) || takes_all_ || may_give(role); }
  // Whether not everyone who manages access may take it away.
  [[nodiscard]] static bool is_guarded(RoleId role);
  // Given as what administers the party's estate: it holds as long as there is one.
  [[nodiscard]] bool by_estate() const { return by_estate_; }

 private:
  std::vector<Held> held_;
  RoleSet roles_;                        // all that is held
  bool person_ = false, known_ = false;  // the party
  bool main_administrator_ = false;      // held, given or not
  bool names_main_ = false;              // is one of those who make a Hovedadministrator
  bool manages_by_register_ = false;     // Tilgangsstyring from a register role
  bool takes_all_ = false;               // is the party, or administers its estate
  bool by_estate_ = false;
};

}  // namespace alting::access
