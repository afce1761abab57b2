// Backup of a data folder while it is in use, and restoring one.
//
//   TARGET/<time>/manifest.json  time, mode, engine, the log's state, and each file with its size and SHA-256
//   TARGET/<time>/alting.db      a consistent copy of the database (database.pgdump with PostgreSQL, made by pg_dump)
//   TARGET/<time>/blobs/...      the sealed files; hard links where the disk allows, since they never change
//   TARGET/keystore/<time>.db    the keystore, apart: copies older than 30 days are deleted, so that an erasure reaches
//                                them all; what is left of them opens with nothing (key_ring.h)
//
// The database is copied first, then the blobs, then the keystore, so that all a row of the copy names is there. The
// master key, those of the epochs and the other keys are not in a backup: keep keys/ apart (`alting keys`), or whoever
// finds the backup can open it.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "store/data_folder.h"

namespace alting::store {

struct BackupOptions {
  std::filesystem::path target;
  base::Json
      log_state;  // from `ledger`: what the log's state is at least, kept in the manifest; null when there is none
};
struct BackupReport {
  std::filesystem::path folder;  // TARGET/<time>
  std::int64_t files = 0;
  std::int64_t octets = 0;
  int keystores_deleted = 0;  // older than 30 days
};

// Only one that is complete has a manifest. DatabaseError when a disk or the database fails.
[[nodiscard]] base::Result<BackupReport> back_up(DataFolder& folder, const BackupOptions& options,
                                                 const base::Clock& clock);

struct RestoreOptions {
  std::filesystem::path backup;    // TARGET/<time>
  std::filesystem::path keystore;  // "": the one of the same time in TARGET/keystore
  std::filesystem::path keys;      // the folder of keys, with master.key
  DataFolderOptions into;          // missing or empty; the mode must be the backup's; PostgreSQL: an empty database
  // Lists of erasures to be done again, besides the one in into.outside: the latest there is must be among them.
  // Each must be there; only the one in into.outside may be missing.
  std::vector<std::filesystem::path> erasure_lists;
  // From `ledger`, asked before the keys of the lists go: erases again in the rows what their lines say, so that what
  // shares a key with it is not lost.
  std::function<void(DataFolder& restored, const std::vector<base::Bytes>& lists)> erase_again = {};
  // Asked once the keys of the lists are gone: erases the rows that name them (erased_rows.h), and what else may not come
  // back. Answers how many rows.
  std::function<std::int64_t(DataFolder& restored, const std::vector<base::Bytes>& lists)> erase_rows = {};
  // From `ledger`, asked last: an Error when what stands in `outside` is newer than the restored database, so that going
  // on would fork the log. It may also begin the log anew.
  std::function<base::Status(DataFolder& restored)> log_guard;
};
struct RestoreReport {
  std::int64_t files = 0;
  int erasures_replayed = 0;
  std::int64_t rows_erased = 0;
};
// error.restore.*: no_manifest, damaged (a file is missing or has another SHA-256), other_mode, not_empty, no_keys,
// keys_older (they lack the key of an epoch of the keystore), epoch_gone (its key is destroyed), in_use, erasures (a list that cannot be read), and what the guard says. After a refusal the folder `into` is empty
// again, but for `outside`, which only the guard may touch. Killed, it leaves a folder that does not open, and into
// which it can restore again (PostgreSQL: with an empty database).
[[nodiscard]] base::Result<RestoreReport> restore(const RestoreOptions& options, base::Random& random,
                                                  const base::Clock& clock);

}  // namespace alting::store
