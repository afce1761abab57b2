#include "login/certificate_routes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "access/migrations.h"
#include "ledger/event_kinds.h"
#include "login/migrations.h"
#include "login/testing/authority.h"
#include "login/testing/browser.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/testing/temp_database.h"

namespace alting::login {
namespace {

using base::Duration;
using testing::Browser;
using testing::location;
using web::Response;

// Takes every certificate, or none; what is in force is in the rows, as the sessions ask.
class FewCertificates final : public access::Certificates {
 public:
  base::Result<std::string> note_login(terms::PartyId organisation, const access::SeenCertificate& seen,
                                       base::Instant) override {
    if (ended) return base::make_error(base::ErrorKind::forbidden, "error.certificate.ended");
    noted.push_back({organisation, seen});
    return std::string("c1");
  }
  bool was_ended(std::string_view) override { return ended; }
  bool in_force(std::string_view) override { return !ended; }
  std::vector<access::ListedCertificate> list(const terms::Permit&) override { return {}; }
  base::Status end(const terms::Permit&, std::string_view, base::Instant, std::string_view) override { return {}; }
  Rights rights(const terms::Permit&) override { return {}; }
  base::Status set_rights(const terms::Permit&, Rights, base::Instant, std::string_view) override { return {}; }
  std::string_view role() const override { return "UTINN"; }

  bool ended = false;
  std::vector<std::pair<terms::PartyId, access::SeenCertificate>> noted;
};

class CertificateRoutesTest : public ::testing::Test {
 protected:
  CertificateRoutesTest() {
    store::migrate(temp.database(), clock, {store::migrations(), access::migrations(), login::migrations()});
    people.organisations = {testing::organisation(7, "310000019", "FJORD OG FJELL AS", random)};
    for (const auto language : base::all_languages)
      for (const char* area : {"login", "certificate", "base", "access"}) {
        const auto path = std::filesystem::path(ALTING_SOURCE_DIR) / "texts" /
                          fmt::format("{}.{}.toml", area, base::to_text(language));
        std::ifstream stream(path);
        const std::string toml{std::istreambuf_iterator<char>(stream), {}};
        EXPECT_TRUE(texts.add(language, toml, path.string()));
      }
    add_certificate_routes(portal, {sessions,
                                    attempts,
                                    turns,
                                    people,
                                    certificates,
                                    cookies,
                                    texts,
                                    clock,
                                    {},
                                    "https://sertifikat.alting.example"});
    add_door_routes(door, {checks, turns, texts, assets, clock, metrics, terms::Mode::test, "https://alting.example"});
  }
  TestCertificate made(TestFault fault = TestFault::none) {
    return authority.issue({"310000019", "FJORD OG FJELL AS", TestProfile::seid2, fault, crypto::KeyType::p256}, random,
                           clock.now());
  }
  // At the door, with this certificate.
  Response show(const std::string& url, const std::vector<base::Bytes>& chain,
                web::ChainFrom from = web::ChainFrom::tls, const std::string& accept = "text/html") {
    auto [path, query] = testing::path_and_query(url);
    web::Request request;
    request.path = path;
    request.query = query;
    request.client_chain = chain;
    request.client_chain_from = from;
    request.headers = {{"accept", accept}};
    const auto match = door.find(web::Method::get, path);
    EXPECT_NE(match.handler, nullptr) << path;
    return (*match.handler)(request);
  }
  std::string to_door(const std::string& til = "/innboks") {
    const auto away = browser.get(std::string(route::certificate), {{"til", til}});
    EXPECT_EQ(away.status, 303);
    return location(away);
  }
  std::string refusal(const std::vector<base::Bytes>& chain, web::ChainFrom from = web::ChainFrom::tls) {
    const auto answer = show(to_door(), chain, from, "application/json");
    return std::string(base::Json::parse(answer.body).value().text("code"));
  }
  // The organisation's certificate as access keeps it, for sessions to be in force by.
  void put_in_force() {
    const auto written = temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO access_certificate (id, party, serial, issuer_name, fingerprint, not_after, first_used, "
          "last_used) VALUES ('c1', 7, '01', 'x', 'f', ?, ?, ?)",
          {clock.now() + Duration::days(900), clock.now(), clock.now()});
      return {};
    });
    ASSERT_TRUE(written);
  }
  std::optional<Session> session() { return sessions.find(browser.request()); }

  store::testing::TempDatabase temp{store::Engine::sqlite};
  store::testing::TempFolder folder;
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{11};
  testing::RememberingLedger ledger;
  testing::SmallRegister people;
  TestAuthority authority = testing::open_authority(folder, random, clock);
  testing::AuthorityClient http{authority, clock};
  base::Metrics metrics;
  RevocationChecks revocation{temp.database(), http, {}, metrics};
  CertificateChecks checks{{{authority.root()}, {}}, {std::string(test_policy)}, terms::Mode::test, revocation, people};
  FewCertificates certificates;
  web::Cookies cookies{std::string(32, 'k'), true, random};
  SessionStore sessions{temp.database(), ledger, cookies, clock, random};
  Attempts attempts{temp.database(), clock, random};
  CertificateTurns turns{temp.database(), clock, random};
  base::Texts texts;
  web::Assets assets;
  web::Router portal, door;
  Browser browser{portal, clock};
};

TEST_F(CertificateRoutesTest, lead_over_the_door_to_a_session_of_the_organisation) {
  put_in_force();
  const auto one = made();
  const auto away = to_door("/a/x/innboks?side=2");
  EXPECT_TRUE(away.starts_with("https://sertifikat.alting.example/logg-inn/sertifikat?state=")) << away;
  const auto back = show(away, testing::chain_of(one));
  EXPECT_EQ(back.status, 303);
  EXPECT_TRUE(location(back).starts_with("https://alting.example/logg-inn/sertifikat/svar?state=")) << location(back);
  EXPECT_TRUE(back.set_cookies.empty()) << "the door knows nobody";
  const auto home = browser.go(location(back));
  EXPECT_EQ(home.status, 303);
  EXPECT_EQ(location(home), "/a/x/innboks?side=2");
  ASSERT_TRUE(session());
  const auto actor = session()->actor;
  EXPECT_EQ(actor.kind, terms::ActorKind::organisation);
  EXPECT_EQ(actor.party, terms::PartyId{7});
  EXPECT_EQ(actor.party_uuid, people.organisations[0].uuid);
  EXPECT_EQ(actor.user_id, 0);
  EXPECT_EQ(actor.name, "FJORD OG FJELL AS");
  EXPECT_EQ(actor.level, terms::AssuranceLevel::substantial);
  EXPECT_EQ(actor.credential, "certificate:c1");
  ASSERT_EQ(certificates.noted.size(), 1U);
  EXPECT_EQ(certificates.noted[0].second.fingerprint, one.certificate.fingerprint());
  ASSERT_EQ(ledger.entries.size(), 1U);
  EXPECT_EQ(ledger.entries[0].kind, ledger::EventKind::session_opened);
  EXPECT_EQ(ledger.entries[0].parameters.text("method"), "Virksomhetssertifikat");
}

TEST_F(CertificateRoutesTest, refuse_at_the_door_with_the_reason_and_never_lead_back_with_a_code) {
  EXPECT_EQ(refusal({}, web::ChainFrom::none), "error.certificate.none_presented");
  EXPECT_EQ(refusal(testing::chain_of(made(TestFault::expired))), "error.certificate.expired");
  EXPECT_EQ(refusal(testing::chain_of(made(TestFault::signature))), "error.certificate.wrong_usage");
  EXPECT_EQ(refusal({}, web::ChainFrom::not_a_proxy), "error.certificate.from_no_proxy");
  for (const auto language : base::all_languages) {
    browser.language = language;
    const auto page = show(to_door(), testing::chain_of(made(TestFault::policy)));
    EXPECT_EQ(page.status, 403);
    EXPECT_NE(page.body.find(texts.get(language, "error.certificate.wrong_policy")), std::string::npos) << page.body;
    EXPECT_NE(page.body.find("href=\"/?til=/innboks\""), std::string::npos) << page.body;
    EXPECT_EQ(page.body.find("href=\"/\""), std::string::npos) << "the site's name leads back there too";
    EXPECT_NE(page.body.find(texts.get(language, "certificate.refused.help")), std::string::npos);
    EXPECT_EQ(page.refused_for, "error.certificate.wrong_policy");
  }
  http.responder_down = http.lists_down = true;
  EXPECT_EQ(show(to_door(), testing::chain_of(made())).status, 503);
  EXPECT_TRUE(certificates.noted.empty());
  EXPECT_NE(metrics.text().find("alting_certificate_refused_total{why=\"error.certificate.expired\"} 1"),
            std::string::npos);
}

TEST_F(CertificateRoutesTest, take_a_chain_that_a_proxy_handed_on) {
  put_in_force();
  EXPECT_EQ(show(to_door(), testing::chain_of(made()), web::ChainFrom::proxy).status, 303);
}

TEST_F(CertificateRoutesTest, ask_nothing_of_a_certificate_when_no_login_waits) {
  const std::string made_up = "https://sertifikat.alting.example/logg-inn/sertifikat?state=";
  for (const auto& url : {made_up, made_up + "AAAA"}) {
    const auto answer = show(url, testing::chain_of(made()), web::ChainFrom::tls, "application/json");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(base::Json::parse(answer.body).value().text("code"), "login.error.expired");
  }
  const auto late = to_door();
  clock.advance(Duration::minutes(11));
  const auto too_late = show(late, testing::chain_of(made()));
  EXPECT_EQ(too_late.status, 403);
  EXPECT_EQ(too_late.body.find(texts.get(base::Language::nb, "certificate.refused.help")), std::string::npos)
      << "another certificate would not help";
  EXPECT_EQ(http.asked, 0);
}

TEST_F(CertificateRoutesTest, say_of_a_page_that_the_door_does_not_have_that_it_is_not_there) {
  web::Request request;
  request.path = "/finnes-ikke";
  request.headers = {{"accept", "text/html"}};
  for (const auto language : base::all_languages) {
    request.language = language;
    const auto page = door.error(request, base::make_error(base::ErrorKind::not_found, "error.kind.not_found"));
    EXPECT_EQ(page.status, 404);
    EXPECT_NE(page.body.find(texts.get(language, "certificate.door.missing")), std::string::npos) << page.body;
    EXPECT_EQ(page.body.find(texts.get(language, "certificate.refused.help")), std::string::npos);
  }
}

TEST_F(CertificateRoutesTest, give_nobody_a_session_by_the_certificate_of_another) {
  const auto back = location(show(to_door(), testing::chain_of(made())));
  Browser other{portal, clock};  // whom someone led to the door by their own address
  EXPECT_EQ(other.go(back).status, 403);
  const auto code = back.substr(back.find("kode=") + 5);
  const auto other_address = back.substr(0, back.find("kode=") + 5) + std::string(code.size(), 'A');
  EXPECT_EQ(browser.go(other_address).status, 403) << "who does not know the code was not at the door";
  EXPECT_EQ(browser.go(back).status, 403) << "and there is no second try";
  EXPECT_FALSE(session());
}

TEST_F(CertificateRoutesTest, use_an_answer_once) {
  put_in_force();
  const auto back = location(show(to_door(), testing::chain_of(made())));
  EXPECT_EQ(location(browser.go(back)), "/innboks");
  EXPECT_EQ(location(browser.go(back)), "/innboks") << "reloading goes where the login led";
  browser.cookies.erase("__Host-alting-okt");
  EXPECT_EQ(browser.go(back).status, 403);
}

TEST_F(CertificateRoutesTest, refuse_a_certificate_that_the_organisation_has_ended) {
  certificates.ended = true;
  const auto page = browser.go(location(show(to_door(), testing::chain_of(made()))));
  EXPECT_EQ(page.status, 403);
  for (const auto* words : {"error.certificate.ended", "certificate.refused.help"})
    EXPECT_NE(page.body.find(texts.get(base::Language::nb, words)), std::string::npos) << words;
  EXPECT_FALSE(session());
}

TEST_F(CertificateRoutesTest, log_nobody_in_when_the_organisation_was_struck_off_meanwhile) {
  const auto back = location(show(to_door(), testing::chain_of(made())));
  people.organisations[0].deleted = true;
  EXPECT_EQ(browser.go(back).status, 403);
  EXPECT_FALSE(session());
}

TEST_F(CertificateRoutesTest, lead_to_no_other_site) {
  for (const char* til : {"https://evil.example/", "//evil.example", "/\\evil.example"}) {
    const auto [path, query] = testing::path_and_query(to_door(til));
    for (const auto& [name, value] : query) EXPECT_NE(name, "til") << value;
    web::Request request;
    request.query = {{"til", til}};
    const auto match = door.find(web::Method::get, "/");
    EXPECT_EQ(location((*match.handler)(request)), "https://alting.example/logg-inn");
  }
}

TEST_F(CertificateRoutesTest, go_straight_on_for_an_organisation_that_is_logged_in) {
  put_in_force();
  (void)browser.go(location(show(to_door(), testing::chain_of(made()))));
  EXPECT_EQ(location(browser.get(std::string(route::certificate), {{"til", "/skjema"}})), "/skjema");
}

}  // namespace
}  // namespace alting::login
