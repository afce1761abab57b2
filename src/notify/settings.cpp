#include "notify/settings.h"

namespace alting::notify {

std::vector<base::Setting> settings(NotifyOptions& into) {
  return {base::minutes("notify.quiet_minutes", into.quiet, {0, 24 * 60},
                        "notices of one kind and service to one recipient within so many minutes after another become "
                        "one; 0: each goes by itself"),
          base::whole("notify.per_hour", into.per_hour, {1, 1'000},
                      "notices to one recipient in an hour; what is more waits, and goes together")};
}

}  // namespace alting::notify
