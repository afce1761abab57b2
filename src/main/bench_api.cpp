#include "main/bench_api.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/json.h"
#include "login/token_scopes.h"
#include "main/serving.h"
#include "parties/population.h"
#include "web/bench.h"
#include "web/raw_client.h"

namespace alting::main {

namespace {

constexpr std::string_view agency_of_bench = "974761467";  // has the form dat/veiledning

// The built-in issuer, without which there is no token, is told its port before it is started.
std::uint16_t unused_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool found = ::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(probe);
  if (!found) throw std::runtime_error("no port for the issuer");
  return ntohs(address.sin_port);
}

Settings settings_with_issuer(const std::filesystem::path& data) {
  auto settings = bench_settings_of_server(data);
  settings.login.test_issuer_port = unused_port();
  settings.login.issuer = fmt::format("http://localhost:{}", settings.login.test_issuer_port);
  settings.api.per_minute = std::int64_t{1'000'000'000};
  return settings;
}

// Sends the small form for the manager, and says which one it became.
access::Target send_one(Installation& installation, const terms::Actor& actor) {
  const auto app = *terms::AppId::parse("dat/veiledning");
  auto& decider = installation.access->decider();
  const auto once = [&] { return base::Uuid::v4(installation.random).text(); };
  access::Target target{.party = actor.party, .app = app, .task = "Task_1"};
  const auto start = bench_expect(decider.decide(actor, terms::Action::instantiate, target));
  target.instance = bench_expect(installation.instances->drafts.create(start, app, {}, "", once()));
  const auto answers =
      bench_expect(forms::read_posted(*installation.apps->find(app), {{"sporsmal.tema", "rettigheter"},
                                                                      {"sporsmal.emne", "Innsyn i egne opplysninger"},
                                                                      {"sporsmal.tekst", std::string(1500, 'x')},
                                                                      {"kontakt.svar", "innboks"}}));
  const auto write = bench_expect(decider.decide(actor, terms::Action::write, target));
  const auto saved = bench_expect(installation.instances->drafts.save(write, answers, {}, base::Language::nb));
  const auto complete = bench_expect(decider.decide(actor, terms::Action::complete, target));
  auto sent = bench_expect(installation.instances->sending.submit(
      complete, base::Language::nb, installation.clock.now(), saved.draft.version, once()));
  if (!std::holds_alternative<instances::Sent>(sent)) throw std::runtime_error("a submission was refused");
  return target;
}

terms::Actor caseworker(Installation& installation) {
  const auto demo = parties::demo_people();
  const auto found = std::ranges::find(demo, "caseworker", &parties::DemoPerson::story);
  if (found == demo.end()) throw std::runtime_error("the demo has no caseworker");
  const auto person = bench_expect(installation.parties->sign_in(terms::NationalIdText(found->national_id)));
  return {terms::ActorKind::person,    person.party.id, person.party.uuid, person.user_id,
          terms::AssuranceLevel::high, "BankID",        person.party.name, "bench"};
}

login::TokenIssuer::Grant grant_of_bench(Installation& installation) {
  const std::vector<std::string> scopes{std::string(login::scope::instances_read)};
  const auto client = bench_expect(installation.clients->add_by_operator(
      agency_of_bench, {.name = "bench", .key = {}, .scopes = scopes}, installation.clock.now()));
  return {.client_id = client.client_id,
          .consumer = std::string(agency_of_bench),
          .supplier = {},
          .scopes = scopes,
          .resources = {installation.settings.server.public_url}};
}

struct CheckRates {
  double first = 0, again = 0;
};

// In one thread: each token for the first time, and then once more.
CheckRates check_tokens(Installation& installation, const login::TokenIssuer::Grant& grant) {
  constexpr std::size_t count = 2'000;
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < count; ++i)
    tokens.push_back(installation.token_issuer->token_for(grant, installation.clock.now()));
  const auto rate = [&] {
    const auto start = std::chrono::steady_clock::now();
    for (const auto& token : tokens) (void)bench_expect(installation.callers->check(token, installation.clock.now()));
    return static_cast<double>(count) / seconds_after(start);
  };
  const auto first = rate();
  return {first, rate()};
}

std::string content_of(std::uint16_t port, const std::string& request) {
  web::RawClient client(port);
  client.send(request);
  auto answer = client.response(30'000);
  if (web::status_of_text(answer) != 200)
    throw std::runtime_error("not the answer that was asked for: " + request.substr(0, request.find("\r\n")) + ": " +
                             answer.substr(0, 60));
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

}  // namespace

std::vector<BenchFigure> measure_api() {
  const BenchFolder folder;
  auto installation = bench_expect(Installation::open(settings_with_issuer(folder.path)));
  Serving serving(*installation);
  if (const auto started = serving.start(); !started) throw std::runtime_error(started.error().detail);
  const auto manager = bench_manager(*installation);
  const auto sent = send_one(*installation, manager);
  const auto grant = grant_of_bench(*installation);
  const auto checks = check_tokens(*installation, grant);
  const auto token =
      installation->token_issuer->token_for(grant, installation->clock.now(), base::Duration::minutes(30));

  const auto get = [&](const std::string& path, const std::string& header) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: localhost:{}\r\n{}\r\n\r\n", path, serving.port(), header);
  };
  const auto by_token = "Authorization: Bearer " + token;
  const auto by_cookie = "Cookie: " + serving.cookies_for(caseworker(*installation));
  const auto id = sent.instance->text();
  const auto instance = fmt::format("/storage/api/v1/instances/{}/{}", manager.party.value, id);
  const auto page = fmt::format("/etat/dat/sak/{}/{}", manager.party_uuid.text(), id);
  const auto described = bench_expect(base::Json::parse(content_of(serving.port(), get(instance, by_token))));
  const auto& elements = described["data"].items();
  const auto form =
      std::ranges::find(elements, "application/json", [](const base::Json& one) { return one.text("contentType"); });
  if (form == elements.end()) throw std::runtime_error("a submission has no form");
  const auto data = fmt::format("{}/data/{}", instance, form->text("id"));

  const auto rates = web::bench_requests(
      3, bench_threads,
      {web::Asked{serving.port(), get(page, by_cookie)}, web::Asked{serving.port(), get(instance, by_token)},
       web::Asked{serving.port(), get(data, by_token)}});
  serving.stop();
  const auto& of_page = rates.others[0];
  std::vector<BenchFigure> figures{{"token checked for the first time, one thread", "/s", checks.first, 0, "", ""},
                                   {"token checked again, one thread", "/s", checks.again, 0, "", ""},
                                   {"page of a submission, an agency's staff", "/s", of_page.per_second,
                                    rates.bare.per_second, "bare Beast answer", ""},
                                   {"page of a submission, an agency's staff: processor", "us", of_page.cpu_micros,
                                    rates.bare.cpu_micros, "bare Beast answer", ""}};
  const auto add = [&](const std::string& name, const web::Rate& rate) {
    figures.push_back({name, "/s", rate.per_second, of_page.per_second, "the page of the same submission", ""});
    figures.push_back(
        {name + ": processor", "us", rate.cpu_micros, of_page.cpu_micros, "the page of the same submission", ""});
  };
  add("submission described to a system", rates.others[1]);
  add("form data fetched by a system", rates.others[2]);
  return figures;
}

}  // namespace alting::main
