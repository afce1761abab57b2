#include "main/installation.h"

#include "base/log.h"
#include "main/rooms.h"

namespace alting::main {

namespace {

// A look at all files of all folders costs more than most pages, and who edits a file takes longer than this to ask for one.
constexpr auto look_again_after = std::chrono::milliseconds(100);

}  // namespace

ledger::LedgerOptions ledger_options(const Settings& settings, const store::DataFolder& folder) {
  auto options = settings.log;
  options.address = settings.server.public_url + "/log";
  options.mode = settings.data.mode;
  options.keys = folder.keys() / "log";
  options.guard = folder.outside() / "checkpoint";
  return options;
}

base::Result<std::unique_ptr<Installation>> Installation::open(Settings settings, base::Duration ahead) {
  std::unique_ptr<Installation> installation(new Installation(std::move(settings), ahead));
  ALTING_CHECK(installation->put_together());
  return installation;
}

Installation::Installation(Settings given, base::Duration ahead)
    : settings(std::move(given)), catalogue(all_catalogues()), clock(ahead) {}
Installation::~Installation() = default;

base::Status Installation::load_policies() {
  std::vector<access::Decider::AppPolicy> policies;
  for (const auto& app : apps->services()) {
    const auto& facts = app->facts();
    policies.push_back(
        {facts.id, facts.policy_xml, app->controller(base::Language::nb).organisation_number, facts.parties_allowed});
  }
  return access->decider().load_policies(policies);
}

void Installation::refresh_apps() {
  if (!settings.watch_services) return;
  const std::unique_lock lock(refreshing_, std::try_to_lock);
  const auto now = std::chrono::steady_clock::now();
  if (!lock || now < next_look_) return;
  next_look_ = now + look_again_after;
  if (!apps->refresh()) return;
  if (const auto loaded = load_policies(); !loaded)
    base::log(base::LogLevel::error, "policy.fault", {{"detail", std::string_view(loaded.error().detail)}});
}

}  // namespace alting::main
