// The SQLite engine: one file, one process, one writer thread that commits the transactions of many callers at once.
//
// Readers run beside it, each on a connection of its own and a snapshot of its own, and never wait for the writer, nor
// the writer for them. What is deleted is overwritten with zeros; the files are their owner's only.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "store/database.h"

namespace alting::store {

struct SqliteOptions {
  int readers = 32;         // most connections for reading, opened as needed
  int max_in_commit = 512;  // transactions
  int checkpoint_pages =
      2'000;  // pages of the WAL after which an idle writer checkpoints; ten times that when it is busy
  std::string name = "sqlite";  // in the names of failpoints: "sqlite.commit"
  std::string vfs = {};         // for tests of faults
};

struct SqliteCounters {
  std::int64_t transactions = 0;  // kept
  std::int64_t commits = 0;
  std::int64_t failed_commits = 0;
  std::int64_t checkpoints = 0;
  std::int64_t held_up = 0;  // checkpoints that a reader kept from being whole
  std::int64_t waiting = 0;  // now, for the writer thread: callers of write() that no commit has taken yet
};

class SqliteDatabase : public Database {
 public:
  [[nodiscard]] Engine engine() const override { return Engine::sqlite; }
  // Copies all of the WAL into the database file and empties it, so that nothing deleted is left in it. It waits for no
  // reader: false when one held it up, or it failed; it is then tried again each second, and at the next start.
  virtual bool checkpoint() = 0;
  // A consistent copy into a new file, synced, read back and checked, while the database is in use.
  virtual void back_up(const std::filesystem::path& target) = 0;
  [[nodiscard]] virtual SqliteCounters counters() const = 0;
};

// Opens or makes the database. DatabaseError when another process has it open.
[[nodiscard]] std::unique_ptr<SqliteDatabase> open_sqlite(const std::filesystem::path& path,
                                                          const SqliteOptions& options = {});

}  // namespace alting::store
