// What is known about me, from which register, and how to correct it; where I am logged in.
#pragma once
#include <optional>

#include "portal/contact_pages.h"
#include "privacy/disputes.h"

namespace alting::portal {

struct ProfileUses {
  std::optional<ContactUses> contact = {};  // none: where one is told of things is not shown
  privacy::Disputes* disputes = nullptr;    // what one says is wrong; nullptr: it is not shown
};
[[nodiscard]] PageSet profile_pages(const ProfileUses& uses = {});

}  // namespace alting::portal
