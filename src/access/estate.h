// Who acts for a business that is bankrupt, or that a court dissolves or winds up by the rules of bankruptcy.
//
// The facts are Enhetsregisteret's: `konkurs` and `underTvangsavviklingEllerTvangsopplosning` of the business
// (Party::has_estate); the estate, a unit of its own (KBO), in which the business holds KDEB, "konkursdebitor" (of a
// one-person business its owner, INNH, may be the debtor); and the estate's administrator, BOBE. A sub-unit follows its
// main unit.
//
// The rule: what is held in the estate, and the role BOBE in the business itself, lets one act for the business. Who
// holds something else there, managers and those they gave access, reads what was sent, the log and who has access, sees
// no draft and nobody who asks for access, and begins, sends, gives and takes nothing. What the administrator gives for
// the business holds as long as it has an
// estate, and no longer. Nobody acts elsewhere by what others gave a business that has one.
//
// Law and sources. konkursloven § 100: from the opening the debtor may not dispose of what belongs to the estate; § 85:
// the administrator's tasks; § 79: the opening is registered, in Enhetsregisteret too (Prop. 74 L (2020-2021) chapter 3.1
// tells of all three). Konkursrådet, "Konkurs i aksjeselskaper": the board keeps the debtor's rights in the proceedings,
// such as to be present when the post is opened: therefore reading stays. Domstol.no, "Tvangsoppløsning og
// tvangsavvikling": the court's order has the effect of an opened bankruptcy (aksjeloven § 16-14 (3), § 16-17 (2)).
// Forskrift 1993-08-23-824 § 1 and § 3: both are registered under the estate's own number. Altinn, "Borolledelegering":
// the administrator has the roles in the estate, and gives them to colleagues.
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "base/time.h"
#include "parties/graph.h"
#include "parties/role_code.h"
#include "terms/permit.h"

namespace alting::access {

// One version of the rule, in force from a day on. The law is older than this program; the first version is from its
// first day.
struct EstateRule {
  base::Instant from;
  std::string_view law;                        // Norwegian, as it is cited
  std::span<const terms::Action> of_managers;  // what those may do who are not of the estate
};
// The one in force; nullptr: none, and nobody loses anything by it.
[[nodiscard]] const EstateRule* estate_rule(base::Instant now);
// Whether someone who is not of the estate may do this.
[[nodiscard]] bool managers_may(const EstateRule& rule, terms::Action action);

// Who takes over a business by a merger: it is struck off, and registered as to be merged with the other (FUSJ). All that
// it had is the other's from then (aksjeloven § 13-16): who has a key role there reads what it sent and got. Nobody
// begins, sends, gives or takes anything for a business that is struck off (place.h).
struct SuccessorRule {
  base::Instant from;
  std::string_view law;      // Norwegian, as it is cited
  std::string_view as_role;  // what FUSJ gives then: what this role gives, and nothing that manages access
};
[[nodiscard]] const SuccessorRule* successor_rule(base::Instant now);
inline constexpr RoleId successor_role = parties::role_code("FUSJ");
// What a role gives in a party; `struck_off`: whether that is.
[[nodiscard]] RoleSet gives_in(RoleId role, bool struck_off, base::Instant now);

// The estates of a business, from either source of facts (facts.h): units that are not struck off.
template <class Source>
std::vector<terms::PartyId> estates_of(Source& source, terms::PartyId business) {
  std::vector<terms::PartyId> found;
  const auto take = [&](terms::PartyId estate) {
    if (std::find(found.begin(), found.end(), estate) == found.end()) found.push_back(estate);
  };
  source.each_estate(business, take);
  source.each_owner(business, [&](terms::PartyId owner) { source.each_estate(owner, take); });
  return found;
}

// Names of the administrators of the business's estates, which are public in Enhetsregisteret; at most ten.
[[nodiscard]] std::vector<std::string> administrators_of(const parties::GraphData& graph, parties::Index business);

}  // namespace alting::access
