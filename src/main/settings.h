// What an installation is told: from alting.toml (docs/operator.md), or made up for the demo.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/data_folder.h"
#include "store/quota.h"
#include "terms/mode.h"
#include "web/server_options.h"

namespace alting::main {

struct Settings {
  store::DataFolderOptions data;
  web::ServerOptions server;
  std::string issuer;  // login issuer
  std::string client_id = "alting";
  std::filesystem::path client_key;  // "": keys/login.pem of the data folder
  std::string client_key_id;
  std::filesystem::path client_certificate;  // empty: the key is known by its id
  std::uint16_t test_issuer_port = 0;        // 0: none; test mode only
  std::string log_origin;
  base::Duration session_idle = base::Duration::minutes(30), session_longest = base::Duration::hours(8);
  store::QuotaLimits quotas;                        // of one person in an hour
  std::string clamd;                                // socket; "": none (test mode only)
  std::int64_t scanner_largest = 25 * 1024 * 1024;  // octets: the most that clamd takes, which it does not tell
  std::string operator_name, operator_email, operator_phone;
  std::string security_contact, security_policy;  // of /.well-known/security.txt; contact "": operator_email
  std::int64_t logins_per_minute = 60;            // begun by one network and not finished
  std::filesystem::path texts, services;
  bool watch_services = false;
  bool population = false;         // the test population is stored at start
  std::vector<std::string> hosts;  // that may be spoken to besides the issuer
};

// Errors name the file and line; unknown keys are errors.
[[nodiscard]] base::Result<Settings> read_settings(const std::filesystem::path& file);
[[nodiscard]] Settings demo_settings(std::uint16_t port, const std::filesystem::path& data);
// A folder that came with the program: beside it, in the source tree it was built in, or in ../share/alting.
[[nodiscard]] std::filesystem::path find_resource(std::string_view name);

}  // namespace alting::main
