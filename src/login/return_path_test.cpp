#include "login/return_path.h"

#include <gtest/gtest.h>

#include "login/sessions.h"

namespace alting::login {
namespace {

TEST(ReturnPath, of_this_site_survives_with_its_query) {
  EXPECT_EQ(safe_return_path("/"), "/");
  EXPECT_EQ(safe_return_path("/skjema/dat/avviksmelding?for=1&b=%26#topp"),
            "/skjema/dat/avviksmelding?for=1&b=%26#topp");
  EXPECT_EQ(safe_return_path("/søk?q=a b"), "/s%C3%B8k?q=a%20b");
}

TEST(ReturnPath, never_leads_to_another_site) {
  for (const std::string& bad : std::vector<std::string>{
           "", "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
           "/a\\b", "javascript:alert(1)", "evil.example", " /x", "/\t/evil.example", "/\n/evil.example",
           "/x\r\nSet-Cookie: a=b", "http:/evil", "data:text/html,x", "/\x7f"})
    EXPECT_EQ(safe_return_path(bad), "/") << bad;
  EXPECT_EQ(safe_return_path("/" + std::string(3000, 'a')), "/");
  EXPECT_EQ(safe_return_path("/\xff"), "/");
  EXPECT_EQ(safe_return_path(std::string_view("/\0x", 3)), "/");
}

TEST(ReturnPath, does_not_go_in_circles_through_the_login) {
  for (const char* step :
       {"/logg-inn", "/logg-inn?til=/x", "/logg-inn/start", "/logg-inn/svar?code=1", "/logg-ut", "/logg-ut/overalt"})
    EXPECT_EQ(safe_return_path(step), "/") << step;
  EXPECT_EQ(safe_return_path("/logg-innsyn"), "/logg-innsyn");
}

TEST(StartLoginPath, carries_deep_link_level_and_method) {
  EXPECT_EQ(start_login_path("/skjema?x=1&y=2", terms::AssuranceLevel::high, "BankID på mobil"),
            "/logg-inn/start?til=%2Fskjema%3Fx%3D1%26y%3D2&niva=4&metode=BankID%20p%C3%A5%20mobil");
  EXPECT_EQ(start_login_path("https://evil.example", {}), "/logg-inn/start");
  EXPECT_EQ(start_login_path("/", {}, "MinID", true), "/logg-inn/start?metode=MinID&husk=ja");
}

}  // namespace
}  // namespace alting::login
