// What an operator may set of requests for access, and of what certificates hold.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/setting.h"
#include "terms/mode.h"

namespace alting::access {

struct RequestLimits {
  std::int64_t per_day = 5;          // that one person sends in a day of Oslo
  std::int64_t open_of_party = 200;  // that stand unanswered at one business; all are shown, so 200 at most
};

// What an organisation's certificate holds from its first login (certificates.h).
struct CertificateRole {
  std::string code = "UTINN";  // or "": nothing
};

// Of what is restricted (restrictions.h).
struct RestrictionLimits {
  std::int64_t notice_days = 14;  // from when it is said that it will be lifted
};

// `into` gets what is other in this mode.
[[nodiscard]] std::vector<base::Setting> settings(RequestLimits& into, terms::Mode mode);
[[nodiscard]] std::vector<base::Setting> settings(CertificateRole& into);
[[nodiscard]] std::vector<base::Setting> settings(RestrictionLimits& into);

}  // namespace alting::access
