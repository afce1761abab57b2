#include "login/browser_context.h"

#include <gtest/gtest.h>

namespace alting::login {
namespace {

const std::string a_secret(43, 's');

TEST(BrowserContext, survives_the_cookie) {
  for (const auto& context :
       {BrowserContext{}, BrowserContext{a_secret, false}, BrowserContext{a_secret, true}, BrowserContext{"", true},
        BrowserContext{a_secret, false, true}, BrowserContext{a_secret, true, true}, BrowserContext{"", false, true}})
    EXPECT_EQ(read_browser_context(to_text(context)), context);
}

TEST(BrowserContext, leaves_out_what_it_does_not_understand) {
  EXPECT_EQ(read_browser_context("short"), BrowserContext{});
  EXPECT_EQ(read_browser_context(a_secret + ":x"), (BrowserContext{a_secret, false}));
  EXPECT_EQ(read_browser_context(a_secret + ":x:PHNjcmlwdD4"), (BrowserContext{a_secret, false}));
}

TEST(BrowserContext, forgets_the_way_that_an_older_program_kept) {
  const auto context = read_browser_context(a_secret + ":r:QmFua0lE");
  EXPECT_EQ(context, (BrowserContext{a_secret, true}));
  EXPECT_EQ(to_text(context), a_secret + ":r");
  EXPECT_EQ(to_text(read_browser_context(a_secret + "::QmFua0lE")), a_secret);
}

}  // namespace
}  // namespace alting::login
