// The registers over HTTP: by their documented names, by others when the settings say so, and what is no answer.
#include <gtest/gtest.h>

#include "base/json.h"
#include "net/one_connection_server_for_test.h"
#include "parties/krr_client.h"
#include "parties/organisation_register.h"

namespace alting::parties {
namespace {

using base::Json;
using net::OneConnectionServer;

class CountedTokens final : public net::TokenSource {
 public:
  base::Result<std::string> token() override { return "token-" + std::to_string(number); }
  void refused(std::string_view) override { ++number; }
  int number = 1;
};

struct AskedRegister {
  explicit AskedRegister(OneConnectionServer::Answer answer) : server(std::move(answer)) {
    net::HttpOptions options;
    options.hosts = {server.host()};
    http = net::make_http_client(options);
  }
  OneConnectionServer server;
  CountedTokens tokens;
  std::unique_ptr<net::HttpClient> http;
  std::unique_ptr<Krr> krr(KrrFields fields = {}) {
    return make_krr_client(*http, tokens, {.url = server.url(""), .fields = std::move(fields)});
  }
};

std::string status_line(std::string_view line) {
  return "HTTP/1.1 " + std::string(line) + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
}

constexpr std::string_view documented =
    R"({"personer":[{"personidentifikator":"02","reservasjon":"JA","status":"AKTIV","varslingsstatus":"KAN_IKKE_VARSLES","spraak":"nn"},
    {"personidentifikator":"01","reservasjon":"NEI","status":"AKTIV","spraak":"nb","kontaktinformasjon":{
    "epostadresse":"a@b.example","epostadresse_oppdatert":"2026-05-01T12:00:00+02:00",
    "epostadresse_sist_verifisert":"2026-06-01T10:00:00Z","epostadresse_duplisert":"2026-01-01",
    "mobiltelefonnummer":"+4740000001","mobiltelefonnummer_duplisert":"NEI"}}]})";

TEST(KrrClient, AsksForManyInOneCallAndPutsTheAnswersInTheirOrder) {
  std::string seen;
  AskedRegister with([&](const std::string& request) {
    seen = request;
    return OneConnectionServer::ok(std::string(documented));
  });
  const std::vector numbers{terms::NationalIdText("01"), terms::NationalIdText("02"), terms::NationalIdText("03"),
                            terms::NationalIdText("01")};
  const auto found = with.krr()->look_up_many(numbers);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_TRUE(seen.starts_with("POST /rest/v2/personer HTTP/1.1\r\n"));
  EXPECT_NE(seen.find("Authorization: Bearer token-1\r\n"), std::string::npos);
  EXPECT_TRUE(seen.ends_with(R"({"personidentifikatorer":["01","02","03"]})"));
  ASSERT_EQ(found->size(), 4U);
  const auto& first = found->at(0);
  EXPECT_EQ(first.email.value, "a@b.example");
  EXPECT_EQ(first.email.confirmed_at(), base::from_rfc3339("2026-06-01T10:00:00Z"));
  EXPECT_EQ(first.email.updated_at, base::from_rfc3339("2026-05-01T10:00:00Z"));
  EXPECT_TRUE(first.email.shared) << "since when, says the register";
  EXPECT_FALSE(first.mobile.shared);
  EXPECT_FALSE(first.reserved);
  EXPECT_TRUE(first.may_be_told);
  EXPECT_TRUE(found->at(1).reserved);
  EXPECT_FALSE(found->at(1).may_be_told);
  EXPECT_EQ(found->at(1).email.value, "");
  EXPECT_EQ(found->at(2).status, "") << "the register said nothing of them: to be asked for again";
  EXPECT_EQ(found->at(3).email.value, "a@b.example");
}

TEST(KrrClient, ReadsOtherNamesWhenTheSettingsSayThem) {
  AskedRegister with([](const std::string& request) {
    EXPECT_TRUE(request.ends_with(R"({"fnr":["01"]})"));
    return OneConnectionServer::ok(
        R"({"folk":[{"personidentifikator":"01","status":"AKTIV","kontakt":{"epost":"a@b.example","epost_endret":"2026-05-01T12:00:00Z"}}]})");
  });
  KrrFields fields;
  fields.numbers = "fnr";
  fields.persons = "folk";
  fields.contact = "kontakt";
  fields.email = "epost";
  fields.updated = "_endret";
  const auto found = with.krr(fields)->look_up(terms::NationalIdText("01"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->email.value, "a@b.example");
  EXPECT_TRUE(found->email.updated_at);
}

TEST(KrrClient, AsksOnceMoreWithAnotherTokenWhenTheFirstIsNotTaken) {
  int asked = 0;
  AskedRegister with([&](const std::string& request) {
    ++asked;
    return request.find("Bearer token-2\r\n") == std::string::npos ? status_line("401 Unauthorized")
                                                                   : OneConnectionServer::ok(std::string(documented));
  });
  EXPECT_TRUE(with.krr()->look_up(terms::NationalIdText("01")));
  EXPECT_EQ(asked, 2);
}

TEST(KrrClient, TakesNothingForAnAnswerThatIsNone) {
  for (const auto& answer : {status_line("500 Internal Server Error"), status_line("403 Forbidden"),
                             status_line("401 Unauthorized"), OneConnectionServer::ok("<html>"),
                             OneConnectionServer::ok("{}"), OneConnectionServer::ok(R"({"personer":{}})")}) {
    AskedRegister with([&](const std::string&) { return answer; });
    const auto found = with.krr()->look_up(terms::NationalIdText("11112233"));
    ASSERT_FALSE(found) << answer;
    EXPECT_EQ(found.error().code, "error.contacts.no_answer");
    EXPECT_EQ(found.error().detail.find("11112233"), std::string::npos);
  }
}

TEST(KrrClient, ReadsTheListOfChangesAndWhetherThereIsMore) {
  AskedRegister with([](const std::string& request) {
    EXPECT_TRUE(request.starts_with("POST /rest/v2/krr/hentEndringer "));
    EXPECT_TRUE(request.ends_with(R"({"fraEndringsId":7})"));
    return OneConnectionServer::ok(
        R"({"list":[{"personidentifikator":"01","status":"SLETTET"}],"fraEndringsId":7,"tilEndringsId":9,"sisteEndringsId":20})");
  });
  const auto changes = with.krr()->changes_since(7);
  ASSERT_TRUE(changes) << changes.error().detail;
  ASSERT_EQ(changes->rows.size(), 1U);
  EXPECT_EQ(changes->rows[0].number.reveal(), "01");
  EXPECT_EQ(changes->up_to, 9);
  EXPECT_EQ(changes->last, 20);
  EXPECT_TRUE(changes->more);
}

TEST(OrganisationRegisterClient, FindsTheAddressesWhereverTheyStandInTheAnswer) {
  std::string seen;
  AskedRegister with([&](const std::string& request) {
    seen = request;
    return OneConnectionServer::ok(
        R"({"organisasjonsnummer":"310000000","_embedded":{"varslingsadresser":[
        {"epostadresse":{"navn":"post@a.example","domenenavn":"a.example","brukernavn":"post"}},
        {"epostadresse":{"domenenavn":"a.example\r\nBcc: x@y.example","brukernavn":"post"}},
        {"mobiltelefon":{"internasjonaltPrefiks":"0047","nasjonaltNummer":"41234567"}}]}})");
  });
  const auto registered =
      make_organisation_register_client(*with.http, with.tokens, {.url = with.server.url("/varslingsadresser")});
  const auto found = registered->official_addresses("310000000");
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_TRUE(seen.starts_with("GET /varslingsadresser/310000000 "));
  EXPECT_NE(seen.find("Accept: application/vnd.brreg.kofuvi.varslingsadresser.v1+json\r\n"), std::string::npos);
  EXPECT_EQ(found->emails, std::vector<std::string>{"post@a.example"});
  EXPECT_EQ(found->mobiles, std::vector<std::string>{"+4741234567"});
}

TEST(OrganisationRegisterClient, TellsNoneFromNoAnswer) {
  std::string answer = status_line("404 Not Found");
  AskedRegister with([&](const std::string&) { return answer; });
  const auto registered = make_organisation_register_client(*with.http, with.tokens, {.url = with.server.url("/v")});
  ASSERT_TRUE(registered->official_addresses("310000000"));
  EXPECT_TRUE(registered->official_addresses("310000000")->emails.empty());
  answer = status_line("503 Service Unavailable");
  EXPECT_EQ(registered->official_addresses("310000000").error().code, "error.contacts.no_answer");
  for (const char* of_no_use :
       {"{}", R"({"error":"x"})",
        R"({"organisasjonsnummer":"999999999","e":{"domenenavn":"a.example","brukernavn":"post"}})"}) {
    answer = OneConnectionServer::ok(of_no_use);
    const auto found = registered->official_addresses("310000000");
    ASSERT_FALSE(found) << of_no_use;
    EXPECT_EQ(found.error().code, "error.contacts.no_answer");
  }
  answer = OneConnectionServer::ok(R"({"organisasjonsnummer":"310000000","varslingsadresser":[]})");
  ASSERT_TRUE(registered->official_addresses("310000000")) << "it has none";
}

}  // namespace
}  // namespace alting::parties
