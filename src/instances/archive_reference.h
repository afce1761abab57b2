// What people call something that was sent.
#pragma once
#include <string>

#include "base/text.h"
#include "terms/ids.h"

namespace alting::instances {

// "AR" and the last twelve hexadecimal digits of the instance's id, in the manner of Altinn's archive references.
[[nodiscard]] inline std::string archive_reference(const terms::InstanceId& id) {
  return "AR" + base::to_upper(id.text().substr(24));
}

}  // namespace alting::instances
