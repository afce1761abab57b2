// What an operator may set of the machine interfaces.
#pragma once
#include <cstdint>
#include <vector>

#include "base/setting.h"

namespace alting::api {

struct ApiOptions {
  std::int64_t per_minute = 1'200;  // calls of one caller
};

[[nodiscard]] std::vector<base::Setting> settings(ApiOptions& into);

}  // namespace alting::api
