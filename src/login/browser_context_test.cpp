#include "login/browser_context.h"

#include <gtest/gtest.h>

namespace alting::login {
namespace {

const std::string a_secret(43, 's');

TEST(BrowserContext, survives_the_cookie) {
  for (const auto& context :
       {BrowserContext{}, BrowserContext{a_secret, false, ""}, BrowserContext{a_secret, true, ""},
        BrowserContext{a_secret, false, "BankID"}, BrowserContext{a_secret, true, "BankID på mobil"}})
    EXPECT_EQ(read_browser_context(to_text(context)), context);
}

TEST(BrowserContext, leaves_out_what_it_does_not_understand) {
  EXPECT_EQ(read_browser_context("short"), BrowserContext{});
  EXPECT_EQ(read_browser_context(a_secret + ":x"), (BrowserContext{a_secret, false, ""}));
  EXPECT_EQ(read_browser_context(a_secret + ":x:PHNjcmlwdD4"), (BrowserContext{a_secret, false, ""}));
  EXPECT_EQ(read_browser_context(":r:QmFua0lE"), (BrowserContext{"", true, "BankID"}));
}

}  // namespace
}  // namespace alting::login
