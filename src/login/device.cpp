#include "login/device.h"

#include <array>

namespace alting::login {
namespace {

struct Sign {
  std::string_view in_text, name;
};

// In this order: most browsers also claim to be those further down, and Android claims to be Linux.
constexpr std::array<Sign, 11> browsers{{{"Edg/", "Edge"},
                                         {"EdgA/", "Edge"},
                                         {"EdgiOS/", "Edge"},
                                         {"OPR/", "Opera"},
                                         {"Vivaldi/", "Vivaldi"},
                                         {"SamsungBrowser/", "Samsung Internet"},
                                         {"FxiOS/", "Firefox"},
                                         {"Firefox/", "Firefox"},
                                         {"CriOS/", "Chrome"},
                                         {"Chrome/", "Chrome"},
                                         {"Safari/", "Safari"}}};
constexpr std::array<Sign, 7> systems{{{"Windows", "Windows"},
                                       {"Android", "Android"},
                                       {"iPhone", "iOS"},
                                       {"iPad", "iPadOS"},
                                       {"Mac OS X", "macOS"},
                                       {"CrOS", "ChromeOS"},
                                       {"Linux", "Linux"}}};

template <std::size_t n>
std::string first_in(std::string_view text, const std::array<Sign, n>& signs) {
  for (const auto& [in_text, name] : signs)
    if (text.find(in_text) != std::string_view::npos) return std::string(name);
  return {};
}

}  // namespace

Device device_of(std::string_view user_agent) {
  const auto text = user_agent.substr(0, 1000);
  return {first_in(text, browsers), first_in(text, systems)};
}

std::string to_text(const Device& device) { return device.browser + '/' + device.system; }

Device device_from(std::string_view stored) {
  const auto between = stored.find('/');
  if (between == std::string_view::npos) return {};
  return {std::string(stored.substr(0, between)), std::string(stored.substr(between + 1))};
}

}  // namespace alting::login
