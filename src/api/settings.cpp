#include "api/settings.h"

namespace alting::api {

std::vector<base::Setting> settings(ApiOptions& into) {
  return {
      base::whole("api.per_minute", into.per_minute, {1, 1'000'000},
                  "calls of the machine interfaces that one client of one organisation may make in a minute, in each "
                  "process; who asks for more gets 429 and `Retry-After`")};
}

}  // namespace alting::api
