// The portal's own clients against the test registers: with a token of the built-in issuer, and by nothing else.
#include "login/test_registers.h"

#include <gtest/gtest.h>

#include "access/make_access.h"
#include "access/migrations.h"
#include "base/file.h"
#include "login/addresses.h"
#include "login/migrations.h"
#include "login/testing/browser.h"
#include "net/token_client.h"
#include "parties/krr_client.h"
#include "parties/testing/test_registers.h"

namespace alting::login {
namespace {

const std::string registers_site = "http://localhost:2";

// What goes out comes to the router, as over HTTP.
class RoutedHttp final : public net::HttpClient {
 public:
  RoutedHttp(const web::Router& router, const base::Clock& clock) : router_(router), clock_(clock) {}
  base::Result<net::HttpAnswer> send(const net::HttpRequest& asked) override {
    web::Request request;
    request.received = clock_.now();
    const auto method = asked.method == "POST" ? web::Method::post : web::Method::get;
    request.path = asked.url.substr(registers_site.size());
    for (const auto& [name, value] : asked.headers) {
      if (name == "Authorization") request.headers.emplace_back("authorization", value);
      if (value == "application/x-www-form-urlencoded")
        for (auto& [field, said] : testing::ScriptedIssuer::form(asked.body)) request.form.emplace_back(field, said);
    }
    request.body = asked.body;
    const auto match = router_.find(method, request.path);
    if (match.handler == nullptr) return net::HttpAnswer{404, {}, {}};
    request.path_values = match.values;
    auto response = (*match.handler)(request);
    return net::HttpAnswer{response.status, {}, std::move(response.body)};
  }
  base::Result<net::Downloaded> download(const net::Download&) override { return net::Downloaded{}; }

 private:
  const web::Router& router_;
  const base::Clock& clock_;
};

class TestRegistersTest : public ::testing::Test {
 protected:
  TestRegistersTest() {
    base::write_file_durably(folder.path() / "portal.pem", key.pem().reveal(), 0600);
    issuer = TokenIssuer::make(
                 {.issuer = registers_site + "/",
                  .key_file = folder.path() / "token-issuer.pem",
                  .clients = *clients,
                  .parties = *registers.registry,
                  .owner_of = [](std::span<const base::Bytes>, base::Instant) -> base::Result<std::string> {
                    return base::make_error(base::ErrorKind::forbidden, "error.certificate.ended");
                  },
                  .mode = terms::Mode::test,
                  .random = registers.random,
                  .portal = PortalClient{.client_id = "portal",
                                         .organisation = "974761467",
                                         .key = key.public_key(),
                                         .scopes = {std::string(test_krr_scope), std::string(test_contacts_scope)}}})
                 .value();
    issuer->add_routes(router);
    add_test_registers(
        router, {.krr = *registers.krr, .organisations = *organisations, .tokens = *issuer, .clock = registers.clock});
  }
  std::unique_ptr<net::TokenSource> tokens(std::string_view scope) {
    return net::make_token_client(http,
                                  {.token_url = registers_site + std::string(route::token),
                                   .issuer = registers_site + "/",
                                   .client_id = "portal",
                                   .scope = std::string(scope),
                                   .key_file = folder.path() / "portal.pem",
                                   .key_id = {}},
                                  registers.clock, registers.random)
        .value();
  }
  parties::KrrOptions krr_options() const { return {.url = registers_site + std::string(test_krr_site), .fields = {}}; }
  terms::NationalIdText number(std::string_view story) const {
    return terms::NationalIdText(registers.person(story).national_id);
  }

  const crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyType::p256);
  parties::testing::TestRegisters registers{store::Engine::sqlite, true, {access::migrations(), login::migrations()}};
  store::testing::TempFolder folder;
  testing::RememberingLedger ledger;
  std::unique_ptr<access::Access> access =
      access::make_access({registers.temp.database(), *registers.registry, ledger, registers.clock, registers.random});
  std::unique_ptr<Clients> clients = make_clients({registers.temp.database(),
                                                   ledger,
                                                   access->decider(),
                                                   *registers.registry,
                                                   terms::Mode::test,
                                                   registers.random,
                                                   {}});
  std::unique_ptr<parties::OrganisationRegister> organisations =
      parties::make_local_organisation_register(registers.temp.database());
  web::Router router;
  RoutedHttp http{router, registers.clock};
  std::unique_ptr<TokenIssuer> issuer;
};

TEST_F(TestRegistersTest, say_over_http_what_the_local_registers_say) {
  const auto source = tokens(test_krr_scope);
  const auto krr = parties::make_krr_client(http, *source, krr_options());
  const std::vector numbers{number("manager"), number("foreign_worker"), number("dead"),
                            terms::NationalIdText("00000000000")};
  const auto over_http = krr->look_up_many(numbers);
  ASSERT_TRUE(over_http) << over_http.error().detail;
  const auto local = registers.krr->look_up_many(numbers).value();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto &told = over_http->at(i), &known = local.at(i);
    EXPECT_EQ(told.status, known.status);
    EXPECT_EQ(told.email.value, known.email.value);
    EXPECT_EQ(told.mobile.value, known.mobile.value);
    EXPECT_EQ(told.reserved, known.reserved);
    EXPECT_EQ(parties::is_fresh(told.email, registers.clock.now()),
              parties::is_fresh(known.email, registers.clock.now()));
  }
  EXPECT_FALSE(over_http->at(0).email.value.empty());
  const auto changes = krr->changes_since(0);
  ASSERT_TRUE(changes) << changes.error().detail;
  EXPECT_EQ(changes->last, static_cast<std::int64_t>(registers.population.persons.size()));
  EXPECT_FALSE(changes->rows.empty());

  const auto others = tokens(test_contacts_scope);
  const auto official = parties::make_organisation_register_client(
      http, *others, {.url = registers_site + std::string(test_contacts_site)});
  for (const auto* name : {"Ekte Eplehage AS", "Fjord og Fjell AS", "Kjapp Kaffebar", "Lys Løkke AS"}) {
    const auto organisation = registers.organisation(name).organisation_number;
    const auto told = official->official_addresses(organisation);
    ASSERT_TRUE(told) << told.error().detail;
    EXPECT_EQ(told->emails, organisations->official_addresses(organisation)->emails) << name;
    EXPECT_EQ(told->mobiles, organisations->official_addresses(organisation)->mobiles) << name;
  }
}

TEST_F(TestRegistersTest, answer_nobody_without_a_token_for_them) {
  const auto none = net::make_no_tokens();
  EXPECT_FALSE(parties::make_krr_client(http, *none, krr_options())->look_up(number("manager")));
  const auto of_another = tokens(test_contacts_scope);
  EXPECT_FALSE(parties::make_krr_client(http, *of_another, krr_options())->look_up(number("manager")));
  EXPECT_FALSE(tokens("altinn:serviceowner/instances.read")->token()) << "it is registered for the registers alone";
  const auto late = issuer->token_for({.client_id = "portal",
                                       .consumer = "974761467",
                                       .supplier = {},
                                       .scopes = {std::string(test_krr_scope)},
                                       .resources = {}},
                                      registers.clock.now() - base::Duration::hours(1));
  net::HttpRequest request;
  request.method = "POST";
  request.url = krr_options().url + "/rest/v2/personer";
  request.headers = {{"Authorization", "Bearer " + late}};
  request.body = R"({"personidentifikatorer":[]})";
  EXPECT_EQ(http.send(request)->status, 401);
}

}  // namespace
}  // namespace alting::login
