#include "main/jobs.h"

#include "base/log.h"
#include "login/kept_posts.h"
#include "login/session_store.h"
#include "parties/import.h"
#include "store/once.h"
#include "store/quota.h"

namespace alting::main {

namespace {

// One-time ids are kept for a day (catalogue.toml of store).
std::int64_t forget_posts(Installation& installation) {
  std::int64_t all = 0;
  for (std::int64_t some = 1; some > 0; all += some) {
    const auto before = installation.clock.now() - base::Duration::days(1);
    const auto done = installation.folder->database().write(
        [&](store::Tx& tx) -> base::Result<std::int64_t> { return store::forget_once(tx, before); });
    some = done.value_or(0);
  }
  return all;
}

// What was spent in hours that are over (quota.h of store).
std::int64_t forget_spent(Installation& installation) {
  std::int64_t all = 0;
  for (std::int64_t some = 1; some > 0; all += some) {
    const auto done = installation.folder->database().write(
        [&](store::Tx& tx) -> base::Result<std::int64_t> { return store::forget_spent(tx, installation.clock.now()); });
    some = done.value_or(0);
  }
  return all;
}

// Files that no row names, because their transaction never came: gone after 24 hours.
std::int64_t sweep_orphans(Installation& installation) {
  return installation.folder->vault().sweep_orphans([&](const std::vector<std::string>& names) {
    return installation.folder->database().read([&](store::Tx& tx) {
      std::set<std::string> named;
      for (const auto& name : names) {
        if (tx.query_one("SELECT blob_name FROM attachment WHERE blob_name = ? LIMIT 1", {name})) named.insert(name);
      }
      return named;
    });
  });
}

// Who never came back is logged out by time; the activity log says so, as of everyone else.
std::int64_t end_sessions(Installation& installation) {
  return login::close_overdue(installation.folder->database(), *installation.ledger, installation.clock.now(),
                              session_limits(installation.settings));
}

// Rows of registers that a later import replaced.
std::int64_t sweep_registers(Installation& installation) {
  (void)parties::follow_registers(*installation.parties);
  return parties::sweep_registers(installation.folder->database());
}

// What was typed when a session was over, and nobody came back for.
std::int64_t forget_kept_posts(Installation& installation) {
  return login::forget_kept_posts(installation.folder->database(), installation.clock.now());
}

// Keys of drafts sent by a version that kept them: what was saved before sending shall not be readable in old copies.
std::int64_t retire_draft_keys(Installation& installation) { return installation.instances->retire_draft_keys(); }

// The keys that wrap change each month, so that no copy of the keystore opens for much longer than it is kept
// (store/key_ring.h). What is left goes on in the next hour.
std::int64_t turn_key_epochs(Installation& installation) {
  constexpr std::int64_t most = 200'000;  // some seconds: a stop waits for them
  return installation.folder->vault().turn_keys(most);
}

constexpr std::array jobs{
    Job{"end_sessions", "personvernforordningen art. 32 nr. 1 bokstav b", end_sessions},
    Job{"forget_kept_posts", "personvernforordningen art. 5 nr. 1 bokstav e", forget_kept_posts},
    Job{"forget_posts", "personvernforordningen art. 5 nr. 1 bokstav e", forget_posts},
    Job{"forget_spent", "personvernforordningen art. 5 nr. 1 bokstav e", forget_spent},
    Job{"retire_draft_keys", "personvernforordningen art. 5 nr. 1 bokstav e", retire_draft_keys},
    Job{"sweep_orphans", "personvernforordningen art. 5 nr. 1 bokstav e", sweep_orphans},
    Job{"sweep_registers", "personvernforordningen art. 5 nr. 1 bokstav d", sweep_registers},
    Job{"turn_key_epochs", "personvernforordningen art. 17, art. 32 nr. 1 bokstav a", turn_key_epochs},
};

void note(Installation& installation, const Job& job, std::int64_t count) {
  ledger::NewEntry entry{};
  entry.kind = ledger::EventKind::job_run;
  entry.at = installation.clock.now();
  entry.actor.kind = terms::ActorKind::system;
  entry.actor.name = "alting";
  entry.evidence = terms::Evidence{"job", std::string(job.code), "", "", 0};
  entry.parameters = base::Json::object({{"count", count}, {"job", job.code}, {"legal_basis", job.legal_basis}});
  const auto prepared = installation.ledger->prepare(std::move(entry));
  const auto noted = installation.folder->database().write([&](store::Tx& tx) -> base::Result<int> {
    installation.ledger->append(tx, prepared);
    return 0;
  });
  if (!noted) base::log(base::LogLevel::error, "job.not_noted", {{"job", job.code}});
}

}  // namespace

std::span<const Job> all_jobs() { return jobs; }

Jobs::Jobs(Installation& installation)
    : installation_(installation), deliverer_(installation.folder->database(), installation.clock) {
  // Nobody can subscribe to events yet: what is due has been told to all of none.
  deliverer_.handle("app.instance.process.completed",
                    [](const store::OutboxMessage&) { return store::Delivery::done; });
  deliverer_.handle(std::string(instances::key_erasure_topic), [&installation](const store::OutboxMessage& message) {
    installation.instances->erase_keys(message.payload);
    return store::Delivery::done;
  });
  deliverer_.handle(std::string(instances::key_sharing_topic), [&installation](const store::OutboxMessage& message) {
    installation.instances->share_keys(message.payload);
    return store::Delivery::done;
  });
}

void Jobs::start() {
  deliverer_.start();
  thread_ = std::thread([this] { run(); });
}

void Jobs::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  deliverer_.stop();
}

void Jobs::run_all() {
  for (const auto& job : jobs) {
    try {
      const auto count = job.run(installation_);
      if (count > 0) note(installation_, job, count);
    } catch (const std::exception& error) {
      base::log(base::LogLevel::error, "job.failed", {{"job", job.code}, {"what", error.what()}});
    }
  }
}

void Jobs::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::hours(1), [this] { return stopping_; })) {
    lock.unlock();
    run_all();
    lock.lock();
  }
}

}  // namespace alting::main
