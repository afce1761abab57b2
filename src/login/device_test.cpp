#include "login/device.h"

#include <gtest/gtest.h>

#include <vector>

namespace alting::login {
namespace {

TEST(Device, is_told_in_two_words_whatever_else_a_browser_claims_to_be) {
  struct Case {
    std::string_view user_agent, browser, system;
  };
  const std::vector<Case> cases{
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox", "Windows"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
       "Safari/537.36 Edg/126.0.0.0",
       "Edge", "Windows"},
      {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile "
       "Safari/537.36",
       "Chrome", "Android"},
      {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
       "Mobile/15E148 Safari/604.1",
       "Safari", "iOS"},
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
       "Safari/605.1.15",
       "Safari", "macOS"},
      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
       "Chrome", "Linux"},
      {"curl/8.0", "", ""},
      {"", "", ""},
  };
  for (const auto& one : cases) {
    const auto device = device_from(to_text(device_of(one.user_agent)));
    EXPECT_EQ(device.browser, one.browser) << one.user_agent;
    EXPECT_EQ(device.system, one.system) << one.user_agent;
  }
  EXPECT_EQ(device_from("").browser, "");  // of a session from before
}

}  // namespace
}  // namespace alting::login
