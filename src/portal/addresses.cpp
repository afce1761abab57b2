#include "portal/addresses.h"

#include <fmt/format.h>

namespace alting::portal {

std::string percent_encode(std::string_view given) {
  std::string out;
  for (const char c : given) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string local_path(std::string_view given, std::string_view otherwise) {
  const bool good =
      given.starts_with('/') && !given.starts_with("//") && given.size() <= 1000 &&
      std::none_of(given.begin(), given.end(),
                   [](char c) { return c == '\\' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }) &&
      given.find("%0") == std::string_view::npos &&
      given.find("%1") == std::string_view::npos;  // control characters in disguise
  return std::string(good ? given : otherwise);
}

}  // namespace alting::portal
