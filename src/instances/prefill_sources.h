// What prefill may take from (docs/app-folder.md): the registers and the person's own profile. Used by this room only.
//
// E-mail and telephone in the contact register are a person's own (eForvaltningsforskriften § 29): into what is done for
// an organisation they come only when their owner asks (Drafts::use_my_contact).
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "parties/parties.h"
#include "store/database.h"
#include "terms/permit.h"

namespace alting::instances {

// Where all that is kept of the party, or of who fills in, is restricted towards the agency or who runs the portal, the
// form begins empty (access/restrictions.h). Answers what stands against it: whose data, and towards whom.
struct PrefillBar {
  terms::PartyId party;
  std::string controller;
};
[[nodiscard]] std::optional<PrefillBar> prefill_bar(store::Tx& tx, const terms::Permit& permit, std::string_view org);
[[nodiscard]] std::map<std::string, std::string> prefill_sources(parties::Parties& parties,
                                                                 const terms::Permit& permit);
// What contact_sources() may answer.
inline constexpr std::array<std::string_view, 2> contact_source_names{"UserProfile.Email", "UserProfile.PhoneNumber"};
// Of the actor's in the contact register, what may be used now.
[[nodiscard]] std::map<std::string, std::string> contact_sources(parties::Parties& parties, const terms::Actor& actor);

}  // namespace alting::instances
