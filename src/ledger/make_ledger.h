// Opening the log of a database.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "base/random.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "store/database.h"
#include "store/vault.h"
#include "terms/mode.h"

namespace alting::ledger {

struct LedgerOptions {
  std::string origin =
      {};  // "portal.example/log": a schema-less URL of printable ASCII without '+'; each log's number is added to it
  std::string address = {};  // "https://portal.example/log": where the logs are served, each below its number
  terms::Mode mode = terms::Mode::test;
  std::filesystem::path keys = {};  // folder of the signing keys; made when it is not there (its parent exists)
  std::filesystem::path guard =
      {};  // the small store outside the database (checkpoint_guard.h): in a folder no database backup restores
  bool background = true;  // false: activity and own reads are written only by flush() (tests)
  base::Duration own_reads_every = base::Duration::seconds(5);
  base::Duration key_overlap = base::Duration::days(90);  // how long the old key signs beside a new one
};

// Opens the newest log of the database, or begins the first. The tables exist (ledger::migrations()). From now on the
// ledger is the database's commit participant; close the ledger before the database.
//
// Refuses (an Error whose detail says what to do): error.ledger.behind when the database is behind the checkpoint
// store, error.ledger.forked when it holds another history, error.ledger.guard_* when the store is missing, spoilt or
// held by another process, error.ledger.mode for a log of the other mode, error.ledger.key for a signing key that is
// missing or another.
[[nodiscard]] base::Result<std::unique_ptr<Ledger>> make_ledger(store::Database& database, store::Vault& vault,
                                                                const base::Clock& clock, base::Random& random,
                                                                LedgerOptions options);

// `alting log new-origin`: ends the present log as it is in the database and begins a new one under a new name and key.
// For after a restore from a backup that is older than what was signed. No Ledger may be open on the database. Answers
// the new origin. The old log's last signed note is kept and served from then on, and both keys sign how the logs belong
// together; where its key is lost, or what was signed of it is not known, that is left out.
[[nodiscard]] base::Result<std::string> begin_new_origin(store::Database& database, const base::Clock& clock,
                                                         base::Random& random, const LedgerOptions& options);

}  // namespace alting::ledger
