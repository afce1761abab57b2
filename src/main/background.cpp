#include "main/background.h"

#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "main/rooms.h"
#include "parties/import.h"
#include "store/retention_jobs.h"

namespace alting::main {
namespace {

// A run that treated something is an entry of the log, in the transaction that settles it.
std::function<void(store::Tx&)> note_run(Installation& installation, const store::Job& job, std::int64_t count) {
  ledger::NewEntry entry{};
  entry.kind = ledger::EventKind::job_run;
  entry.at = installation.clock.now();
  entry.actor.kind = terms::ActorKind::system;
  entry.actor.name = "alting";
  entry.evidence = terms::Evidence{"job", std::string(job.code), "", "", 0};
  entry.set(ledger::parameter::count, count);
  entry.set(ledger::parameter::job, job.code);
  entry.set(ledger::parameter::legal_basis, job.legal_basis);
  return [&ledger = *installation.ledger, prepared = installation.ledger->prepare(std::move(entry))](store::Tx& tx) {
    ledger.append(tx, prepared);
  };
}

// A job that the catalogue of personal data promises must be there.
std::vector<store::Job> checked_jobs(Installation& installation) {
  auto jobs = all_jobs(installation);
  store::check_jobs_of(installation.catalogue, jobs);
  return jobs;
}

}  // namespace

Background::Background(Installation& installation)
    : installation_(installation),
      jobs_(installation.folder->database(), installation.clock, installation.random, installation.metrics,
            checked_jobs(installation),
            [&installation](const store::Job& job, std::int64_t count) { return note_run(installation, job, count); }),
      deliverer_(installation.folder->database(), installation.clock, installation.metrics, all_topics(),
                 all_subscriptions(installation)) {
  count_all(installation);
}

void Background::start() {
  jobs_.start();
  deliverer_.start();
  installation_.events->webhooks.start();
  installation_.notify->deliverer.start();
  installation_.privacy->copy_maker.start();
  constexpr auto fault = "background.failed";
  constexpr base::Workers::Pause second = std::chrono::seconds(1), ten_seconds = std::chrono::seconds(10),
                                 minute = std::chrono::minutes(1);
  workers_.repeat(fault, ten_seconds, [this] {
    installation_.metrics.refresh();
    return ten_seconds;
  });
  // No job: of those one process runs one, and what a process holds in memory each must bring up to date. It reads a row.
  workers_.repeat(fault, minute, [this] {
    (void)parties::follow_registers(*installation_.parties);
    return minute;
  });
  // What was given or taken there is decided by here within a second. Of a folder with SQLite there is one process.
  if (installation_.folder->database().engine() == store::Engine::postgresql)
    workers_.repeat(fault, second, [this] {
      (void)installation_.access->follow_others();
      return second;
    });
}

void Background::stop() {
  workers_.stop();
  installation_.privacy->copy_maker.stop();
  installation_.notify->deliverer.stop();
  installation_.events->webhooks.stop();
  deliverer_.stop();
  jobs_.stop();
}

}  // namespace alting::main
