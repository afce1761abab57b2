// The small store outside the database that keeps the log from ever signing two histories.
//
// Problem: a database can be restored from yesterday's backup, and the log would then sign another tree of a size it
// has signed before. Idea: before a receipt leaves, its tree is compared and swapped here, in a file that no backup of
// the database touches. A log whose database is behind this file, or holds another tree at its size, refuses to start.
//
// The file is two slots that are written in turn, each a block of 4096 octets of its own, so that no sector of a disk
// holds a part of both. A slot is a line with its own digest, and blanks:
//   alting.guard/1 <turn> <origin> <size> <root in base64> <hex SHA-256 of the line up to here>
// One swap is, exactly:
//   pread(both slots)  -- what is stored must be what this process wrote last, else nobody may sign
//   pwrite(slot of the next turn, 4096 octets)
//   fdatasync          -- only after this is the checkpoint handed to anyone
// When the disk fails in between, nothing was handed out, and nobody knows what the slot of the next turn holds. The
// next swap writes that same slot again, never the other, which is the only one known to be durable.
// A crash inside pwrite leaves the other slot, which holds the tree before; the torn one has no good digest. The tree
// it was about to hold is durable in the database and is signed again at the next start: Ed25519 gives the same
// signature.
// What open() finds may be in the memory of the operating system only, after a sync that failed: it writes the slot
// again and syncs it before anything builds on it.
// Earlier releases had slots of 512 octets; open() lays such a file out anew (written beside it, synced, renamed).
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ledger/checkpoint.h"
#include "store/database.h"

namespace alting::ledger {

class Ledger;

class CheckpointGuard {
 public:
  // Makes the file for a log that has signed nothing yet. Durable when it returns. Refuses (conflict) when there is
  // one.
  [[nodiscard]] static base::Status create(const std::filesystem::path& path, const Checkpoint& first);
  // Replaces whatever is there by the beginning of a new log (`alting log new-origin`), keeping the old file beside it
  // as PATH.<turn>, which overwrites no other.
  static void begin_anew(const std::filesystem::path& path, const Checkpoint& first);
  // not_found when there is no file; unavailable when another process holds it; conflict when no slot can be read.
  // Throws std::system_error when the disk fails.
  [[nodiscard]] static base::Result<CheckpointGuard> open(const std::filesystem::path& path);
  // What it holds, without holding it; for checks. Nothing when it is missing or cannot be read.
  [[nodiscard]] static std::optional<Checkpoint> peek(const std::filesystem::path& path);
  // The same of the file and of all that begin_anew() kept beside it.
  [[nodiscard]] static std::vector<Checkpoint> peek_all(const std::filesystem::path& path);
  CheckpointGuard(CheckpointGuard&&) noexcept;
  CheckpointGuard& operator=(CheckpointGuard&&) = delete;
  ~CheckpointGuard();

  [[nodiscard]] const Checkpoint& stored() const { return stored_; }
  // Durable when it returns. Throws std::system_error when the disk fails: nothing may be signed for `next`, and a
  // later swap may be tried. Throws another std::runtime_error when the file holds anything but what this process
  // wrote: it must not sign again.
  void swap(const Checkpoint& expected, const Checkpoint& next);

 private:
  CheckpointGuard(base::FileLock lock, int descriptor, std::uint64_t turn, Checkpoint stored);
  void write_slot_of(std::uint64_t turn, const Checkpoint& state);
  void sync();
  base::FileLock lock_;
  int descriptor_;
  std::uint64_t turn_;
  Checkpoint stored_;
  std::optional<Checkpoint> attempted_;  // written by a swap whose sync failed: in the slot of the next turn
};

// For a restore: an Error when the checkpoint store at `guard` is ahead of the log in the restored database, is of
// another one, or is missing, so that the log could not go on (see make_ledger.h). An empty database has no log to
// compare.
[[nodiscard]] base::Status compare_with_guard(store::Database& restored, const std::filesystem::path& guard);

// Whether the database has all that the log has signed, so that what it does not name may be taken for forgotten
// (store/sweep_conditions.h). One that was set back under the running program has not, and the log may not have noticed
// yet. Reads the edge of the tree.
[[nodiscard]] bool database_is_newest(const Ledger& log, store::Database& database, const std::filesystem::path& guard);

}  // namespace alting::ledger
