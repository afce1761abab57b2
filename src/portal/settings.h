// What an operator may set of what pages say of them.
#pragma once
#include <vector>

#include "base/setting.h"
#include "portal/site.h"

namespace alting::portal {

[[nodiscard]] inline std::vector<base::Setting> settings(Operator& into) {
  return {base::text("operator.name", into.name, "shown at the foot of each page, on the help and privacy pages")
              .required(),
          base::text("operator.email", into.email, "").required(),
          base::text("operator.phone", into.phone, "").fallback_in_words("")};
}

}  // namespace alting::portal
