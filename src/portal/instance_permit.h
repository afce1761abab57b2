// A permit for an instance of the party that the address names.
#pragma once
#include <string_view>

#include "instances/instances.h"
#include "portal/view.h"

namespace alting::portal {

struct Allowed {
  terms::Permit permit;
  instances::Location at;
};

// `path_name` is the route's place for the instance's id. Who may not read it is told that it does not exist.
[[nodiscard]] base::Result<Allowed> allow(const View& view, instances::Instances& instances, std::string_view path_name,
                                          terms::Action action);

}  // namespace alting::portal
