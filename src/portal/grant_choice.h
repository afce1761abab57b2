// What one can give another, as a choice on the page of access: a role, or the right to one form.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"

namespace alting::portal {

using Grant = access::Delegations::Grant;

// The value of the choice: "rolle:UTINN", "skjema:dat/avviksmelding".
[[nodiscard]] std::string choice_code(const Grant& grant);
// With neither role nor form when nothing, or nothing of the kind, was chosen. Whether it may be given is not asked.
[[nodiscard]] Grant read_choice(std::string_view code);
[[nodiscard]] bool is_offered(const access::Delegations::Offer& offer, const Grant& grant);

// What may be given, in the order it is shown in: what most come for stands first, the usual roles and one form alone;
// the other roles are shown to who looks for them.
struct Choices {
  std::vector<Grant> first, others;
};
[[nodiscard]] Choices choices_of(const access::Delegations::Offer& offer);

}  // namespace alting::portal
