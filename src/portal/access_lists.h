// The lists of the page of access: who has what, from where, and who asks.
#pragma once
#include <vector>

#include "access/requests.h"
#include "portal/access_view.h"

namespace alting::portal {

// Requests that wait: a form is given with one click, under words that say what it opens; a role after a page that does.
[[nodiscard]] Html waiting_requests(AccessView& view, const std::vector<access::ReceivedRequest>& waiting);
[[nodiscard]] Html answered_requests(const AccessView& view, const std::vector<access::ReceivedRequest>& answered);
[[nodiscard]] Html blocked_persons(AccessView& view, const std::vector<access::BlockedPerson>& blocked);
[[nodiscard]] Html given_access(AccessView& view, const std::vector<access::Delegation>& given);
// Roles that the registers know, by person.
[[nodiscard]] Html roles_from_registers(const AccessView& view);
// What this person got, which they may give up.
[[nodiscard]] Html received_access(AccessView& view, const std::vector<access::Delegation>& received);
// What this person asked businesses for.
[[nodiscard]] Html own_requests(AccessView& view, const std::vector<access::OwnRequest>& requests);

}  // namespace alting::portal
