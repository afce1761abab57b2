// What an installation is told: from alting.toml (docs/operator.md), or made up for the demo. Each room says what may be
// set of it, and has the options that it is read into; all_settings() in rooms.h has all of it.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "access/settings.h"
#include "api/settings.h"
#include "base/log.h"
#include "base/result.h"
#include "base/setting.h"
#include "events/settings.h"
#include "instances/settings.h"
#include "ledger/make_ledger.h"
#include "login/settings.h"
#include "login/token_check.h"
#include "net/http_client.h"
#include "net/mail_relay.h"
#include "notify/settings.h"
#include "parties/contact_settings.h"
#include "portal/site.h"
#include "privacy/settings.h"
#include "store/data_folder.h"
#include "store/quota.h"
#include "store/sweep_conditions.h"
#include "terms/mode.h"
#include "web/server_options.h"

namespace alting::main {

// Of /.well-known/security.txt.
struct SecurityContact {
  std::string contact;  // "": the operator's e-mail address
  std::string policy;
};

struct Settings {
  store::DataFolderOptions data;
  web::ServerOptions server;
  login::LoginOptions login;
  login::TokenOptions tokens;  // of machines
  ledger::LedgerOptions log;   // its origin; the rest is not set by anyone (ledger_options)
  store::QuotaLimits quotas;   // of one person in an hour
  access::RequestLimits requests;
  access::CertificateRole certificate_role;
  access::RestrictionLimits restrictions;
  store::SweepOptions sweeping;
  privacy::ErasureOptions erasure;
  instances::ScannerOptions scanner;
  events::EventsOptions events;
  portal::Operator run_by;
  api::ApiOptions api;
  SecurityContact security;
  parties::ContactOptions contacts;  // the registers that say where people and organisations are reached
  net::MailOptions mail;             // the relay, and the mailbox of bounces
  notify::NotifyOptions notify;
  net::HttpOptions outgoing;              // the hosts that may be spoken to besides the issuer
  std::filesystem::path texts, services;  // folders that came with the program
  bool watch_services = false;            // read again when they change
  base::LogLevel log_level = base::LogLevel::info;
  bool population = false;  // the test population is stored at start
};

// Errors name the file and line; unknown keys are errors.
[[nodiscard]] base::Result<Settings> read_settings(const std::filesystem::path& file);
// Of a demo: the settings that make it one, read as a file's would be.
[[nodiscard]] Settings demo_settings(std::uint16_t port, const std::filesystem::path& data);
// All settings, with what each is otherwise: for a terminal, and as the table of docs/operator.md.
[[nodiscard]] std::string settings_in_words();
[[nodiscard]] std::string settings_in_markdown();

// What belongs to no room. `into` gets the folders that came with the program.
[[nodiscard]] std::vector<base::Setting> program_settings(Settings& into);

// A folder that came with the program: beside it, in the source tree it was built in, or in ../share/alting.
[[nodiscard]] std::filesystem::path find_resource(std::string_view name);

}  // namespace alting::main
