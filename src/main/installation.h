// One installation, put together: the data folder and every room over it, without a server. Commands that need no
// server use it alone; `serve` and `demo` put servers before it.
#pragma once
#include <chrono>
#include <memory>

#include "access/make_access.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/texts.h"
#include "base/time.h"
#include "events/make_events.h"
#include "forms/catalogue.h"
#include "inbox/inbox.h"
#include "inbox/make_messages.h"
#include "instances/make_instances.h"
#include "ledger/make_ledger.h"
#include "login/callers.h"
#include "login/clients.h"
#include "login/session_store.h"
#include "login/token_issuer/token_issuer.h"
#include "main/certificate_parts.h"
#include "main/contact_parts.h"
#include "main/settings.h"
#include "net/http_client.h"
#include "notify/make_notify.h"
#include "parties/contact_points.h"
#include "parties/folkeregisteret.h"
#include "parties/number_vault.h"
#include "parties/registry.h"
#include "portal/measurements.h"
#include "privacy/make_privacy.h"
#include "store/catalogue.h"
#include "store/data_folder.h"

namespace alting::web {
class Router;
}

namespace alting::main {

[[nodiscard]] inline login::SessionLimits session_limits(const Settings& settings) {
  auto limits = settings.login.sessions;
  limits.quotas = store::Quotas(settings.quotas);
  return limits;
}

// The system's clock, and in `alting retention run --at` one that goes as far ahead, or behind, as that time lies.
class InstallationClock final : public base::Clock {
 public:
  explicit InstallationClock(base::Duration ahead) : ahead_(ahead) {}
  [[nodiscard]] base::Instant now() const override { return system_.now() + ahead_; }

 private:
  const base::SystemClock system_;
  const base::Duration ahead_;
};

class Installation {
 public:
  // Opens or makes the data folder, brings its tables up to date, opens the log and loads the forms.
  [[nodiscard]] static base::Result<std::unique_ptr<Installation>> open(Settings settings, base::Duration ahead = {});
  ~Installation();

  const Settings settings;
  const store::Catalogue catalogue;  // of all rooms
  const InstallationClock clock;
  base::SystemRandom random;
  base::Metrics metrics;  // before the rooms that count in it
  std::unique_ptr<store::DataFolder> folder;
  std::unique_ptr<parties::NumberVault> numbers;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<parties::Folkeregisteret> folkeregisteret;
  ContactParts registers;
  std::unique_ptr<parties::Registry> parties;
  std::unique_ptr<access::Access> access;
  std::unique_ptr<parties::ContactPoints> contacts;
  std::unique_ptr<forms::AppCatalogue> apps;
  std::unique_ptr<instances::Scanner> scanner;
  paper::FileInspector inspector{{}};
  std::unique_ptr<instances::Instances> instances;
  std::unique_ptr<events::Events> events;
  std::unique_ptr<inbox::Inbox> inbox;
  std::unique_ptr<inbox::MessageUses> messages;
  std::unique_ptr<notify::Notify> notify;
  std::unique_ptr<privacy::Privacy> privacy;
  std::unique_ptr<net::HttpClient> http;
  std::unique_ptr<login::Clients> clients;
  std::unique_ptr<login::TokenIssuer> token_issuer;  // where the test issuer is; else nullptr
  std::unique_ptr<login::Callers> callers;
  std::unique_ptr<login::TestAuthority> test_authority;  // test mode only
  std::unique_ptr<net::HttpClient> revocation_http;
  std::unique_ptr<login::RevocationChecks> revocation;
  std::unique_ptr<login::CertificateChecks> certificate_checks;
  // Ends sessions; a server that keeps some in memory puts its own here.
  std::function<std::int64_t(const login::SessionFilter&)> end_sessions = [this](const login::SessionFilter& which) {
    return login::end_sessions(folder->database(), *ledger, which, clock.now(), session_limits(settings));
  };

  const web::Router* router = nullptr;                 // of the server before it; nullptr where none is
  std::unique_ptr<portal::Measurements> measurements;  // last: they ask the rooms above

  // Reads form folders that changed on disk again, and their policies (development).
  void refresh_apps();

 private:
  Installation(Settings given, base::Duration ahead);
  [[nodiscard]] base::Status put_together();  // in rooms.cpp, with what else the rooms bring
  [[nodiscard]] base::Status make_callers();  // the same
  [[nodiscard]] base::Status load_policies();
  std::mutex refreshing_;
  std::chrono::steady_clock::time_point next_look_;  // guarded by refreshing_
};

[[nodiscard]] ledger::LedgerOptions ledger_options(const Settings& settings, const store::DataFolder& folder);

}  // namespace alting::main
