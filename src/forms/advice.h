// What `alting check` says of a folder beside its faults: properties that are not read, tasks and components that are
// not offered. None is a reason to refuse the folder; none is dropped in silence.
#pragma once
#include <filesystem>
#include <vector>

#include "forms/fault.h"

namespace alting::forms {

[[nodiscard]] std::vector<Fault> advice_on(const std::filesystem::path& folder);

}  // namespace alting::forms
