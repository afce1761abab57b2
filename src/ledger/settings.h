// What an operator may set of the log.
#pragma once
#include <vector>

#include "base/setting.h"
#include "ledger/make_ledger.h"

namespace alting::ledger {

[[nodiscard]] inline std::vector<base::Setting> settings(LedgerOptions& into) {
  return {base::text("log.origin", into.origin,
                     "what the log's name begins with, its number follows; fixed when the log begins. Leave it alone: "
                     "then the name is the address")
              .fallback_in_words("host and port of `public_url`, and `/log`")};
}

}  // namespace alting::ledger
