#include "main/settings.h"

#include "base/config.h"
#include "base/log.h"
#include "store/postgresql.h"

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

namespace {

base::Result<std::uint16_t> read_port(const Config& config, std::string_view key, int otherwise) {
  ALTING_TRY(number, config.integer(key, otherwise));
  if (number < 0 || number > 65535)
    return base::make_error(base::ErrorKind::invalid, "error.settings", std::string(key) + ": a port is 0 to 65535");
  return static_cast<std::uint16_t>(number);
}

std::string host_of(const std::string& url) {
  const auto start = url.find("://");
  const auto rest = start == std::string::npos ? url : url.substr(start + 3);
  return rest.substr(0, rest.find('/'));
}

base::Status read_data(const Config& config, Settings& settings) {
  ALTING_TRY(path, config.text("data.path"));
  settings.data.path = path;
  ALTING_TRY(mode_text, config.text("data.mode"));
  const auto mode = terms::mode_from(mode_text);
  if (!mode) return base::make_error(base::ErrorKind::invalid, "error.settings", "data.mode: 'test' or 'production'");
  settings.data.mode = *mode;
  ALTING_TRY(postgresql, config.text("data.postgresql", ""));
  settings.data.postgresql = postgresql;
  ALTING_TRY(outside, config.text("data.outside", ""));
  settings.data.outside = outside;
  ALTING_TRY(population, config.boolean("data.population", false));
  settings.population = population;
  return {};
}

// A whole number within its bounds.
template <class T>
base::Status read_number(const Config& config, std::string_view key, T& into, std::int64_t least, std::int64_t most,
                         std::int64_t unit = 1) {
  ALTING_TRY(number, config.integer(key, static_cast<std::int64_t>(into) / unit));
  if (number < least || number > most)
    return base::make_error(base::ErrorKind::invalid, "error.settings", fmt::format("{}: {} to {}", key, least, most));
  into = static_cast<T>(number * unit);
  return {};
}

// A full laptop is to show what the portal does all the same.
constexpr unsigned free_disk_percent_in_test_mode = 1;

// What one person and one network without a session may hold, and all together.
base::Status read_shares(const Config& config, web::ServerOptions& server, bool is_test) {
  constexpr std::int64_t megabyte = 1 << 20;
  for (auto& [name, shares] : {std::pair<std::string, web::Shares&>{"person", server.of_person},
                               std::pair<std::string, web::Shares&>{"network", server.of_network}}) {
    const auto key = [&name](std::string_view what) { return fmt::format("server.{}_per_{}", what, name); };
    ALTING_CHECK(read_number(config, key("workers"), shares.workers, 1, 1024));
    ALTING_CHECK(read_number(config, key("waiting"), shares.waiting, 0, 100'000));
    ALTING_CHECK(read_number(config, key("downloads"), shares.streams, 1, 1024));
    ALTING_CHECK(read_number(config, key("uploads"), shares.uploads, 1, 1024));
    ALTING_CHECK(read_number(config, key("contents"), shares.contents, 1, 100'000));
    ALTING_CHECK(read_number(config, key("memory_mb"), shares.memory, 1, 1'000'000, megabyte));
    ALTING_CHECK(read_number(config, key("disk_mb"), shares.disk, 33, 1'000'000, megabyte));
  }
  ALTING_CHECK(read_number(config, "server.memory_mb", server.max_memory, 64, 1'000'000, megabyte));
  ALTING_CHECK(read_number(config, "server.disk_mb", server.max_disk, 33, 10'000'000, megabyte));
  if (is_test) server.free_disk_percent = free_disk_percent_in_test_mode;
  ALTING_CHECK(read_number(config, "server.free_disk_percent", server.free_disk_percent, 0, 99));
  ALTING_CHECK(read_number(config, "server.connections", server.max_connections, 10, 1'000'000));
  ALTING_CHECK(read_number(config, "server.connections_per_address", server.max_connections_per_address, 1, 1'000'000));
  ALTING_CHECK(read_number(config, "server.handshakes", server.max_handshakes, 1, 1'000'000));
  ALTING_CHECK(read_number(config, "server.handshakes_per_network", server.max_handshakes_per_network, 1, 1'000'000));
  ALTING_CHECK(read_number(config, "server.handshakes_per_second", server.handshakes_per_second, 1, 100'000));
  return {};
}

base::Status read_metrics(const Config& config, web::ServerOptions& server) {
  ALTING_TRY(readers, config.list("server.metrics_readers", {}));
  server.metrics_readers = readers;
  ALTING_TRY(address, config.text("server.metrics_address", "127.0.0.1"));
  server.metrics_address = address;
  ALTING_TRY(port, read_port(config, "server.metrics_port", 0));
  server.metrics_port = port;
  return {};
}

base::Status read_server(const Config& config, Settings& settings) {
  auto& server = settings.server;
  ALTING_TRY(address, config.text("server.address", "127.0.0.1"));
  server.address = address;
  ALTING_TRY(port, read_port(config, "server.port", 8080));
  server.port = port;
  ALTING_TRY(url, config.text("server.public_url"));
  server.public_url = url;
  ALTING_TRY(proxies, config.list("server.trusted_proxies", {}));
  server.trusted_proxies = proxies;
  ALTING_CHECK(read_metrics(config, server));
  ALTING_TRY(certificate, config.text("server.tls_certificate", ""));
  ALTING_TRY(key, config.text("server.tls_key", ""));
  if (certificate.empty() != key.empty())
    return base::make_error(base::ErrorKind::invalid, "error.settings",
                            "server.tls_certificate and server.tls_key belong together");
  if (!certificate.empty()) {
    server.tls_certificate = certificate;
    server.tls_key = key;
  }
  ALTING_CHECK(read_number(config, "server.workers", server.workers, 1, 1024));
  // A handler holds one connection at a time; the others are for jobs, deliveries, the log and the commands.
  settings.data.connections = static_cast<int>(server.workers) + 8;
  ALTING_CHECK(read_number(config, "server.io_threads", server.io_threads, 0, 64));
  ALTING_CHECK(read_shares(config, server, settings.data.mode == terms::Mode::test));
  ALTING_TRY(access_log, config.boolean("server.access_log", true));
  server.access_log = access_log;
  return {};
}

// Tests do in a minute what people do in months: in test mode the limits that are not set are a hundred times as high.
constexpr std::int64_t more_in_test_mode = 100;

base::Status read_quotas(const Config& config, Settings& settings) {
  store::QuotaLimits limits;
  if (settings.data.mode == terms::Mode::test) limits = limits.times(more_in_test_mode);
  constexpr std::int64_t megabyte = 1024 * 1024;
  limits.bytes /= megabyte;
  struct Limit {
    std::string_view key;
    std::int64_t& value;
  };
  for (const auto& limit :
       {Limit{"limits.deletions_per_hour", limits.deletions}, Limit{"limits.drafts_per_hour", limits.drafts},
        Limit{"limits.entries_per_hour", limits.entries}, Limit{"limits.logins_per_hour", limits.logins},
        Limit{"limits.sent_per_hour", limits.sent}, Limit{"limits.upload_megabytes_per_hour", limits.bytes}}) {
    ALTING_TRY(number, config.integer(limit.key, limit.value));
    if (number < 1 || number > 1'000'000'000)
      return base::make_error(base::ErrorKind::invalid, "error.settings",
                              std::string(limit.key) + ": 1 to 1000000000 of one person in an hour");
    limit.value = number;
  }
  limits.bytes *= megabyte;
  settings.quotas = limits;
  return {};
}

base::Status read_sessions(const Config& config, Settings& settings) {
  std::int64_t idle = settings.session_idle.micros / 60'000'000,
               longest = settings.session_longest.micros / 3'600'000'000;
  ALTING_CHECK(read_number(config, "login.idle_minutes", idle, 10, 240));
  ALTING_CHECK(read_number(config, "login.longest_hours", longest, 1, 24));
  if (idle > longest * 60)
    return base::make_error(base::ErrorKind::invalid, "error.settings",
                            "login.idle_minutes: at most as long as login.longest_hours");
  settings.session_idle = base::Duration::minutes(idle);
  settings.session_longest = base::Duration::hours(longest);
  return {};
}

base::Status read_rest(const Config& config, Settings& settings) {
  ALTING_TRY(test_port, read_port(config, "test_issuer.port", 0));
  settings.test_issuer_port = test_port;
  ALTING_TRY(issuer, config.text("login.issuer", test_port == 0 ? "" : fmt::format("http://localhost:{}", test_port)));
  settings.issuer = issuer;
  if (issuer.empty()) return base::make_error(base::ErrorKind::invalid, "error.settings", "login.issuer is missing");
  ALTING_TRY(client_id, config.text("login.client_id", "alting"));
  settings.client_id = client_id;
  ALTING_TRY(client_key, config.text("login.key", ""));
  settings.client_key = client_key;
  ALTING_TRY(key_id, config.text("login.key_id", ""));
  settings.client_key_id = key_id;
  ALTING_TRY(certificate, config.text("login.certificate", ""));
  settings.client_certificate = certificate;
  ALTING_TRY(origin, config.text("log.origin", host_of(settings.server.public_url) + "/log"));
  settings.log_origin = origin;
  ALTING_TRY(clamd, config.text("scanner.clamd", ""));
  settings.clamd = clamd;
  ALTING_TRY(scanned_mb, config.integer("scanner.max_size_mb", 25));
  if (scanned_mb < 1 || scanned_mb > 4095)
    return base::make_error(base::ErrorKind::invalid, "error.settings", "scanner.max_size_mb: 1 to 4095");
  settings.scanner_largest = scanned_mb * 1024 * 1024;
  ALTING_TRY(name, config.text("operator.name"));
  settings.operator_name = name;
  ALTING_TRY(email, config.text("operator.email"));
  settings.operator_email = email;
  ALTING_TRY(phone, config.text("operator.phone", ""));
  settings.operator_phone = phone;
  ALTING_TRY(contact, config.text("operator.security_contact", ""));
  settings.security_contact = contact;
  ALTING_TRY(policy, config.text("operator.security_policy", ""));
  settings.security_policy = policy;
  if (settings.data.mode == terms::Mode::test) settings.logins_per_minute *= more_in_test_mode;
  ALTING_CHECK(read_number(config, "login.starts_per_minute", settings.logins_per_minute, 1, 1'000'000));
  ALTING_TRY(texts, config.text("paths.texts", find_resource("texts").string()));
  settings.texts = texts;
  ALTING_TRY(services, config.text("paths.services", find_resource("services").string()));
  settings.services = services;
  ALTING_TRY(assets, config.text("paths.assets", find_resource("assets").string()));
  settings.server.assets = assets;
  ALTING_TRY(watch, config.boolean("paths.watch_services", false));
  settings.watch_services = watch;
  ALTING_TRY(hosts, config.list("outgoing.hosts", {}));
  settings.hosts = hosts;
  ALTING_TRY(level, config.text("log.level", "info"));
  static const std::map<std::string_view, base::LogLevel> levels{{"debug", base::LogLevel::debug},
                                                                 {"info", base::LogLevel::info},
                                                                 {"warning", base::LogLevel::warning},
                                                                 {"error", base::LogLevel::error}};
  const auto found = levels.find(level);
  if (found == levels.end())
    return base::make_error(base::ErrorKind::invalid, "error.settings", "log.level: debug, info, warning or error");
  base::set_log_level(found->second);
  return {};
}

// "localhost" is no address that can be listened on, and is refused there.
bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

base::Status check_production(const Settings& settings) {
  if (settings.data.mode != terms::Mode::production) return {};
  const auto refuse = [](std::string why) {
    return base::make_error(base::ErrorKind::invalid, "error.settings", std::move(why));
  };
  if (settings.test_issuer_port != 0) return refuse("test_issuer.port: the test issuer exists in test mode only");
  if (settings.population) return refuse("data.population: the test population exists in test mode only");
  if (settings.clamd.empty()) return refuse("scanner.clamd: uploads must be scanned in production");
  if (!settings.server.public_url.starts_with("https://")) return refuse("server.public_url: https in production");
  if (!settings.issuer.starts_with("https://")) return refuse("login.issuer: https in production");
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

}  // namespace

base::Result<Settings> read_settings(const fs::path& file) {
  ALTING_TRY(config, Config::load(file));
  Settings settings;
  ALTING_CHECK(read_data(config, settings));
  ALTING_CHECK(read_server(config, settings));
  ALTING_CHECK(read_quotas(config, settings));
  ALTING_CHECK(read_sessions(config, settings));
  ALTING_CHECK(read_rest(config, settings));
  ALTING_CHECK(check_production(settings));
  const auto unread = config.unread();
  if (!unread.empty()) return base::make_error(base::ErrorKind::invalid, "error.settings", unread.front());
  return settings;
}

Settings demo_settings(std::uint16_t port, const fs::path& data) {
  Settings settings;
  settings.data.path = data;
  settings.data.mode = terms::Mode::test;
  settings.quotas = settings.quotas.times(more_in_test_mode);
  settings.logins_per_minute *= more_in_test_mode;
  settings.server.free_disk_percent = free_disk_percent_in_test_mode;
  settings.server.port = port;
  settings.server.public_url = fmt::format("http://localhost:{}", port);
  settings.server.assets = find_resource("assets");
  settings.test_issuer_port = static_cast<std::uint16_t>(port + 1);
  settings.issuer = fmt::format("http://localhost:{}", port + 1);
  settings.log_origin = host_of(settings.server.public_url) + "/log";
  std::error_code ignored;
  if (fs::exists("/run/clamav/clamd.ctl", ignored)) settings.clamd = "/run/clamav/clamd.ctl";
  settings.operator_name = "Alting (demo)";
  settings.operator_email = "hjelp@alting.example";
  settings.operator_phone = "00 00 00 00";
  settings.texts = find_resource("texts");
  settings.services = find_resource("services");
  settings.watch_services = true;
  settings.population = true;
  return settings;
}

}  // namespace alting::main
