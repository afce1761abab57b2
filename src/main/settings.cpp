#include "main/settings.h"

#include "base/config.h"
#include "main/rooms.h"
#include "net/mail_settings.h"
#include "portal/settings.h"
#include "store/postgresql.h"
#include "store/settings.h"
#include "web/settings.h"

namespace alting::main {

namespace fs = std::filesystem;
using base::Config;

fs::path find_resource(std::string_view name) {
  std::error_code ignored;
  const auto program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const auto& base : {program, program / ".." / "..", program / ".." / "share" / "alting"}) {
    if (fs::exists(base / name, ignored)) return fs::weakly_canonical(base / name);
  }
  return program / name;
}

std::vector<base::Setting> program_settings(Settings& into) {
  into.texts = find_resource("texts");
  into.services = find_resource("services");
  into.server.assets = find_resource("assets");
  constexpr auto beside = "beside the program";
  return {
      base::text("operator.security_contact", into.security.contact,
                 "shown in `/.well-known/security.txt` (RFC 9116): an e-mail or https address for those who find a "
                 "hole, and your rules for them")
          .fallback_in_words("`operator.email`"),
      base::text("operator.security_policy", into.security.policy, "").fallback_in_words("none"),
      base::path("paths.texts", into.texts, "folders that came with the program").fallback_in_words(beside),
      base::path("paths.services", into.services, "").fallback_in_words(""),
      base::path("paths.assets", into.server.assets, "").fallback_in_words(""),
      base::yes_or_no("paths.watch_services", into.watch_services, "read forms again when they change on disk"),
      base::one_of("log.level", into.log_level,
                   {{"debug", base::LogLevel::debug},
                    {"info", base::LogLevel::info},
                    {"warning", base::LogLevel::warning},
                    {"error", base::LogLevel::error}},
                   "debug, info, warning or error", "`debug`, `info`, `warning`, `error`"),
      base::yes_or_no("data.population", into.population, "store the invented population at start; test mode only")};
}

namespace {

std::string host_of(const std::string& url) {
  const auto start = url.find("://");
  const auto rest = start == std::string::npos ? url : url.substr(start + 3);
  return rest.substr(0, rest.find('/'));
}

// "localhost" is no address that can be listened on, and is refused there.
bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

base::Status check_production(const Settings& settings) {
  if (settings.data.mode != terms::Mode::production) return {};
  const auto refuse = [](std::string why) {
    return base::make_error(base::ErrorKind::invalid, "error.settings", std::move(why));
  };
  if (settings.login.test_issuer_port != 0) return refuse("test_issuer.port: the test issuer exists in test mode only");
  if (!settings.events.http.inside_hosts.empty())
    return refuse("events.inside_hosts: webhooks go inside in test mode only");
  if (settings.population) return refuse("data.population: the test population exists in test mode only");
  if (settings.scanner.clamd.empty()) return refuse("scanner.clamd: uploads must be scanned in production");
  if (!settings.server.public_url.starts_with("https://")) return refuse("server.public_url: https in production");
  if (!settings.login.issuer.starts_with("https://")) return refuse("login.issuer: https in production");
  if (!settings.data.postgresql.empty()) {
    ALTING_TRY(reach, store::postgresql_reach(settings.data.postgresql));
    if (reach.elsewhere && reach.sslmode != "verify-full")
      return refuse(
          "data.postgresql: sslmode=verify-full in production when the database is on another machine (and "
          "sslrootcert, "
          "which says whose certificates count)");
  }
  if (!settings.server.tls_certificate && !is_loopback(settings.server.address))
    return refuse(
        "server.address: plain HTTP in production on this machine's own address only (127.0.0.1, ::1), for a proxy "
        "beside it; or set server.tls_certificate and server.tls_key");
  return {};
}

// A thread borrows one connection at a time, and these are there beside the handlers: two workers of the jobs and the
// keeper of their leases, the outbox's three subscriptions, one with two workers, and its watch, what is counted,
// following the registers, the log's sequencer (on PostgreSQL) and clerk, two that look up whose sessions come, noting who
// was chosen last, the webhooks' four and who looks what is due, and the commands. That is 21; a subscription that is new,
// or has more workers, is more.
constexpr int connections_beside_handlers = 22;

base::Result<Settings> settings_from(const Config& config) {
  Settings settings;
  // What is not set may be other in test mode, so the mode is read first.
  ALTING_CHECK(base::read_all(store::settings(settings.data), config));
  const auto all = all_settings(settings, settings.data.mode);
  ALTING_CHECK(base::read_all(all, config));
  ALTING_CHECK(web::check_settings(settings.server));
  ALTING_CHECK(login::settle(settings.login));
  ALTING_CHECK(login::check_token_options(settings.tokens, settings.data.mode));
  ALTING_CHECK(login::settle(settings.login.certificates, settings.data.mode, settings.server.public_url,
                             settings.server.tls_certificate.has_value()));
  ALTING_CHECK(portal::check_settings(settings.run_by));
  ALTING_CHECK(net::check_mail_settings(settings.mail));
  ALTING_CHECK(parties::check_settings(settings.contacts, settings.data.mode));
  settings.data.connections = static_cast<int>(settings.server.workers) + connections_beside_handlers;
  if (settings.login.certificates.has_door())
    settings.data.connections += static_cast<int>(login::CertificateOptions::workers);
  if (settings.log.origin.empty()) settings.log.origin = host_of(settings.server.public_url) + "/log";
  ALTING_CHECK(check_production(settings));
  const auto unread = config.unread();
  if (!unread.empty()) return base::make_error(base::ErrorKind::invalid, "error.settings", unread.front());
  return settings;
}

}  // namespace

base::Result<Settings> read_settings(const fs::path& file) {
  ALTING_TRY(config, Config::load(file));
  ALTING_TRY(settings, settings_from(config));
  base::set_log_level(settings.log_level);
  return settings;
}

Settings demo_settings(std::uint16_t port, const fs::path& data) {
  Config demo;
  demo.set("data.path", data.string());
  demo.set("data.mode", std::string("test"));
  demo.set("data.population", true);
  demo.set("server.port", std::int64_t{port});
  demo.set("server.public_url", fmt::format("http://localhost:{}", port));
  demo.set("test_issuer.port", std::int64_t{static_cast<std::uint16_t>(port + 1)});
  demo.set("login.issuer", fmt::format("http://localhost:{}", port + 1));
  demo.set("certificate.port", std::int64_t{static_cast<std::uint16_t>(port + 2)});
  std::error_code ignored;
  if (fs::exists("/run/clamav/clamd.ctl", ignored)) demo.set("scanner.clamd", std::string("/run/clamav/clamd.ctl"));
  demo.set("operator.name", std::string("Alting (demo)"));
  demo.set("operator.email", std::string("hjelp@alting.example"));
  demo.set("operator.phone", std::string("00 00 00 00"));
  demo.set("operator.dpo.name", std::string("Personvernombudet (demo)"));
  demo.set("operator.dpo.email", std::string("personvern@alting.example"));
  demo.set("paths.watch_services", true);
  demo.set("notify.quiet_minutes", std::int64_t{0});  // who tries it waits for no others
  auto settings = settings_from(demo);
  if (!settings) throw std::logic_error("settings of the demo: " + settings.error().detail);
  return std::move(*settings);
}

std::string settings_in_words() {
  Settings settings;
  return base::plain_list(all_settings(settings, terms::Mode::production));
}

std::string settings_in_markdown() {
  Settings production, test;
  return base::markdown_table(all_settings(production, terms::Mode::production), all_settings(test, terms::Mode::test),
                              "in test mode");
}

}  // namespace alting::main
