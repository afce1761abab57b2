// What an operator may set of what pages say of them.
#pragma once
#include <vector>

#include "base/setting.h"
#include "portal/site.h"

namespace alting::portal {

[[nodiscard]] std::vector<base::Setting> settings(Operator& into);
// What the settings say together: an organisation number is one, a day is one and goes with a status that was tested.
// `invalid`, its detail names the key.
[[nodiscard]] base::Status check_settings(const Operator& given);

}  // namespace alting::portal
