#include "instances/use_case.h"

#include <fmt/format.h>

namespace alting::instances {

base::Error not_found() {
  return base::make_error(base::ErrorKind::not_found, "error.instance.not_found", "no such instance for this party");
}
base::Error wrong_state() {
  return base::make_error(base::ErrorKind::conflict, "error.instance.state", "the instance is in another state");
}

base::Status check_action(const terms::Permit& permit, terms::Action action) {
  if (permit.action() != action) return not_found();
  return {};
}
bool is_of_party(const terms::Permit& permit) {
  switch (permit.action()) {
    case terms::Action::agency_read:
    case terms::Action::agency_confirm:
    case terms::Action::agency_send:
    case terms::Action::agency_follow: return false;
    default: return true;
  }
}

std::string act_on(std::string_view act, std::string_view target) { return fmt::format("{} {}", act, target); }

base::Result<base::Uuid> read_post_id(std::string_view text) {
  const auto id = base::Uuid::parse(text);
  if (!id) return base::make_error(base::ErrorKind::invalid, "error.post_id", "the form carries no one-time id");
  return *id;
}

}  // namespace alting::instances
