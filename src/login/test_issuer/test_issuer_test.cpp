#include "login/test_issuer/test_issuer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "login/relying_party.h"
#include "login/testing/browser.h"
#include "parties/national_id.h"
#include "store/testing/temp_database.h"

namespace alting::login {
namespace {

using base::Duration;
using base::Json;
using terms::AssuranceLevel;
using testing::Browser;
using testing::location;
using testing::path_and_query;
using web::Fields;
using web::Response;

std::string value_of(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return "";
}

class TestIssuerTest : public ::testing::Test {
 protected:
  TestIssuerTest() {
    for (const auto language : base::all_languages) {
      std::ifstream stream(std::filesystem::path(ALTING_SOURCE_DIR) / "texts" /
                           fmt::format("login.{}.toml", base::to_text(language)));
      const std::string toml{std::istreambuf_iterator<char>(stream), {}};
      EXPECT_TRUE(texts.add(language, toml, "login"));
      EXPECT_TRUE(texts.add(
          language,
          "[error.kind]\ninvalid = \"feil\"\n[error.national_id]\nformat = \"format\"\ncheck_digit = \"siffer\"\n",
          "errors"));
    }
    TestIssuerOptions options;
    options.url = url;
    options.key_file = folder.path() / "issuer.pem";
    for (const std::string& id : std::vector<std::string>{"alting", "bank"})
      options.clients.push_back({id,
                                 {"https://" + id + ".example/logg-inn/svar"},
                                 {"https://" + id + ".example/logg-ut/ferdig"},
                                 "https://" + id + ".example/logg-ut/front",
                                 crypto::JwkSet({crypto::to_jwk(client_key.public_key())})});
    options.people = [](std::string_view search) {
      std::vector<IssuerPerson> people{{"17858297494", "KARI <b>NORDMANN</b>", ""}};
      if (search == "ingen") people.clear();
      return people;
    };
    options.read_number = [](std::string_view typed) { return parties::read_national_id(typed, terms::Mode::test); };
    issuer = std::make_unique<TestIssuer>(terms::Mode::test, std::move(options), cookies, texts, assets, clock, random);
    router = issuer->router();
    http.router = &router;
    attempt.state = "state-1";
    attempt.nonce = "nonce-1";
    attempt.code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  }
  RelyingPartySettings settings(const std::string& client) {
    RelyingPartySettings settings;
    settings.issuer = url;
    settings.client_id = client;
    settings.public_url = "https://" + client + ".example";
    settings.method_hint = true;
    return settings;
  }
  ClientKey key_copy() {
    return {*crypto::PrivateKey::from_pem(client_key.pem()), client_key.public_key().thumbprint()};
  }

  // From the address the browser is sent to, through the choices, to the address back at the client.
  std::string log_in(Browser& who, const std::string& away, const std::string& method = "bankid",
                     const std::string& number = "17858297494") {
    auto step = who.go(away);
    if (location(step).starts_with("https://")) return location(step);  // the issuer knew the person
    const std::string choice = location(step).substr(0, 38);            // "/velg/" and 32 characters
    auto page = who.get(choice + "/" + method);
    EXPECT_EQ(page.status, 200);
    auto posted = who.post(choice + "/" + method, {{"person", number}});
    EXPECT_TRUE(location(posted).starts_with("/tilbake/")) << posted.status;
    page = who.get(location(posted));
    EXPECT_NE(page.body.find("0;url=" + location(posted) + "/videre"), std::string::npos);
    return location(who.get(location(posted) + "/videre"));
  }
  Answer answer_in(const std::string& back) {
    const auto query = path_and_query(back).second;
    return {value_of(query, "state"), value_of(query, "code"), value_of(query, "iss"), value_of(query, "error")};
  }

  // A request to an endpoint for machines, with the client's assertion.
  Fields signed_fields(Fields fields, Json claims = {}, const crypto::PrivateKey* key = nullptr) {
    if (claims.is_null()) claims = assertion();
    fields.emplace_back("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    fields.emplace_back("client_assertion", crypto::sign_jwt(key == nullptr ? client_key : *key, claims));
    return fields;
  }
  Json assertion() {
    const auto now = clock.now().micros / 1'000'000;
    return Json::object({{"iss", "alting"},
                         {"sub", "alting"},
                         {"aud", url},
                         {"iat", Json(now)},
                         {"exp", Json(now + 60)},
                         {"jti", base::Uuid::v4(random).text()}});
  }
  static Fields pushed_fields() {
    return {{"response_type", "code"},
            {"redirect_uri", "https://alting.example/logg-inn/svar"},
            {"scope", "openid profile"},
            {"state", "s"},
            {"nonce", "n"},
            {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
            {"code_challenge_method", "S256"}};
  }
  std::string error_of(const Response& response) {
    const auto body = Json::parse(response.body);
    return response.status < 300 ? "accepted" : std::string(body->text("error"));
  }
  std::string push(Fields fields) {
    return error_of(Browser(router, clock).post("/par", signed_fields(std::move(fields))));
  }

  const std::string url = "https://test-issuer.example";
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{5};
  store::testing::TempFolder folder;
  crypto::PrivateKey client_key = crypto::PrivateKey::generate(crypto::KeyType::p256);
  web::Cookies cookies{std::string(32, 'i'), true, random, "alting-test"};
  base::Texts texts;
  web::Assets assets;
  std::unique_ptr<TestIssuer> issuer;
  web::Router router;
  testing::RouterClient http{clock};
  RelyingParty party{settings("alting"), key_copy(), http, clock, random};
  RelyingParty bank{settings("bank"), key_copy(), http, clock, random};
  Attempt attempt;
  Browser browser{router, clock};
};

TEST_F(TestIssuerTest, exists_in_test_mode_only) {
  EXPECT_THROW(TestIssuer(terms::Mode::production, {}, cookies, texts, assets, clock, random), std::logic_error);
}

TEST_F(TestIssuerTest, logs_in_with_each_of_the_five_at_its_level) {
  const std::vector<std::tuple<std::string, std::string, AssuranceLevel>> cases{
      {"minid", "MinID", AssuranceLevel::substantial},
      {"bankid", "BankID", AssuranceLevel::high},
      {"bankid-mobil", "BankID på mobil", AssuranceLevel::high},
      {"buypass", "Buypass", AssuranceLevel::high},
      {"commfides", "Commfides", AssuranceLevel::high}};
  for (const auto& [id, name, level] : cases) {
    Browser fresh(router, clock);
    const auto arrival = party.finish(attempt, answer_in(log_in(fresh, *party.begin(attempt, {}), id)));
    ASSERT_TRUE(arrival) << id << " " << arrival.error().detail;
    EXPECT_EQ(arrival->claims.national_id.reveal(), "17858297494");
    EXPECT_EQ(arrival->claims.method, name);
    EXPECT_EQ(arrival->claims.level, level);
    EXPECT_FALSE(arrival->claims.session.empty());
  }
}

TEST_F(TestIssuerTest, offers_no_eid_that_cannot_reach_the_level) {
  attempt.level = AssuranceLevel::high;
  const auto here = location(browser.go(*party.begin(attempt, {})));
  const auto page = browser.get(here);
  EXPECT_EQ(page.body.find("MinID</"), std::string::npos);
  EXPECT_NE(page.body.find("BankID"), std::string::npos);
  EXPECT_EQ(browser.get(here + "/minid").status, 404);
  EXPECT_EQ(browser.post(here + "/minid", {{"person", "17858297494"}}).status, 404);
}

TEST_F(TestIssuerTest, goes_to_the_method_the_person_chose_before_unless_it_is_too_weak) {
  Departure departure;
  departure.method = "MinID";
  EXPECT_TRUE(location(browser.go(*party.begin(attempt, departure))).ends_with("/minid"));
  attempt.level = AssuranceLevel::high;
  EXPECT_FALSE(location(browser.go(*party.begin(attempt, departure))).ends_with("/minid"));
}

TEST_F(TestIssuerTest, speaks_the_language_it_was_asked_for_and_escapes_names) {
  Departure departure;
  departure.language = base::Language::en;
  const auto here = location(browser.go(*party.begin(attempt, departure)));
  EXPECT_NE(browser.get(here).body.find("Choose an eID"), std::string::npos);
  EXPECT_NE(browser.get(here, {{"sprak", "nn"}}).body.find("Vel eID"), std::string::npos);
  const auto people = browser.get(here + "/bankid");
  EXPECT_NE(people.body.find("Vel kven du vil vere"), std::string::npos);
  EXPECT_EQ(people.body.find("<b>NORDMANN"), std::string::npos);
}

TEST_F(TestIssuerTest, takes_typed_numbers_only_when_they_are_synthetic_and_whole) {
  const auto here = location(browser.go(*party.begin(attempt, {}))) + "/bankid";
  for (const char* bad : {"", "123", "abcdefghijk", "01010112345", "17858297495", "<script>"}) {
    const auto page = browser.post(here, {{"nummer", bad}});
    EXPECT_EQ(page.status, 422) << bad;
    EXPECT_EQ(page.body.find("<script>"), std::string::npos);
  }
  EXPECT_EQ(browser.post(here, {{"nummer", "178582 97494"}}).status, 303);
}

TEST_F(TestIssuerTest, remembers_the_person_for_other_clients_for_half_an_hour_of_rest) {
  (void)log_in(browser, *party.begin(attempt, {}));
  auto arrival = bank.finish(attempt, answer_in(location(browser.go(*bank.begin(attempt, {})))));
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->claims.national_id.reveal(), "17858297494");
  clock.advance(Duration::minutes(29));
  EXPECT_TRUE(location(browser.go(*bank.begin(attempt, {}))).starts_with("https://bank.example/"));
  clock.advance(Duration::minutes(31));
  EXPECT_TRUE(location(browser.go(*bank.begin(attempt, {}))).starts_with("/velg/"));
}

TEST_F(TestIssuerTest, asks_again_after_two_hours_and_when_told_to_and_for_a_higher_level) {
  (void)log_in(browser, *party.begin(attempt, {}), "minid");
  auto fresh = attempt;
  fresh.fresh = true;
  fresh.started = clock.now();
  EXPECT_TRUE(location(browser.go(*party.begin(fresh, {}))).starts_with("/velg/"));
  auto higher = attempt;
  higher.level = AssuranceLevel::high;
  EXPECT_TRUE(location(browser.go(*party.begin(higher, {}))).starts_with("/velg/"));
  for (int i = 0; i < 5; ++i) {
    clock.advance(Duration::minutes(20));
    EXPECT_TRUE(location(browser.go(*party.begin(attempt, {}))).starts_with("https://alting.example/")) << i;
  }
  clock.advance(Duration::minutes(20));
  EXPECT_TRUE(location(browser.go(*party.begin(attempt, {}))).starts_with("/velg/"));
}

TEST_F(TestIssuerTest, gives_different_clients_different_subjects) {
  const auto one = party.finish(attempt, answer_in(log_in(browser, *party.begin(attempt, {}))));
  const auto other = bank.finish(attempt, answer_in(location(browser.go(*bank.begin(attempt, {})))));
  EXPECT_NE(one->claims.subject, other->claims.subject);
  EXPECT_EQ(one->claims.session, other->claims.session);
}

TEST_F(TestIssuerTest, takes_a_pushed_request_once_within_two_minutes_and_from_its_client) {
  const auto away = *party.begin(attempt, {});
  EXPECT_EQ(browser.go(away).status, 303);
  EXPECT_EQ(browser.go(away).status, 400);
  const auto late = *party.begin(attempt, {});
  clock.advance(Duration::seconds(121));
  EXPECT_EQ(browser.go(late).status, 400);
  auto [path, query] = path_and_query(*party.begin(attempt, {}));
  for (auto& [name, value] : query)
    if (name == "client_id") value = "bank";
  EXPECT_EQ(browser.get(path, query).status, 400);
  EXPECT_EQ(browser.get("/authorize", pushed_fields()).status, 400);
}

TEST_F(TestIssuerTest, exchanges_a_code_once_for_its_own_client_with_its_own_verifier) {
  const auto exchange = [&](const std::string& code, const char* verifier, const char* redirect, Json claims = {}) {
    return error_of(Browser(router, clock)
                        .post("/token", signed_fields({{"grant_type", "authorization_code"},
                                                       {"code", code},
                                                       {"redirect_uri", redirect},
                                                       {"code_verifier", verifier}},
                                                      std::move(claims))));
  };
  const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const char* redirect = "https://alting.example/logg-inn/svar";
  const auto code = [&] { return answer_in(log_in(browser, *party.begin(attempt, {}))).code; };
  const auto once = code();
  EXPECT_EQ(exchange(once, verifier, redirect), "accepted");
  EXPECT_EQ(exchange(once, verifier, redirect), "invalid_grant");
  EXPECT_EQ(exchange(code(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX", redirect), "invalid_grant");
  EXPECT_EQ(exchange(code(), "", redirect), "invalid_grant");
  EXPECT_EQ(exchange(code(), verifier, "https://alting.example/"), "invalid_grant");
  auto others = assertion();
  others.set("iss", "bank");
  others.set("sub", "bank");
  EXPECT_EQ(exchange(code(), verifier, redirect, others), "invalid_grant");
  const auto late = code();
  clock.advance(Duration::seconds(61));
  EXPECT_EQ(exchange(late, verifier, redirect), "invalid_grant");
  EXPECT_EQ(exchange("", verifier, redirect), "invalid_grant");
}

TEST_F(TestIssuerTest, believes_no_client_that_does_not_prove_itself) {
  const auto with = [&](std::string_view claim, Json value) {
    auto claims = assertion();
    claims.set(claim, std::move(value));
    return error_of(Browser(router, clock).post("/par", signed_fields(pushed_fields(), claims)));
  };
  const auto now = clock.now().micros / 1'000'000;
  EXPECT_EQ(push(pushed_fields()), "accepted");
  EXPECT_EQ(with("sub", "nobody"), "invalid_client");
  EXPECT_EQ(with("iss", "bank"), "invalid_client");
  EXPECT_EQ(with("aud", "https://other.example"), "invalid_client");
  EXPECT_EQ(with("exp", Json(now - 60)), "invalid_client");
  EXPECT_EQ(with("exp", Json(now + 3600)), "invalid_client");
  EXPECT_EQ(with("jti", Json()), "invalid_client");
  const auto claims = assertion();
  EXPECT_EQ(error_of(browser.post("/par", signed_fields(pushed_fields(), claims))), "accepted");
  EXPECT_EQ(error_of(browser.post("/par", signed_fields(pushed_fields(), claims))), "invalid_client");
  const auto other = crypto::PrivateKey::generate(crypto::KeyType::p256);
  EXPECT_EQ(error_of(browser.post("/par", signed_fields(pushed_fields(), assertion(), &other))), "invalid_client");
  EXPECT_EQ(error_of(browser.post("/par", pushed_fields())), "invalid_client");
  auto named = signed_fields(pushed_fields());
  named.emplace_back("client_id", "bank");
  EXPECT_EQ(error_of(browser.post("/par", named)), "invalid_client");
  auto twice = signed_fields(pushed_fields());
  twice.emplace_back("state", "other");
  EXPECT_EQ(error_of(browser.post("/par", twice)), "invalid_request");
}

TEST_F(TestIssuerTest, demands_of_a_request_what_idporten_demands) {
  const auto with = [&](const std::string& name, const std::string& value) {
    Fields fields = pushed_fields();
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    if (!value.empty()) fields.emplace_back(name, value);
    return push(fields);
  };
  EXPECT_EQ(with("response_type", "token"), "unsupported_response_type");
  EXPECT_EQ(with("redirect_uri", "https://evil.example/"), "invalid_request");
  EXPECT_EQ(with("redirect_uri", "https://alting.example/logg-inn/svar?x=1"), "invalid_request");
  EXPECT_EQ(with("scope", "profile"), "invalid_scope");
  EXPECT_EQ(with("state", ""), "invalid_request");
  EXPECT_EQ(with("nonce", ""), "invalid_request");
  EXPECT_EQ(with("code_challenge", ""), "invalid_request");
  EXPECT_EQ(with("code_challenge_method", "plain"), "invalid_request");
  EXPECT_EQ(with("acr_values", "loa-imagined"), "invalid_request");
  EXPECT_EQ(with("request_uri", "urn:x"), "invalid_request");
  EXPECT_EQ(with("acr_values", "idporten-loa-high idporten-loa-substantial"), "accepted");
}

TEST_F(TestIssuerTest, answers_with_an_error_when_one_cancels_or_must_not_be_asked) {
  const auto here = location(browser.go(*party.begin(attempt, {})));
  const auto cancelled = answer_in(location(browser.get(here + "/avbryt")));
  EXPECT_EQ(cancelled.error, "access_denied");
  EXPECT_EQ(cancelled.state, "state-1");
  EXPECT_EQ(cancelled.iss, url);
  auto silent = pushed_fields();
  silent.emplace_back("prompt", "none");
  const auto pushed = Json::parse(browser.post("/par", signed_fields(silent)).body);
  EXPECT_EQ(answer_in(location(browser.get("/authorize", {{"client_id", "alting"},
                                                          {"request_uri", std::string(pushed->text("request_uri"))}})))
                .error,
            "login_required");
}

TEST_F(TestIssuerTest, lets_no_other_browser_go_on_with_a_login) {
  const auto here = location(browser.go(*party.begin(attempt, {})));
  Browser other(router, clock);
  EXPECT_EQ(other.get(here).status, 404);
  EXPECT_EQ(other.post(here + "/bankid", {{"person", "17858297494"}}).status, 404);
  (void)other.go(*party.begin(attempt, {}));
  EXPECT_EQ(other.get(here + "/avbryt").status, 404);
  EXPECT_EQ(browser.get(here).status, 200);
}

TEST_F(TestIssuerTest, tells_all_clients_on_logging_out_and_goes_only_where_it_may) {
  const auto arrival = party.finish(attempt, answer_in(log_in(browser, *party.begin(attempt, {}))));
  (void)bank.finish(attempt, answer_in(location(browser.go(*bank.begin(attempt, {})))));
  EXPECT_EQ(browser.get("/logout").status, 400);
  EXPECT_TRUE(location(browser.go(*party.begin(attempt, {}))).starts_with("https://"));

  const auto goodbye = party.leave(arrival->id_token, base::Language::nb);
  const auto leave = browser.post(path_and_query(goodbye->url).first, goodbye->fields);
  const auto page = browser.get(location(leave));
  EXPECT_EQ(page.frame_sources, (std::vector<std::string>{url, "https://alting.example", "https://bank.example"}));
  const auto told = path_and_query(location(browser.get(location(leave) + "/si-fra/0")));
  EXPECT_EQ(told.first, "/logg-ut/front");
  EXPECT_EQ(value_of(told.second, "iss"), url);
  EXPECT_EQ(value_of(told.second, "sid"), arrival->claims.session);
  EXPECT_EQ(location(browser.get(location(leave) + "/videre")), "https://alting.example/logg-ut/ferdig");
  EXPECT_TRUE(location(browser.go(*party.begin(attempt, {}))).starts_with("/velg/"));

  const auto evil = browser.get(
      "/logout", {{"id_token_hint", arrival->id_token}, {"post_logout_redirect_uri", "https://evil.example/"}});
  EXPECT_EQ(location(browser.get(location(evil) + "/videre")), "");
}

TEST_F(TestIssuerTest, is_the_same_issuer_after_a_restart) {
  const auto keys_of = [](const web::Router& asked) {
    web::Request request;
    return std::get<web::PublicResponse>(asked.run(asked.find(web::Method::get, "/jwks"), request)).body();
  };
  const auto keys = keys_of(router);
  TestIssuerOptions options;
  options.url = url;
  options.key_file = folder.path() / "issuer.pem";
  TestIssuer again(terms::Mode::test, std::move(options), cookies, texts, assets, clock, random);
  const auto again_router = again.router();
  EXPECT_EQ(keys_of(again_router), keys);
}

}  // namespace
}  // namespace alting::login
