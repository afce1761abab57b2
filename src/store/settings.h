// What an operator may set of the data folder, of what one person may do in an hour, and of sweeping.
#pragma once
#include <vector>

#include "base/setting.h"
#include "store/data_folder.h"
#include "store/quota.h"
#include "store/sweep_conditions.h"

namespace alting::store {

// Tests do in a minute what people do in months: in test mode limits that are not set are so many times as high.
inline constexpr std::int64_t more_in_test_mode = 100;

[[nodiscard]] std::vector<base::Setting> settings(DataFolderOptions& into);
// `into` gets the limits of the mode.
[[nodiscard]] std::vector<base::Setting> settings(QuotaLimits& into, terms::Mode mode);
[[nodiscard]] std::vector<base::Setting> settings(SweepOptions& into);

}  // namespace alting::store
