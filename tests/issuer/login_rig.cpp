// A small server with nothing but the login, for the tests of it against foreign code: the relying party on one port,
// and, unless a foreign issuer is named, the test issuer on another. A scratch folder holds its data; it runs until its
// standard input ends.
//
//   login_rig --texts DIR --data DIR --port N [--assets DIR] [--issuer URL --client-id ID] [--issuer-port N] [--client FILE.json]
//
// GET /hvem says who is logged in, GET /folk who there is, as JSON. FILE.json registers one more client with the test
// issuer:
// {"client_id", "redirect_uris": [], "post_logout_redirect_uris": [], "frontchannel_logout_uri", "jwks"}.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <string>

#include "base/file.h"
#include "base/metrics.h"
#include "ledger/make_ledger.h"
#include "ledger/migrations.h"
#include "login/level.h"
#include "login/migrations.h"
#include "login/routes.h"
#include "login/test_issuer/test_issuer.h"
#include "net/address.h"
#include "parties/migrations.h"
#include "parties/national_id.h"
#include "parties/population.h"
#include "parties/registry.h"
#include "store/data_folder.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "web/components/components.h"
#include "web/server.h"

namespace {

using namespace alting;  // NOLINT: a program of its own

template <class T>
T must(base::Result<T> result, const char* what) {
  if (!result) throw std::runtime_error(fmt::format("{}: {} {}", what, result.error().code, result.error().detail));
  return std::move(*result);
}

std::vector<std::string> texts_in(const base::Json& list) {
  std::vector<std::string> texts;
  if (list.is_array())
    for (const auto& item : list.items()) texts.emplace_back(item.text_or(""));
  return texts;
}

login::IssuerClient read_client(const std::string& file) {
  const auto json = must(base::Json::parse(must(base::read_file(file, 1 << 20), "client file")), "client file");
  return {std::string(json.text("client_id")), texts_in(json["redirect_uris"]),
          texts_in(json["post_logout_redirect_uris"]), std::string(json.text("frontchannel_logout_uri")),
          must(crypto::JwkSet::from_json(json["jwks"]), "jwks")};
}

web::Router portal(const login::LoginParts& parts) {
  const web::Cookies& cookies = parts.cookies;
  login::Sessions& sessions = parts.sessions;
  web::Router router;
  login::add_routes(router, parts);
  router.set_token_check([&cookies](const web::Request& request) { return cookies.token_is_good(request); });
  router.add(web::Method::get, "/hvem", [&sessions](const web::Request& request) {
    const auto session = sessions.find(request);
    if (!session) return web::json(base::Json::object({{"logged_in", false}}), 401);
    return web::json(base::Json::object({{"logged_in", true},
                                         {"name", session->actor.name},
                                         {"level", login::digit_of(session->actor.level)},
                                         {"method", session->actor.method}}));
  });
  router.add(web::Method::get, "/folk", [](const web::Request&) {
    base::Json people = base::Json::object();
    for (const auto& person : parties::demo_people()) people.set(person.story, person.national_id);
    return web::json(people);
  });
  router.add(web::Method::get, "/side", [&cookies](const web::Request& request) {
    const auto token = cookies.token(request);
    web::ui::Form form;
    form.action = "/logg-ut";
    form.token = token.form_value;
    web::ui::Button button;
    button.label = "Logg ut";
    auto response =
        login::plain_page(request, "Side", web::ui::heading(1, "Side") + web::ui::post_button(form, button), 200, "");
    if (token.set_cookie) response.set_cookies.push_back(*token.set_cookie);
    return response;
  });
  return router;
}

login::TestIssuerOptions issuer_options(const std::string& url, const std::filesystem::path& keys,
                                        login::IssuerClient ours) {
  login::TestIssuerOptions options;
  options.url = url;
  options.key_file = keys / "test-issuer.pem";
  options.clients.push_back(std::move(ours));
  options.people = [](std::string_view search) {
    std::vector<login::IssuerPerson> people;
    for (const auto& person : parties::demo_people())
      if (search.empty() || person.name.find(search) != std::string::npos || person.national_id == search)
        people.push_back({person.national_id, person.name, "demo.person." + person.story});
    return people;
  };
  options.read_number = [](std::string_view typed) { return parties::read_national_id(typed, terms::Mode::test); };
  return options;
}

std::string host_of(const std::string& url) {
  const auto address = net::parse_address(url);
  return address ? address->host + ":" + address->port : url;
}

void run(std::map<std::string, std::string>& given) {
  base::SystemClock clock;
  base::SystemRandom random;
  base::Metrics metrics;
  const std::string portal_url = "http://localhost:" + given["--port"];
  const bool foreign = !given["--issuer"].empty();
  const std::string issuer_url = foreign ? given["--issuer"] : "http://localhost:" + given["--issuer-port"];

  store::DataFolderOptions folder_options;
  folder_options.path = given["--data"];
  const auto folder = must(store::DataFolder::open(folder_options, random, clock), "data folder");
  store::migrate(folder->database(), clock,
                 {store::migrations(), ledger::migrations(), parties::migrations(), login::migrations()});
  ledger::LedgerOptions log_options;
  log_options.origin = "rig.example/log";
  log_options.keys = folder->path() / "log-keys";
  log_options.guard = folder->outside() / "checkpoint";
  const auto log = must(ledger::make_ledger(folder->database(), folder->vault(), clock, random, log_options), "log");
  const auto numbers = parties::NumberVault::open_or_create(folder->keys() / "numbers.key", random);
  const auto folkeregisteret = parties::make_local_folkeregisteret(folder->database(), numbers);
  const auto krr = parties::make_local_krr(folder->database(), numbers);
  const auto registry =
      parties::make_registry({folder->database(), clock, random, numbers, *folkeregisteret, *krr, terms::Mode::test});
  (void)must(parties::store_population(*registry, parties::make_population()), "population");

  const auto texts = must(base::Texts::load(given["--texts"]), "texts");
  const auto assets = given["--assets"].empty() ? web::Assets{} : web::Assets::load(given["--assets"]);
  const web::Cookies cookies(base::Bytes(folder->key("cookies").reveal()), false, random);
  const web::Cookies issuer_cookies(base::Bytes(folder->key("issuer-cookies").reveal()), false, random,
                                    "alting-testutsteder");
  net::HttpOptions http_options;
  http_options.hosts = {host_of(issuer_url)};
  const auto http = net::make_http_client(http_options);

  login::RelyingPartySettings settings;
  settings.issuer = issuer_url;
  settings.client_id = foreign ? given["--client-id"] : "alting";
  settings.public_url = portal_url;
  settings.method_hint = !foreign;
  auto key = must(login::load_client_key(folder->keys() / "login-client.pem", terms::Mode::test), "client key");
  login::RelyingParty relying_party(settings, std::move(key), *http, clock, random);
  login::SessionStore sessions(folder->database(), *log, cookies, clock, random);
  login::Attempts attempts(folder->database(), clock, random);

  web::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::stoi(given["--port"]));
  options.public_url = portal_url;
  options.upload_folder = folder->uploads();
  options.workers = 8;
  options.assets = given["--assets"];
  web::Server server(options, portal({relying_party, sessions, attempts, *registry, cookies, texts, clock, {}}), clock,
                     random, metrics);
  server.start();
  server.set_ready(true);

  std::unique_ptr<login::TestIssuer> issuer;
  std::unique_ptr<web::Server> issuer_server;
  if (!foreign) {
    auto client_options = issuer_options(issuer_url, folder->keys(),
                                         {settings.client_id,
                                          {settings.redirect_uri()},
                                          {settings.post_logout_redirect_uri()},
                                          portal_url + "/logg-ut/front",
                                          must(crypto::JwkSet::from_json(relying_party.client_jwks()), "own keys")});
    if (!given["--client"].empty()) client_options.clients.push_back(read_client(given["--client"]));
    issuer = std::make_unique<login::TestIssuer>(terms::Mode::test, std::move(client_options), issuer_cookies, texts,
                                                 assets, clock, random);
    options.port = static_cast<std::uint16_t>(std::stoi(given["--issuer-port"]));
    options.public_url = issuer_url;
    issuer_server = std::make_unique<web::Server>(options, issuer->router(), clock, random, metrics);
    issuer_server->start();
    issuer_server->set_ready(true);
  }
  fmt::print("ready\n");
  std::fflush(stdout);
  char octet;
  while (::read(STDIN_FILENO, &octet, 1) > 0) {
  }
  if (issuer_server) issuer_server->stop();
  server.stop();
}

}  // namespace

int main(int count, char** words) {
  std::map<std::string, std::string> given;
  for (int i = 1; i + 1 < count; i += 2) given[words[i]] = words[i + 1];
  try {
    run(given);
  } catch (const std::exception& error) {
    fmt::print(stderr, "login_rig: {}\n", error.what());
    return 1;
  }
  return 0;
}
