// What an operator may set of mail.
#pragma once
#include <vector>

#include "base/result.h"
#include "base/setting.h"
#include "net/mail_relay.h"

namespace alting::net {

[[nodiscard]] std::vector<base::Setting> mail_settings(MailOptions& into);
// What the settings must be to each other; to be called once they are read.
[[nodiscard]] base::Status check_mail_settings(const MailOptions& options);

}  // namespace alting::net
