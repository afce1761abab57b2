// What an operator may set of notices; how mail is sent stands in net/mail_settings.h.
#pragma once
#include <vector>

#include "base/setting.h"
#include "base/time.h"

namespace alting::notify {

struct NotifyOptions {
  // Notices of one kind and service to one recipient within so long after another become one.
  base::Duration quiet = base::Duration::minutes(10);
  // What a recipient is told of in an hour; what is more waits, and goes together.
  std::int64_t per_hour = 20;
};

[[nodiscard]] std::vector<base::Setting> settings(NotifyOptions& into);

}  // namespace alting::notify
