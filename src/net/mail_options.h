// What mail's options must be before anything speaks to a server. For this room's .cpp files only.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/mail_relay.h"

namespace alting::net {

// error.settings, with the name of the setting.
[[nodiscard]] base::Status check_mail_options(const MailOptions& options);
// The first line of the file.
[[nodiscard]] base::Result<std::string> read_password(std::string_view setting, const std::filesystem::path& file);

}  // namespace alting::net
