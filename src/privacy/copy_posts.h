// What the use cases of copies begin with: a permit, and a post's one-time id. Used by this room only.
#pragma once
#include <string_view>

#include "base/uuid.h"
#include "ledger/event_parameters.h"
#include "ledger/ledger.h"
#include "privacy/copies.h"
#include "privacy/posts.h"

namespace alting::privacy {

[[nodiscard]] inline base::Result<base::Uuid> read_copy_post(std::string_view text) {
  const auto id = base::Uuid::parse(text);
  if (!id) return base::make_error(base::ErrorKind::invalid, "error.post_id", "the form carries no one-time id");
  return *id;
}

// Who manages the access of the party itself now: who led a business before its estate may see who has access, and no more.
[[nodiscard]] inline base::Status check_copy_permit(const terms::Permit& permit) {
  if (permit.actor().is_person() && check_managing(permit)) return {};
  return base::make_error(base::ErrorKind::forbidden, "error.copies.not_yours",
                          "no permit to have a copy of the party's data");
}

}  // namespace alting::privacy
