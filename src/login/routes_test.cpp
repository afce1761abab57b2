#include "login/routes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ledger/event_kinds.h"
#include "login/browser_context.h"
#include "login/migrations.h"
#include "login/testing/browser.h"
#include "login/testing/doubles.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/testing/temp_database.h"
#include "web/persistent_context.h"

namespace alting::login {
namespace {

using base::Json;
using terms::AssuranceLevel;
using testing::Browser;
using testing::location;
using web::Response;

class RoutesTest : public ::testing::Test {
 protected:
  RoutesTest() {
    store::migrate(temp.database(), clock, {store::migrations(), login::migrations()});
    people.people["17858297494"] = testing::person(51, "KARI NORDMANN", random);
    people.people["12928798954"] = testing::person(52, "OLA NORDMANN", random);
    for (const auto language : base::all_languages) {
      const auto path =
          std::filesystem::path(ALTING_SOURCE_DIR) / "texts" / fmt::format("login.{}.toml", base::to_text(language));
      std::ifstream stream(path);
      const std::string toml{std::istreambuf_iterator<char>(stream), {}};
      EXPECT_TRUE(texts.add(language, toml, path.string()));
    }
    add_routes(router, {party, sessions, attempts, people, cookies, texts, clock, {}});
  }
  static RelyingPartySettings settings() {
    RelyingPartySettings settings;
    settings.issuer = "https://idporten.no";
    settings.client_id = "alting";
    settings.public_url = "https://alting.example";
    return settings;
  }
  web::Fields good_answer() {
    return {{"code", "code-1"}, {"state", issuer.pushed.at("state")}, {"iss", issuer.issuer}};
  }
  Response come_back() {
    issuer.sign(issuer.good_claims(clock.now()));
    return browser.get("/logg-inn/svar", good_answer());
  }
  Response log_in(const std::string& til = "/") {
    EXPECT_EQ(browser.get("/logg-inn/start", {{"til", til}}).status, 303);
    return come_back();
  }
  // As the login page does when its box is posted.
  void tick_the_box() {
    auto context = read_browser_context(cookies.read(browser.request(), web::CookieKind::context).value_or(""));
    context.asked = true;
    const auto set = cookies.write(web::CookieKind::context, to_text(context));
    const auto equals = set.find('=');
    browser.cookies[set.substr(0, equals)] = set.substr(equals + 1, set.find(';') - equals - 1);
  }
  std::optional<Session> session() { return sessions.find(browser.request()); }

  store::testing::TempDatabase temp{store::Engine::sqlite};
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{11};
  testing::ScriptedIssuer issuer;
  testing::RememberingLedger ledger;
  testing::SmallRegister people;
  web::Cookies cookies{std::string(32, 'k'), true, random};
  RelyingParty party{settings(), {crypto::PrivateKey::generate(crypto::KeyType::p256), "k"}, issuer, clock, random};
  SessionStore sessions{temp.database(), ledger, cookies, clock, random};
  Attempts attempts{temp.database(), clock, random};
  base::Texts texts;
  web::Router router;
  Browser browser{router, clock};
};

TEST_F(RoutesTest, have_every_word_in_three_languages) { EXPECT_TRUE(texts.missing().empty()); }

TEST_F(RoutesTest, lead_from_a_deep_link_through_the_issuer_and_back_to_it) {
  const auto away = browser.get("/logg-inn/start", {{"til", "/skjema/dat/avviksmelding?for=1"}});
  EXPECT_EQ(away.status, 303);
  EXPECT_TRUE(location(away).starts_with("https://login.idporten.no/authorize?"));
  const auto back = come_back();
  EXPECT_EQ(back.status, 303);
  EXPECT_EQ(location(back), "/skjema/dat/avviksmelding?for=1");
  ASSERT_TRUE(session());
  EXPECT_EQ(session()->actor.name, "KARI NORDMANN");
  EXPECT_EQ(session()->actor.level, AssuranceLevel::substantial);
}

TEST_F(RoutesTest, remember_the_way_only_when_asked_to) {
  const auto remembered = [&] { return remembered_method(cookies, browser.request()); };
  log_in();
  EXPECT_FALSE(browser.cookies.contains("__Host-alting-valg"));
  EXPECT_EQ(remembered(), "");

  browser.cookies.clear();
  tick_the_box();
  (void)browser.get("/logg-inn/start", {{"husk", "ja"}});
  EXPECT_FALSE(browser.cookies.contains("__Host-alting-valg")) << "nobody has logged in yet";
  EXPECT_EQ(come_back().status, 303);
  EXPECT_EQ(web::read_persistent_context(browser.cookies.at("__Host-alting-valg")).login_method, "BankID");
  EXPECT_EQ(remembered(), "BankID");
  EXPECT_FALSE(read_browser_context(cookies.read(browser.request(), web::CookieKind::context).value_or("")).remember)
      << "the wish was for that login";
  browser.cookies.erase("__Host-alting-context");  // closed and opened again
  EXPECT_EQ(remembered(), "BankID");
}

TEST_F(RoutesTest, remember_nothing_because_a_link_says_so) {
  (void)browser.get("/logg-inn/start", {{"husk", "ja"}});
  EXPECT_EQ(come_back().status, 303);
  EXPECT_FALSE(browser.cookies.contains("__Host-alting-valg"));
}

TEST_F(RoutesTest, keep_nothing_of_a_way_that_was_to_be_remembered_and_did_not_succeed) {
  tick_the_box();
  (void)browser.get("/logg-inn/start", {{"husk", "ja"}});
  (void)browser.get("/logg-inn/start");  // begun anew, without the wish
  EXPECT_EQ(come_back().status, 303);
  EXPECT_FALSE(browser.cookies.contains("__Host-alting-valg"));
}

TEST_F(RoutesTest, never_lead_to_another_site) {
  for (const char* til :
       {"https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"}) {
    browser.cookies.clear();
    EXPECT_EQ(location(log_in(til)), "/") << til;
    EXPECT_EQ(location(browser.get("/logg-inn/start", {{"til", til}})), "/") << til;
  }
}

TEST_F(RoutesTest, do_not_trouble_one_who_is_logged_in_well_enough) {
  log_in();
  EXPECT_EQ(location(browser.get("/logg-inn/start", {{"til", "/innboks"}})), "/innboks");
  EXPECT_EQ(location(browser.get("/logg-inn/start", {{"til", "/innboks"}, {"niva", "3"}})), "/innboks");
  EXPECT_TRUE(location(browser.get("/logg-inn/start", {{"ny", "1"}})).starts_with("https://login.idporten.no/"));
  EXPECT_EQ(issuer.pushed.at("prompt"), "login");
}

// The issuer is slow, and one network asks again and again: each would hold a worker and a connection.
TEST_F(RoutesTest, answer_a_button_at_once_when_a_network_has_its_part_of_the_issuers_turns) {
  std::vector<Response> answers;
  int deep = 0;
  issuer.meanwhile = [&] {
    if (++deep > 6) return;
    Browser another(router, clock);
    another.network = deep == 6 ? "198.51.100.0" : "203.0.113.0";
    answers.push_back(another.get("/logg-inn/start", {{"til", "/innboks?side=2"}, {"niva", "4"}, {"metode", "MinID"}}));
  };
  browser.network = "203.0.113.0";
  EXPECT_EQ(browser.get("/logg-inn/start").status, 303);
  int refused = 0;
  for (const auto& answer : answers) {
    if (answer.status == 303) continue;
    ++refused;
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(std::ranges::find(answer.headers, std::pair<std::string, std::string>("Retry-After", "3")),
              answer.headers.end());
    EXPECT_NE(answer.body.find("href=\"/logg-inn/start?til=%2Finnboks%3Fside%3D2&amp;niva=4&amp;metode=MinID\""),
              std::string::npos)
        << answer.body;
  }
  EXPECT_GE(refused, 1);
  EXPECT_LE(issuer.calls["https://idporten.no/par"], 5);
  issuer.meanwhile = nullptr;
  EXPECT_EQ(browser.get("/logg-inn/start").status, 303) << "turns come back";
}

TEST_F(RoutesTest, an_answer_that_got_no_turn_is_still_good_when_the_button_is_pressed) {
  web::Router narrow;
  LoginParts parts{party, sessions, attempts, people, cookies, texts, clock, {}};
  parts.turns.network = 3;
  add_routes(narrow, std::move(parts));
  Browser mine(narrow, clock);
  mine.network = "203.0.113.0";
  EXPECT_EQ(mine.get("/logg-inn/start", {{"til", "/innboks"}}).status, 303);
  issuer.sign(issuer.good_claims(clock.now()));
  const auto answer = good_answer();
  std::optional<Response> refused;
  int deep = 0;
  issuer.meanwhile = [&] {
    if (++deep < 3) {
      Browser another(narrow, clock);
      another.network = mine.network;
      (void)another.get("/logg-inn/start");
    } else if (!refused) {
      refused = mine.get("/logg-inn/svar", answer);
    }
  };
  {
    Browser another(narrow, clock);
    another.network = mine.network;
    (void)another.get("/logg-inn/start");
  }
  issuer.meanwhile = nullptr;
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_FALSE(sessions.find(mine.request()));
  const auto href = refused->body.find("/logg-inn/svar?");
  ASSERT_NE(href, std::string::npos);
  auto link = refused->body.substr(href, refused->body.find('"', href) - href);
  for (std::size_t at = 0; (at = link.find("&amp;")) != std::string::npos;) link.replace(at, 5, "&");
  EXPECT_EQ(location(mine.go(link)), "/innboks");
  EXPECT_TRUE(sessions.find(mine.request()));
}

TEST_F(RoutesTest, step_up_to_the_level_a_service_demands_under_a_new_session_id) {
  log_in();
  const auto before = browser.cookies.at("__Host-alting-okt");
  EXPECT_TRUE(location(browser.get("/logg-inn/start", {{"til", "/a/x"}, {"niva", "4"}}))
                  .starts_with("https://login.idporten.no/"));
  EXPECT_EQ(issuer.pushed.at("acr_values"), "idporten-loa-high");
  EXPECT_EQ(location(come_back()), "/a/x");
  EXPECT_NE(browser.cookies.at("__Host-alting-okt"), before);
  EXPECT_EQ(session()->actor.level, AssuranceLevel::high);
  EXPECT_EQ(ledger.entries.back().kind, ledger::EventKind::session_stepped_up);
}

TEST_F(RoutesTest, keep_the_old_session_when_the_step_up_comes_back_too_low) {
  log_in();
  (void)browser.get("/logg-inn/start", {{"til", "/a/x"}, {"niva", "4"}});
  auto claims = issuer.good_claims(clock.now());
  claims.set("acr", "idporten-loa-substantial");
  issuer.sign(claims);
  const auto answer = browser.get("/logg-inn/svar", good_answer());
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(answer.body.find("Du må logge inn på et høyere nivå"), std::string::npos);
  EXPECT_NE(answer.body.find("/logg-inn/start?til=%2Fa%2Fx&amp;niva=4"), std::string::npos);
  EXPECT_EQ(session()->actor.level, AssuranceLevel::substantial);
}

TEST_F(RoutesTest, answer_a_replayed_forged_or_late_state_with_a_way_on) {
  log_in("/innboks");
  EXPECT_EQ(location(browser.get("/logg-inn/svar", good_answer())), "/innboks");  // back button: already logged in
  browser.cookies.erase("__Host-alting-okt");
  const auto replayed = browser.get("/logg-inn/svar", good_answer());
  EXPECT_EQ(replayed.status, 403);
  EXPECT_NE(replayed.body.find("/logg-inn/start?til=%2Finnboks"), std::string::npos);
  EXPECT_EQ(issuer.calls["https://idporten.no/token"], 1);

  const auto forged = browser.get("/logg-inn/svar", {{"code", "c"}, {"state", "forged"}, {"iss", issuer.issuer}});
  EXPECT_EQ(forged.status, 403);
  EXPECT_NE(forged.body.find("Vi kjenner ikke igjen"), std::string::npos);

  (void)browser.get("/logg-inn/start", {{"til", "/innboks"}});
  clock.advance(base::Duration::minutes(11));
  const auto late = come_back();
  EXPECT_EQ(late.status, 403);
  EXPECT_NE(late.body.find("/logg-inn/start?til=%2Finnboks"), std::string::npos);
  EXPECT_FALSE(session());
}

TEST_F(RoutesTest, refuse_an_answer_that_was_begun_in_another_browser) {
  Browser attacker(router, clock);
  (void)attacker.get("/logg-inn/start");
  issuer.sign(issuer.good_claims(clock.now()));
  const auto attackers = good_answer();
  EXPECT_EQ(browser.get("/logg-inn/svar", attackers).status, 403);
  (void)browser.get("/logg-inn/start");  // now the victim has a context of its own, which is still another
  EXPECT_EQ(browser.get("/logg-inn/svar", attackers).status, 403);
  EXPECT_EQ(issuer.calls["https://idporten.no/token"], 0);
  EXPECT_FALSE(session());
}

TEST_F(RoutesTest, refuse_parameters_that_come_twice) {
  (void)browser.get("/logg-inn/start");
  auto answer = good_answer();
  answer.emplace_back("state", "other");
  EXPECT_EQ(browser.get("/logg-inn/svar", answer).status, 400);
}

TEST_F(RoutesTest, say_when_one_cancelled_and_when_one_is_unknown) {
  browser.language = base::Language::nn;
  (void)browser.get("/logg-inn/start", {{"til", "/x"}});
  const auto cancelled = browser.get(
      "/logg-inn/svar", {{"error", "access_denied"}, {"state", issuer.pushed.at("state")}, {"iss", issuer.issuer}});
  EXPECT_NE(cancelled.body.find("Du avbraut innlogginga"), std::string::npos);
  EXPECT_NE(cancelled.body.find("til=%2Fx"), std::string::npos);
  people.people.clear();
  const auto unknown = log_in();
  EXPECT_EQ(unknown.status, 403);
  EXPECT_FALSE(session());
}

TEST_F(RoutesTest, say_when_the_issuer_is_away) {
  issuer.down = true;
  const auto answer = browser.get("/logg-inn/start", {{"til", "/x"}});
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("ID-porten svarer ikke"), std::string::npos);
}

TEST_F(RoutesTest, log_out_here_and_at_the_issuer_with_the_token_in_no_address) {
  log_in();
  const auto posted = browser.post("/logg-ut");
  EXPECT_EQ(location(posted), "/logg-ut/videre");
  EXPECT_FALSE(session());
  const auto page = browser.get("/logg-ut/videre");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("<form action=\"https://login.idporten.no/logout\" method=\"post\""), std::string::npos);
  EXPECT_NE(page.body.find("name=\"id_token_hint\""), std::string::npos);
  EXPECT_NE(page.body.find("https://alting.example/logg-ut/ferdig"), std::string::npos);
  EXPECT_EQ(page.form_targets, (std::vector<std::string>{"https://idporten.no", "https://login.idporten.no"}));
  EXPECT_EQ(location(page), "");
  EXPECT_FALSE(browser.cookies.contains("__Host-alting-okt"));
  EXPECT_EQ(location(browser.get("/logg-ut/videre")), "/logg-ut/ferdig");  // the token is given out once
  EXPECT_EQ(browser.get("/logg-ut/ferdig").status, 200);
}

TEST_F(RoutesTest, keep_the_token_until_the_issuer_can_be_asked_to_log_out) {
  log_in();
  (void)browser.post("/logg-ut");
  clock.advance(base::Duration::minutes(2));
  RelyingParty after_a_restart{
      settings(), {crypto::PrivateKey::generate(crypto::KeyType::p256), "k"}, issuer, clock, random};
  web::Router anew;
  add_routes(anew, {after_a_restart, sessions, attempts, people, cookies, texts, clock, {}});
  Browser there(anew, clock);
  there.cookies = browser.cookies;
  issuer.down = true;
  const auto silent = there.get("/logg-ut/videre");
  EXPECT_EQ(silent.status, 503);
  EXPECT_NE(silent.body.find("href=\"/logg-ut/videre\""), std::string::npos) << silent.body;
  issuer.down = false;
  EXPECT_NE(there.get("/logg-ut/videre").body.find("name=\"id_token_hint\""), std::string::npos);
}

TEST_F(RoutesTest, never_ask_the_issuer_for_a_stranger_who_logs_out) {
  Browser stranger(router, clock);
  for (int i = 0; i < 3; ++i) {
    const auto answer = stranger.get("/logg-ut/front", {{"iss", issuer.issuer}, {"sid", "sid-1"}});
    EXPECT_EQ(answer.frame_ancestors, std::vector<std::string>{"https://idporten.no"});
    EXPECT_EQ(location(stranger.get("/logg-ut/videre")), "/logg-ut/ferdig");
  }
  EXPECT_TRUE(issuer.calls.empty());
}

TEST_F(RoutesTest, do_not_log_one_out_by_a_link) {
  log_in();
  EXPECT_EQ(location(browser.get("/logg-ut/videre")), "/");
  EXPECT_TRUE(session());
}

TEST_F(RoutesTest, take_a_login_for_fresh_only_on_the_issuers_word) {
  log_in();
  const auto before = clock.now();
  clock.advance(base::Duration::minutes(5));
  const auto answer_with = [&](std::optional<base::Instant> logged_in) {
    EXPECT_EQ(browser.get("/logg-inn/start", {{"til", "/x"}, {"ny", "1"}}).status, 303);
    EXPECT_EQ(issuer.pushed.at("prompt"), "login");
    EXPECT_EQ(issuer.pushed.at("max_age"), "0") << "else no issuer owes us auth_time";
    auto claims = issuer.good_claims(clock.now());
    if (logged_in) claims.set("auth_time", base::Json(logged_in->micros / 1'000'000));
    issuer.sign(claims);
    return browser.get("/logg-inn/svar", good_answer());
  };
  for (const auto& wrong : {std::optional<base::Instant>(), std::optional(before)}) {
    const auto answer = answer_with(wrong);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.refused_for, "login.error.not_fresh");
    EXPECT_NE(answer.body.find("Du må logge inn på nytt"), std::string::npos);
  }
  const auto answer = answer_with(clock.now());
  EXPECT_EQ(location(answer), "/x");
}

TEST_F(RoutesTest, log_out_everywhere) {
  log_in();
  Browser other = browser;
  browser.cookies.clear();
  log_in();
  (void)browser.post("/logg-ut/overalt");
  std::swap(browser.cookies, other.cookies);
  EXPECT_FALSE(session());
}

TEST_F(RoutesTest, log_out_by_the_front_channel_without_cookies_and_in_the_issuers_frame) {
  log_in();
  Browser frame(router, clock);
  EXPECT_EQ(frame.get("/logg-ut/front", {{"iss", "https://evil.example"}, {"sid", "sid-1"}}).status, 200);
  EXPECT_TRUE(session());
  const auto answer = frame.get("/logg-ut/front", {{"iss", "https://idporten.no/"}, {"sid", "sid-1"}});
  EXPECT_EQ(answer.frame_ancestors, (std::vector<std::string>{"https://idporten.no", "https://login.idporten.no"}));
  EXPECT_FALSE(session());
}

}  // namespace
}  // namespace alting::login
