// What the use cases of requests and disputes begin with: a permit of who manages the party's access, and a post's one-time
// id.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"
#include "instances/instance.h"
#include "terms/permit.h"

namespace alting::privacy {

// Of the party's own people: neither a job nor who has a case asks for others.
[[nodiscard]] inline bool is_of_own_people(const terms::Permit& permit) {
  const auto& kind = permit.evidence().kind;
  return kind == "self" || kind == "role" || kind == "delegation" || kind == "certificate";
}

[[nodiscard]] inline base::Status check_managing(const terms::Permit& permit) {
  if (permit.action() == terms::Action::delegate && permit.resource() == "party" && is_of_own_people(permit)) return {};
  return base::make_error(base::ErrorKind::forbidden, "error.rights.permit", "no permit to manage the party");
}

[[nodiscard]] inline base::Result<base::Uuid> read_rights_post(std::string_view text) {
  const auto id = base::Uuid::parse(text);
  if (!id) return base::make_error(base::ErrorKind::invalid, "error.post_id", "the form carries no one-time id");
  return *id;
}

[[nodiscard]] inline std::string rights_poster(const terms::Permit& permit) {
  return instances::party_holder(permit.actor().party);
}

}  // namespace alting::privacy
