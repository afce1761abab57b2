// The kind of browser and system in two words, so that people know their sessions apart. No versions, and nothing of
// what else a User-Agent tells: it is not for recognising anyone.
#pragma once
#include <string>
#include <string_view>

namespace alting::login {

struct Device {
  std::string browser, system;  // "Firefox", "Windows"; "" for what is not known
};
[[nodiscard]] Device device_of(std::string_view user_agent);

// As it is stored: "Firefox/Windows".
[[nodiscard]] std::string to_text(const Device& device);
[[nodiscard]] Device device_from(std::string_view stored);

}  // namespace alting::login
