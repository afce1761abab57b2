#include "web/cookies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace alting::web {
namespace {

using testing::HasSubstr;
using testing::Not;

class CookiesTest : public testing::Test {
 protected:
  static Request carrying(const std::string& set_cookie) {
    Request request;
    request.headers.emplace_back("cookie", "other=1; " + set_cookie.substr(0, set_cookie.find(';')));
    return request;
  }
  base::SeededRandom random_{1};
  Cookies secure_{std::string(32, 'a'), true, random_};
  Cookies plain_{std::string(32, 'a'), false, random_};
  Cookies other_{std::string(32, 'b'), true, random_};
};

TEST_F(CookiesTest, say_what_protects_them) {
  std::string line = secure_.write(CookieKind::session, "abc");
  EXPECT_EQ(line, "__Host-alting-okt=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
  EXPECT_THAT(secure_.write(CookieKind::persistent_context, "nb"), HasSubstr("Max-Age=31536000"));
  EXPECT_THAT(secure_.clear(CookieKind::session), HasSubstr("Max-Age=0"));
  EXPECT_THAT(plain_.write(CookieKind::session, "abc"), testing::StartsWith("alting-okt=abc"));
}

TEST_F(CookiesTest, survive_the_way) {
  for (const auto& info : cookie_catalogue())
    for (std::string value : {"x", "nb:BankID på mobil", "a;b,c\"d\\e%f"})
      EXPECT_EQ(secure_.read(carrying(secure_.write(info.kind, value)), info.kind), value) << info.name;
}

TEST_F(CookiesTest, the_sealed_one_shows_nothing_and_cannot_be_changed_or_moved) {
  std::string line = secure_.write(CookieKind::context, "/a/1/hemmelig");
  EXPECT_THAT(line, Not(HasSubstr("hemmelig")));
  Request request = carrying(line);
  EXPECT_EQ(other_.read(request, CookieKind::context), std::nullopt);
  std::string changed = line;
  char& octet = changed[changed.find('=') + 5];
  octet = octet == 'A' ? 'B' : 'A';
  EXPECT_EQ(secure_.read(carrying(changed), CookieKind::context), std::nullopt);
}

TEST_F(CookiesTest, a_token_is_new_on_each_page_and_good_for_its_browser_only) {
  auto first = secure_.token(Request{});
  ASSERT_TRUE(first.set_cookie);
  Request browser = carrying(*first.set_cookie);
  auto second = secure_.token(browser);
  EXPECT_FALSE(second.set_cookie);
  EXPECT_NE(first.form_value, second.form_value);
  for (const std::string& value : {first.form_value, second.form_value}) {
    browser.form = {{"token", value}};
    EXPECT_TRUE(secure_.token_is_good(browser));
    EXPECT_FALSE(other_.token_is_good(browser));
  }
  browser.form = {{"token", secure_.token(Request{}).form_value}};
  EXPECT_FALSE(secure_.token_is_good(browser));
  browser.form.clear();
  EXPECT_FALSE(secure_.token_is_good(browser));
  browser.headers.emplace_back("alting-token", first.form_value);
  EXPECT_TRUE(secure_.token_is_good(browser));
}

TEST_F(CookiesTest, the_catalogue_is_complete) {
  std::set<std::string_view> names;
  for (const auto& info : cookie_catalogue()) {
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_FALSE(info.purpose_id.empty());
    EXPECT_FALSE(info.lifetime_id.empty());
  }
  EXPECT_EQ(names.size(), 5u);
}

}  // namespace
}  // namespace alting::web
