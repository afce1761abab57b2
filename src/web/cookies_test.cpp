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

TEST_F(CookiesTest, a_token_is_of_the_session_and_worth_nothing_after_the_next_login) {
  const auto token_cookie = *secure_.token(Request{}).set_cookie;
  const auto browser = [&](std::string_view session) {
    auto request = carrying(token_cookie);
    if (!session.empty()) {
      const auto line = secure_.write(CookieKind::session, session);
      request.headers[0].second += "; " + line.substr(0, line.find(';'));
    }
    return request;
  };
  const auto made_for = [&](std::string_view session) { return secure_.token(browser(session)).form_value; };
  // Before a login, after it, after a step-up, after logging out: each page is good for its own time.
  const std::vector<std::string> times{"", "first", "second"};
  for (const auto& made : times) {
    for (const auto& posted : times) {
      auto request = browser(posted);
      request.form = {{"token", made_for(made)}};
      EXPECT_EQ(secure_.token_is_good(request), made == posted) << "'" << made << "' '" << posted << "'";
    }
  }
}

TEST_F(CookiesTest, a_pair_that_was_made_for_another_browser_is_refused_where_it_is_planted) {
  // All of the attacker's own: a token cookie, signed by us, and a form value that fits it.
  const auto planted = *secure_.token(Request{}).set_cookie;
  auto attacker = carrying(planted);
  const auto own_session = secure_.write(CookieKind::session, "the attacker's");
  attacker.headers[0].second += "; " + own_session.substr(0, own_session.find(';'));
  for (const auto& value : {secure_.token(attacker).form_value, secure_.token(carrying(planted)).form_value}) {
    auto victim = carrying(planted);
    const auto session = secure_.write(CookieKind::session, "the victim's");
    victim.headers[0].second += "; " + session.substr(0, session.find(';'));
    victim.form = {{"token", value}};
    EXPECT_FALSE(secure_.token_is_good(victim));
  }
}

TEST_F(CookiesTest, the_catalogue_is_complete) {
  std::set<std::string_view> names;
  for (const auto& info : cookie_catalogue()) {
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_FALSE(info.purpose_id.empty());
    EXPECT_FALSE(info.lifetime_id.empty());
  }
  EXPECT_EQ(names.size(), 4u);
}

}  // namespace
}  // namespace alting::web
