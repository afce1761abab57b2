#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <future>

#include "base/file.h"
#include "base/log.h"
#include "store/failpoint.h"
#include "store/row_reader.h"
#include "store/sqlite_connection.h"
#include "store/sqlite_copy.h"
#include "store/sqlite_readers.h"
#include "store/write_mark.h"

namespace alting::store {
namespace {

// A transaction on a connection. After a failed statement nothing more works in it, as on PostgreSQL.
class SqliteTx final : public Tx {
 public:
  explicit SqliteTx(SqliteConnection& connection) : connection_(connection), changes_before_(connection.changes()) {}
  std::int64_t run_with(std::string_view sql, std::span<const Value> values) override {
    ran_ = true;
    return guarded([&] { return connection_.run(sql, values); });
  }
  std::vector<Row> query_with(std::string_view sql, std::span<const Value> values) override {
    return guarded([&] { return connection_.query(sql, values); });
  }
  [[nodiscard]] bool failed() const { return failed_; }
  // Whether undoing it has anything to undo.
  [[nodiscard]] bool may_have_changed() const { return ran_ || connection_.changes() != changes_before_; }

 private:
  template <class F>
  std::invoke_result_t<F> guarded(F&& statement) {
    if (failed_) throw DatabaseError("a statement of this transaction failed before");
    try {
      return statement();
    } catch (...) {
      failed_ = true;
      throw;
    }
  }
  SqliteConnection& connection_;
  std::int64_t changes_before_;
  bool ran_ = false;
  bool failed_ = false;
};

// A caller of write() that waits. It lives on the caller's stack until finish() let go of it.
class WaitingWrite {
 public:
  explicit WaitingWrite(const std::function<bool(Tx&)>& work) : work_(work) {}
  [[nodiscard]] bool run(Tx& tx) const { return work_(tx); }

  void set_error(std::exception_ptr error) { error_ = std::move(error); }
  [[nodiscard]] bool has_error() const { return error_ != nullptr; }

  void finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_one();  // under the lock: once it is free, the caller may be gone
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return finished_; });
    if (error_) std::rethrow_exception(error_);
  }

 private:
  const std::function<bool(Tx&)>& work_;
  std::exception_ptr error_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
};

class SqliteEngine final : public SqliteDatabase {
 public:
  SqliteEngine(const std::filesystem::path& path, const SqliteOptions& options);
  ~SqliteEngine() override;
  void set_participant(CommitParticipant* participant) override { participant_ = participant; }
  bool checkpoint() override;
  void back_up(const std::filesystem::path& target) override;
  [[nodiscard]] SqliteCounters counters() const override {
    const std::lock_guard lock(mutex_);
    return {transactions_.load(), commits_.load(), failed_commits_.load(),
            checkpoints_.load(),  held_up_.load(), static_cast<std::int64_t>(waiting_.size())};
  }

 protected:
  void read_erased(const std::function<void(Tx&)>& work) override {
    if (std::this_thread::get_id() == writer_.get_id()) throw std::logic_error("read() inside a write()");
    readers_.read([&](SqliteConnection& connection) {
      SqliteTx tx(connection);
      work(tx);
    });
  }
  void write_erased(const std::function<bool(Tx&)>& work) override;

 private:
  enum class Attempt : std::uint8_t { finished, again };
  enum class Undo : std::uint8_t { all, singly };  // what can be undone of a commit under way
  enum class Ran : std::uint8_t { kept, dropped, undone_with_all };
  void write_until_stopped();
  bool take(std::vector<WaitingWrite*>& writes);
  void commit_together(std::vector<WaitingWrite*>& writes);
  Attempt attempt(std::vector<WaitingWrite*>& writes, Undo undo);
  [[nodiscard]] Ran run_one(WaitingWrite& write, std::deque<SqliteTx>& kept, Undo undo);
  void undo_savepoint(WaitingWrite& write);
  void commit(std::deque<SqliteTx>& kept);
  void fail_all(std::vector<WaitingWrite*>& writes, const std::exception_ptr& error);
  void reopen_and_check();
  void settle_beside_readers();
  void checkpoint_when_due();
  [[nodiscard]] bool broken_at(std::string_view step) const {
    return failpoint::any_armed.load(std::memory_order_relaxed) &&
           failpoint::hit_armed(fmt::format("{}.{}", options_.name, step));
  }
  int checkpoint_now(int mode);
  bool empty_wal();

  std::string path_;
  SqliteOptions options_;
  base::FileLock lock_;
  std::unique_ptr<SqliteConnection> connection_;  // the writer thread's
  SqliteReaders readers_;
  CommitParticipant* participant_ = nullptr;
  bool state_unknown_ = false;  // a commit failed: open again and check before the next
  int wal_pages_ = 0;
  bool must_empty_wal_ = false;  // it was asked for, and could not be done yet
  std::chrono::steady_clock::time_point empty_again_at_, restart_again_at_;
  bool said_held_up_ = false;
  std::atomic<std::int64_t> transactions_{0}, commits_{0}, failed_commits_{0}, checkpoints_{0}, held_up_{0};

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<WaitingWrite*> waiting_;
  std::vector<std::function<void()>> errands_;  // other work for the writer thread
  bool stopping_ = false;
  std::thread writer_;
};

base::FileLock lock_for(const std::string& path) {
  auto lock = base::FileLock::try_lock(path + ".lock");
  if (!lock) throw DatabaseError(std::filesystem::path(path).filename().string() + " is in use by another process");
  return std::move(*lock);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

// For its owner only, whatever the umask; SQLite makes the files beside it like it. Before the first connection: closing
// a descriptor of the file lets go of all locks this process has on it.
void make_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const bool done = file >= 0 && ::fchmod(file, 0600) == 0;
  if (file >= 0) ::close(file);
  if (!done)
    throw DatabaseError(
        fmt::format("cannot open {}: {}", std::filesystem::path(path).filename().string(), std::strerror(errno)));
  for (const auto* beside : {"-wal", "-shm"}) ::chmod((path + beside).c_str(), 0600);  // of a release before
}

SqliteEngine::SqliteEngine(const std::filesystem::path& path, const SqliteOptions& options)
    : path_(path.string()), options_(options), lock_(lock_for(path_)), readers_(path_, options.vfs, options.readers) {
  make_private(path_);
  reopen_and_check();
  base::sync_directory(folder_of(path));
  writer_ = std::thread([this] { write_until_stopped(); });
}

SqliteEngine::~SqliteEngine() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  writer_.join();
}

void SqliteEngine::write_erased(const std::function<bool(Tx&)>& work) {
  if (std::this_thread::get_id() == writer_.get_id()) throw std::logic_error("write() inside a write()");
  WaitingWrite write(work);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) throw DatabaseError("the database is closing");
    waiting_.push_back(&write);
    if (waiting_.size() == 1) arrived_.notify_one();
  }
  write.wait();
}

void SqliteEngine::write_until_stopped() {
  for (;;) {
    std::vector<WaitingWrite*> writes;
    std::vector<std::function<void()>> errands;
    {
      std::unique_lock lock(mutex_);
      const auto called = [&] { return stopping_ || !waiting_.empty() || !errands_.empty(); };
      if (must_empty_wal_)
        arrived_.wait_until(lock, empty_again_at_, called);
      else
        arrived_.wait(lock, called);
      if (stopping_ && waiting_.empty() && errands_.empty()) break;
      writes.swap(waiting_);
      errands.swap(errands_);
    }
    if (!writes.empty()) {
      commit_together(writes);
      for (auto* write : writes) write->finish();
      checkpoint_when_due();
    }
    for (auto& errand : errands) errand();
    if (must_empty_wal_ && std::chrono::steady_clock::now() >= empty_again_at_) empty_wal();
  }
  if (!state_unknown_) checkpoint_now(SQLITE_CHECKPOINT_TRUNCATE);
}

// More callers that have come meanwhile, up to the limit of one commit.
bool SqliteEngine::take(std::vector<WaitingWrite*>& writes) {
  const std::lock_guard lock(mutex_);
  const auto room = static_cast<std::size_t>(options_.max_in_commit) > writes.size()
                        ? static_cast<std::size_t>(options_.max_in_commit) - writes.size()
                        : 0;
  const auto count = std::min(room, waiting_.size());
  writes.insert(writes.end(), waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  return count > 0;
}

// A savepoint for each transaction costs about as much as the transaction, and almost all are kept. So they run without
// at first; when one that has written is to be undone, all are, and run again with savepoints.
void SqliteEngine::commit_together(std::vector<WaitingWrite*>& writes) {
  if (attempt(writes, Undo::all) == Attempt::finished) return;
  // Each round that must be repeated has given at least one write its error, so this ends.
  while (attempt(writes, Undo::singly) == Attempt::again) {
  }
}

void SqliteEngine::fail_all(std::vector<WaitingWrite*>& writes, const std::exception_ptr& error) {
  for (auto* write : writes) {
    if (!write->has_error()) write->set_error(error);
  }
}

SqliteEngine::Attempt SqliteEngine::attempt(std::vector<WaitingWrite*>& writes, Undo undo) {
  std::deque<SqliteTx> kept;
  try {
    if (state_unknown_) reopen_and_check();
    connection_->execute("BEGIN IMMEDIATE");
    std::size_t next = 0;
    do {
      for (; next < writes.size(); ++next) {
        if (writes[next]->has_error()) continue;
        if (run_one(*writes[next], kept, undo) == Ran::undone_with_all) return Attempt::again;
      }
    } while (take(writes));
    commit(kept);
  } catch (...) {
    const auto error = std::current_exception();
    try {
      if (connection_ && connection_->in_transaction()) connection_->execute("ROLLBACK");
    } catch (const DatabaseError&) {
      state_unknown_ = true;
    }
    fail_all(writes, error);
  }
  return Attempt::finished;
}

SqliteEngine::Ran SqliteEngine::run_one(WaitingWrite& write, std::deque<SqliteTx>& kept, Undo undo) {
  kept.emplace_back(*connection_);
  bool keep = false;
  if (undo == Undo::singly) connection_->execute("SAVEPOINT one");
  try {
    const WriteMark inside;
    keep = write.run(kept.back());
    if (keep && kept.back().failed()) throw DatabaseError("a statement of this transaction failed");
  } catch (...) {
    write.set_error(std::current_exception());
    keep = false;
  }
  const bool changed = kept.back().may_have_changed();
  if (!keep) kept.pop_back();
  // On a full disk or an I/O error SQLite undoes the whole commit, not only one transaction: the others run again
  // without it.
  if (!connection_->in_transaction()) {
    // Also when the closure made an answer of it: without an error of its own it would run again for ever.
    if (!write.has_error()) write.set_error(std::make_exception_ptr(DatabaseError("the commit was undone under it")));
    return Ran::undone_with_all;
  }
  if (undo == Undo::singly) {
    if (keep)
      connection_->execute("RELEASE one");
    else
      undo_savepoint(write);
    if (!connection_->in_transaction()) return Ran::undone_with_all;
  } else if (!keep && changed) {
    connection_->execute("ROLLBACK");
    write.set_error(nullptr);  // it runs again with the others
    return Ran::undone_with_all;
  }
  return keep ? Ran::kept : Ran::dropped;
}

void SqliteEngine::undo_savepoint(WaitingWrite& write) {
  try {
    connection_->execute("ROLLBACK TO one");
    connection_->execute("RELEASE one");
  } catch (const DatabaseError&) {
    if (!write.has_error()) write.set_error(std::current_exception());
    if (connection_->in_transaction()) connection_->execute("ROLLBACK");
  }
}

// The commit, step by step. The names at the left are the places where tests end the process or make the step fail.
//
//                       fcntl(F_SETLK) on -shm           BEGIN IMMEDIATE took the write lock
//                       (closures ran: pages changed in memory only, or spilled to the -wal without a commit mark)
//   sqlite.before       participant: before_commit()     more rows; still in memory
//   sqlite.commit       pwrite(-wal) ...                 each changed page as a frame; the last carries the commit mark
//                       fdatasync(-wal)                  from here on the commit survives a power cut
//                       store to -shm (mapped memory)    from here on readers see it
//   sqlite.committed    participant: after_commit()      `ledger` signs, and swaps its checkpoint outside the database
//   sqlite.wake         futex(FUTEX_WAKE) ...            the callers of write() return
//
// A new -wal: openat(O_CREAT), fdatasync of the -wal, then fsync of its folder, before the first commit counts as done.
// Checkpoint, later, on this thread: fdatasync(-wal), pwrite(database) ..., fdatasync(database); the next commit begins
// the -wal anew.
//
// What a kill leaves: before fdatasync returned, none or all of the commit's transactions (the commit mark with its
// checksum decides), and no caller was told anything; after it, all of them. What a failure leaves: when pwrite or
// fdatasync fails, SQLite forgets the commit, but its frames may yet stand in the -wal and count after a crash. So
// nobody is told that it was done or undone, all get a DatabaseError, and before the next commit the connection is
// opened anew and the -wal is emptied into the database (reopen_and_check), or, beside a reader, written over where it
// ended: what is then there is there for good.
void SqliteEngine::commit(std::deque<SqliteTx>& kept) {
  std::vector<std::any*> work;
  for (auto& tx : kept) {
    for (auto& item : tx.for_commit()) work.push_back(&item);
  }
  const bool takes_part = participant_ != nullptr && !work.empty();
  try {
    if (broken_at("before")) throw DatabaseError("failpoint before");
    if (takes_part) {
      SqliteTx tx(*connection_);
      participant_->before_commit(tx, work);
    }
    if (broken_at("commit")) throw DatabaseError("failpoint commit");
    connection_->execute("COMMIT");
  } catch (...) {
    ++failed_commits_;
    state_unknown_ = true;
    if (takes_part) participant_->commit_undone();
    throw;
  }
  if (broken_at("committed")) throw DatabaseError("failpoint committed");
  ++commits_;
  transactions_ += static_cast<std::int64_t>(kept.size());
  if (takes_part) participant_->after_commit(work);
  if (broken_at("wake")) throw DatabaseError("failpoint wake");
}

void SqliteEngine::reopen_and_check() {
  connection_.reset();
  connection_ = std::make_unique<SqliteConnection>(path_, SqliteConnectionOptions{.writer = true, .vfs = options_.vfs});
  wal_pages_ = 0;
  sqlite3_wal_hook(
      connection_->handle(),
      [](void* pages, sqlite3*, const char*, int now) {
        *static_cast<int*>(pages) = now;
        return SQLITE_OK;
      },
      &wal_pages_);
  const int emptied = checkpoint_now(SQLITE_CHECKPOINT_TRUNCATE);
  if (emptied == SQLITE_BUSY)
    settle_beside_readers();
  else if (emptied != SQLITE_OK)
    throw DatabaseError("the database cannot be checked after a failed commit");
  state_unknown_ = false;
}

// A reader (a backup) keeps the -wal from being emptied. What counts of it is sound all the same. Either the reader was
// there before: then the wal-index in shared memory was too, and it ends at the last commit whose sync succeeded. Or it
// came after this connection read the -wal anew: then it sees all of it, and the checkpoint has copied and synced all.
// But the frames of the failed commit may stand behind the end, and would count after a crash, which nobody must see
// who saw that they do not. So a commit that changes nothing is written over them: their checksums fit no more.
void SqliteEngine::settle_beside_readers() {
  const auto version = read_one<std::int64_t>(connection_->query("PRAGMA user_version", {}).at(0));
  connection_->execute(fmt::format("PRAGMA user_version = {}", version));
}

// No reader is waited for, since who wants to write waits behind this. The -wal begins anew only when no reader needs it;
// that is tried when it has grown far, and not more than once a second.
void SqliteEngine::checkpoint_when_due() {
  bool idle = false;
  {
    const std::lock_guard lock(mutex_);
    idle = waiting_.empty();
  }
  if (state_unknown_ || wal_pages_ < options_.checkpoint_pages * (idle ? 1 : 10)) return;
  const auto now = std::chrono::steady_clock::now();
  if (wal_pages_ < options_.checkpoint_pages * 40 || now < restart_again_at_) {
    checkpoint_now(SQLITE_CHECKPOINT_PASSIVE);
  } else {
    restart_again_at_ = now + std::chrono::seconds(1);
    checkpoint_now(SQLITE_CHECKPOINT_RESTART);
  }
}

int SqliteEngine::checkpoint_now(int mode) {
  if (broken_at("checkpoint")) return SQLITE_IOERR;
  sqlite3_busy_timeout(connection_->handle(), 0);
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, mode, nullptr, nullptr);
  sqlite3_busy_timeout(connection_->handle(), busy_timeout);
  if (code == SQLITE_OK) {
    ++checkpoints_;
    wal_pages_ = 0;  // the next commit says how many there are
    if (mode != SQLITE_CHECKPOINT_PASSIVE) said_held_up_ = false;
    return code;
  }
  if (code == SQLITE_BUSY) ++held_up_;
  if (code != SQLITE_BUSY || !std::exchange(said_held_up_, true))  // that a reader holds it up is said once
    base::log(base::LogLevel::warning, "store.checkpoint_failed", {{"code", code}});
  return code;
}

bool SqliteEngine::empty_wal() {
  const bool done = !state_unknown_ && checkpoint_now(SQLITE_CHECKPOINT_TRUNCATE) == SQLITE_OK;
  if (done && must_empty_wal_) base::log(base::LogLevel::info, "store.wal_emptied", {{"database", options_.name}});
  must_empty_wal_ = !done;
  empty_again_at_ = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  return done;
}

bool SqliteEngine::checkpoint() {
  std::promise<bool> done;
  auto answer = done.get_future();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) throw DatabaseError("the database is closing");
    errands_.emplace_back([&] { done.set_value(empty_wal()); });
  }
  arrived_.notify_one();
  return answer.get();
}

void SqliteEngine::back_up(const std::filesystem::path& target) {
  readers_.read([&](SqliteConnection& source) {
    copy_sqlite(source, target, options_.vfs, [&] {
      const std::lock_guard lock(mutex_);
      return stopping_;
    });
  });
}

}  // namespace

std::unique_ptr<SqliteDatabase> open_sqlite(const std::filesystem::path& path, const SqliteOptions& options) {
  return std::make_unique<SqliteEngine>(path, options);
}

}  // namespace alting::store
