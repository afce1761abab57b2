#include "main/serving.h"

#include <csignal>

#include "api/log_routes.h"
#include "api/machine_routes.h"
#include "base/log.h"
#include "base/text.h"
#include "login/certificate_routes.h"
#include "login/routes.h"
#include "login/test_issuer/test_issuer.h"
#include "login/test_registers.h"
#include "main/certificate_door.h"
#include "main/rooms.h"
#include "main/security_txt.h"
#include "parties/national_id.h"
#include "parties/population.h"
#include "portal/other_ways.h"
#include "portal/portal.h"
#include "store/once.h"
#include "web/server.h"

namespace alting::main {

namespace {

base::Result<base::Texts> load_texts(const Settings& settings) {
  ALTING_TRY(texts, base::Texts::load(settings.texts));
  const auto missing = texts.missing();
  if (!missing.empty()) return base::make_error(base::ErrorKind::invalid, "error.texts", missing.front());
  return texts;
}

login::RelyingPartySettings relying_party(const Settings& settings) {
  login::RelyingPartySettings relying;
  relying.issuer = settings.login.issuer;
  relying.client_id = settings.login.client_id;
  relying.public_url = settings.server.public_url;
  relying.method_hint = settings.login.test_issuer_port != 0;
  return relying;
}

std::vector<login::IssuerPerson> people(const std::vector<parties::DemoPerson>& demo,
                                        const std::vector<std::pair<std::string, std::string>>& everyone,
                                        std::string_view search) {
  std::vector<login::IssuerPerson> found;
  if (search.empty()) {
    for (const auto& person : demo) found.push_back({person.national_id, person.name, "demo.person." + person.story});
    return found;
  }
  const auto words = base::search_words(search);
  for (const auto& [number, name] : everyone) {
    if (base::search_words(name).find(words) != std::string::npos || number.starts_with(search))
      found.push_back({number, name, ""});
    if (found.size() == 30) break;
  }
  return found;
}

}  // namespace

struct Serving::Parts {
  Parts(Installation& from, base::Texts given, std::vector<portal::PageSet> sets, const login::ClientKey& client)
      : installation(from),
        texts(std::move(given)),
        assets(web::Assets::load(from.settings.server.assets)),
        cookies(base::Bytes(from.folder->key("cookies").reveal()),
                from.settings.server.public_url.starts_with("https://"), from.random),
        sessions(from.folder->database(), *from.ledger, cookies, from.clock, from.random,
                 session_limits(from.settings)),
        kept_posts(from.folder->database(), from.folder->key("kept-posts"), from.clock, from.random),
        attempts(from.folder->database(), from.clock, from.random, from.settings.login.attempts),
        turns(from.folder->database(), from.clock, from.random),
        relying(relying_party(from.settings), client, *from.http, from.clock, from.random),
        pages(site(), assets, std::move(sets)) {
    from.end_sessions = [this](const login::SessionFilter& which) { return sessions.end(which); };
    router.set_token_check([this](const web::Request& request) { return cookies.token_is_good(request); });
    router.set_visitor_check([this](const web::Request& request) { return cookies.has_token(request); });
    router.set_sessions({.claimed =
                             [this](const web::Request& request) {
                               if (request.of_system) return std::string(login::bearer_of(request).value_or(""));
                               return cookies.read(request, web::CookieKind::session).value_or("");
                             },
                         .person =
                             [this](const web::Request& request) {
                               if (request.of_system) return client_of(request);
                               return sessions.holder_of(request);
                             }});
    router.add_public("/.well-known/security.txt", [this](const web::PublicRequest&) {
      return web::PublicResponse("text/plain; charset=utf-8",
                                 security_txt(installation.settings, installation.clock.now()),
                                 {.max_age = std::chrono::hours(24)});
    });
    pages.add_routes(router);
    api::add_log_routes(router, *from.ledger);
    api::add_endpoints(router,
                       {.callers = *from.callers,
                        .database = from.folder->database(),
                        .quotas = store::Quotas(from.settings.quotas),
                        .texts = texts,
                        .random = from.random,
                        .metrics = from.metrics,
                        .options = from.settings.api,
                        .public_url = from.settings.server.public_url},
                       all_interfaces(from, texts));
    login::add_routes(
        router, {.relying_party = relying,
                 .sessions = sessions,
                 .attempts = attempts,
                 .parties = *from.parties,
                 .cookies = cookies,
                 .texts = texts,
                 .clock = from.clock,
                 .frame = in_portal_page(),
                 .refused_starts = &from.metrics.counter(
                     "alting_login_refused_total", "Logins not begun: too many wait, of one network or in all.")});
    if (from.settings.login.certificates.has_door()) open_door();
    auto options = from.settings.server;
    options.upload_folder = from.folder->uploads();
    options.is_fit = [&ledger = *from.ledger] { return !ledger.halted(); };
    options.when_down = portal::other_ways_in_words(texts, *from.apps, base::Language::nb);
    from.router = &router;
    server = std::make_unique<web::Server>(options, router, from.clock, from.random, from.metrics);
    if (from.settings.login.test_issuer_port != 0) make_issuer(client);
  }

  ~Parts() { installation.router = nullptr; }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  // The system whose token a call brings, by a name that no person has; "" when the token is not good.
  std::string client_of(const web::Request& request) {
    const auto token = login::bearer_of(request);
    if (!token) return {};
    const auto caller = installation.callers->check(*token, installation.clock.now());
    return caller ? fmt::format("{}|{}|{}", caller->issuer, caller->client_id, caller->consumer) : std::string();
  }

  // The login's own pages look as the portal's do.
  login::PageFrame in_portal_page() const {
    return [this](const web::Request& request, std::string_view title, const web::html::Html& content, int status,
                  std::string_view refresh_to) { return pages.framed(request, title, content, status, refresh_to); };
  }

  // Organisations with a certificate: their two addresses here, and the server that asks for it.
  void open_door() {
    auto& from = installation;
    login::add_certificate_routes(router, {.sessions = sessions,
                                           .attempts = attempts,
                                           .turns = turns,
                                           .parties = *from.parties,
                                           .certificates = from.access->certificates(),
                                           .cookies = cookies,
                                           .texts = texts,
                                           .clock = from.clock,
                                           .frame = in_portal_page(),
                                           .door_url = from.settings.login.certificates.public_url});
    door = std::make_unique<CertificateDoor>(from, turns, texts, assets);
  }

  // What every page needs.
  portal::Site site() {
    auto& from = installation;
    return {.texts = texts,
            .cookies = cookies,
            .sessions = sessions,
            .kept_posts = kept_posts,
            .parties = *from.parties,
            .decider = from.access->decider(),
            .requests = from.access->requests(),
            .clock = from.clock,
            .random = from.random,
            .was_done =
                [&from](std::string_view post, const terms::Actor& actor, std::string_view act) {
                  return store::was_done(from.folder->database(), post, instances::party_holder(actor.party), act);
                },
            .mode = from.settings.data.mode,
            .public_url = from.settings.server.public_url,
            .run_by = from.settings.run_by,
            .before_forms = [&from] { from.refresh_apps(); }};
  }

  void make_issuer(const login::ClientKey& client) {
    const auto& ours = relying.settings();
    login::TestIssuerOptions options;
    options.url = installation.settings.login.issuer;
    options.key_file = installation.folder->keys() / "test-issuer.pem";
    options.clients.push_back({ours.client_id,
                               {ours.redirect_uri()},
                               {ours.post_logout_redirect_uri()},
                               ours.front_channel_logout_uri(),
                               crypto::JwkSet({crypto::to_jwk(client.key.public_key())})});
    std::vector<std::pair<std::string, std::string>> everyone;
    for (const auto& person : parties::make_population().persons)
      everyone.emplace_back(person.national_id, person.register_answer.full_name());
    options.people = [demo = parties::demo_people(), everyone](std::string_view search) {
      return people(demo, everyone, search);
    };
    options.read_number = [](std::string_view typed) { return parties::read_national_id(typed, terms::Mode::test); };
    issuer_cookies =
        std::make_unique<web::Cookies>(base::Bytes(installation.folder->key("issuer-cookies").reveal()),
                                       ours.public_url.starts_with("https://"), installation.random, "alting-test");
    issuer = std::make_unique<login::TestIssuer>(installation.settings.data.mode, std::move(options), *issuer_cookies,
                                                 texts, assets, installation.clock, installation.random);
    auto server_options = installation.settings.server;
    server_options.port = installation.settings.login.test_issuer_port;
    server_options.public_url = installation.settings.login.issuer;
    server_options.upload_folder = installation.folder->uploads();
    server_options.workers = 8;
    server_options.metrics_port = 0;
    auto issuer_router = issuer->router();
    if (installation.test_authority)
      login::add_test_authority_routes(issuer_router, *installation.test_authority, installation.clock);
    if (installation.token_issuer) {
      installation.token_issuer->add_routes(issuer_router);
      login::add_test_registers(issuer_router, {.krr = *installation.registers.local_krr,
                                                .organisations = *installation.registers.local_organisations,
                                                .tokens = *installation.token_issuer,
                                                .clock = installation.clock});
    }
    issuer_server = std::make_unique<web::Server>(server_options, std::move(issuer_router), installation.clock,
                                                  installation.random, issuer_metrics);
  }

  Installation& installation;
  base::Texts texts;
  web::Assets assets;
  web::Cookies cookies;
  login::SessionStore sessions;
  login::KeptPosts kept_posts;
  login::Attempts attempts;
  login::CertificateTurns turns;
  login::RelyingParty relying;
  portal::Portal pages;
  web::Router router;
  base::Metrics issuer_metrics;
  std::unique_ptr<web::Server> server, issuer_server;
  std::unique_ptr<CertificateDoor> door;
  std::unique_ptr<web::Cookies> issuer_cookies;
  std::unique_ptr<login::TestIssuer> issuer;
};

Serving::Serving(Installation& installation) : installation_(installation) {}
Serving::~Serving() = default;

base::Status Serving::start() {
  ALTING_TRY(texts, load_texts(installation_.settings));
  const auto key_file = installation_.settings.login.key.empty() ? installation_.folder->keys() / "login.pem"
                                                                 : installation_.settings.login.key;
  ALTING_TRY(key,
             login::load_client_key(key_file, installation_.settings.data.mode, installation_.settings.login.key_id));
  if (!installation_.settings.login.certificate.empty()) {
    ALTING_TRY(certified, login::with_certificate(std::move(key), installation_.settings.login.certificate));
    key = std::move(certified);
  }
  auto sets = all_page_sets(installation_);
  ALTING_CHECK(portal::check_page_sets(sets, texts));
  parts_ = std::make_unique<Parts>(installation_, std::move(texts), std::move(sets), key);
  if (parts_->issuer_server) parts_->issuer_server->start();
  if (parts_->door) parts_->door->start();
  parts_->server->start();
  parts_->server->set_ready(true);
  return {};
}

void Serving::stop() {
  if (!parts_) return;
  parts_->server->set_ready(false);
  if (parts_->door) parts_->door->stop();
  parts_->server->stop();
  if (parts_->issuer_server) parts_->issuer_server->stop();
}

void Serving::reload_tls() {
  parts_->server->reload_tls();
  if (parts_->issuer_server) parts_->issuer_server->reload_tls();
  if (parts_->door) parts_->door->reload_tls();
}

std::uint16_t Serving::port() const { return parts_->server->port(); }

std::string Serving::cookies_for(const terms::Actor& actor) {
  if (installation_.settings.data.mode != terms::Mode::test)
    throw std::logic_error("sessions without a login exist in test mode only");
  const auto pair = [](const std::string& line) { return line.substr(0, line.find(';')); };
  const auto id =
      parts_->sessions.open({.actor = actor, .issuer = installation_.settings.login.issuer}, web::Request{});
  return pair(parts_->cookies.write(web::CookieKind::session, id)) + "; " +
         pair(parts_->cookies.token(web::Request{}).set_cookie.value_or(""));
}

const web::Router& Serving::router() const { return parts_->router; }

namespace {

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int one : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, one);
  return set;
}

}  // namespace

void block_signals() {
  const auto set = our_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void wait_for_stop_signal(const std::function<void()>& on_hangup) {
  const auto set = our_signals();
  int which = SIGHUP;
  while (sigwait(&set, &which) == 0 && which == SIGHUP) on_hangup();
}

}  // namespace alting::main
