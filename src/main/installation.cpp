#include "main/installation.h"

#include "base/log.h"
#include "main/rooms.h"
#include "parties/population.h"
#include "store/migrate.h"

namespace alting::main {

ledger::LedgerOptions ledger_options(const Settings& settings, const store::DataFolder& folder) {
  auto options = settings.log;
  options.address = settings.server.public_url + "/log";
  options.mode = settings.data.mode;
  options.keys = folder.keys() / "log";
  options.guard = folder.outside() / "checkpoint";
  return options;
}

base::Result<std::unique_ptr<Installation>> Installation::open(Settings settings) {
  std::unique_ptr<Installation> installation(new Installation(std::move(settings)));
  ALTING_CHECK(installation->put_together());
  return installation;
}

Installation::Installation(Settings given) : settings(std::move(given)), catalogue(all_catalogues()) {}
Installation::~Installation() = default;

base::Status Installation::put_together() {
  ALTING_TRY(opened, store::DataFolder::open(settings.data, random, clock));
  folder = std::move(opened);
  store::migrate(folder->database(), clock, all_migrations());
  numbers =
      std::make_unique<parties::NumberVault>(parties::NumberVault::open_or_create(folder->keys() / "numbers", random));
  ALTING_TRY(
      log, ledger::make_ledger(folder->database(), folder->vault(), clock, random, ledger_options(settings, *folder)));
  ledger = std::move(log);
  folkeregisteret = parties::make_local_folkeregisteret(folder->database(), *numbers);
  krr = parties::make_local_krr(folder->database(), *numbers);
  parties =
      parties::make_registry({folder->database(), clock, random, *numbers, *folkeregisteret, *krr, settings.data.mode});
  if (settings.population) {
    const auto stored = parties::store_population(*parties, parties::make_population());
    if (!stored) return stored.error();
  }
  access = access::make_access({folder->database(), *parties, *ledger, clock, random, store::Quotas(settings.quotas)});
  apps = std::make_unique<forms::AppCatalogue>(settings.services, settings.watch_services);
  for (const auto& fault : apps->faults()) {
    base::log(
        base::LogLevel::error, "form.fault",
        {{"file", std::string_view(fault.file)}, {"line", fault.line}, {"message", std::string_view(fault.message)}});
  }
  ALTING_CHECK(load_policies());
  scanner = settings.scanner.clamd.empty() ? instances::no_scanner()
                                           : instances::clamd_scanner(settings.scanner.clamd, settings.scanner.largest);
  instances = std::make_unique<instances::Instances>(
      instances::Environment{folder->database(), folder->vault(), *ledger, access->decider(), *parties, *apps, *scanner,
                             inspector, clock, random, store::Quotas(settings.quotas)});
  inbox = std::make_unique<inbox::Inbox>(folder->database(), folder->vault(), *parties);
  auto outgoing = settings.outgoing;
  const auto start = settings.login.issuer.find("://");
  if (start != std::string::npos)
    outgoing.hosts.push_back(
        settings.login.issuer.substr(start + 3, settings.login.issuer.find('/', start + 3) - start - 3));
  http = net::make_http_client(std::move(outgoing));
  return {};
}

base::Status Installation::load_policies() {
  std::vector<access::Decider::AppPolicy> policies;
  for (const auto& app : apps->all()) {
    policies.push_back({app->id(), app->policy_xml(), app->controller(base::Language::nb).organisation_number,
                        app->parties_allowed()});
  }
  return access->decider().load_policies(policies);
}

void Installation::refresh_apps() {
  if (!settings.watch_services) return;
  const std::unique_lock lock(refreshing_, std::try_to_lock);
  if (!lock || !apps->refresh()) return;
  if (const auto loaded = load_policies(); !loaded)
    base::log(base::LogLevel::error, "policy.fault", {{"detail", std::string_view(loaded.error().detail)}});
}

}  // namespace alting::main
