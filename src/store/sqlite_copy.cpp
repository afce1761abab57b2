#include "store/sqlite_copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"
#include "store/failpoint.h"

namespace alting::store {
namespace {

constexpr int pages_in_step = 4'096;

[[noreturn]] void copy_failed(std::string_view step, int code) {
  throw DatabaseError(fmt::format("backup, {}: {}", step, code));
}

// The new file, for its owner only. It is held from before the first write until the sync, since the kernel tells of a
// failed write-back those only who had the file open.
class Target {
 public:
  explicit Target(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) copy_failed("create", errno);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target() { ::close(descriptor_); }
  void sync() const {
    if (failpoint::hit("backup.sync")) copy_failed("sync", EIO);
    if (::fsync(descriptor_) != 0) copy_failed("sync", errno);
    ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);  // who reads it now reads the disk
  }

 private:
  int descriptor_;
};

// A plain connection: without the settings of one that is used, which keep a journal or forbid to have none.
class Plain {
 public:
  Plain(const std::filesystem::path& path, const std::string& vfs, int flags) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                     vfs.empty() ? nullptr : vfs.c_str());
    handle_.reset(handle);
    if (code != SQLITE_OK) copy_failed("open", code);
  }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  // All rows of the first column.
  [[nodiscard]] std::vector<std::string> ask(const char* sql) const {
    std::vector<std::string> answer;
    const auto take = [](void* to, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(to)->emplace_back(values[0] == nullptr ? "" : values[0]);
      return 0;
    };
    const int code = sqlite3_exec(handle(), sql, take, &answer, nullptr);
    if (code != SQLITE_OK) copy_failed(sql, code);
    return answer;
  }
  void expect(const char* sql, const std::string& answer) const {
    if (ask(sql) != std::vector{answer}) copy_failed(sql, SQLITE_CORRUPT);
  }
  void close() {  // whose result counts
    const int code = sqlite3_close(handle_.release());
    if (code != SQLITE_OK) copy_failed("close", code);
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

void copy_pages(SqliteConnection& source, Plain& copy, const std::function<bool()>& give_up) {
  auto* backup = sqlite3_backup_init(copy.handle(), "main", source.handle(), "main");
  if (backup == nullptr) copy_failed("begin", sqlite3_extended_errcode(copy.handle()));
  int code = SQLITE_OK;
  while (code == SQLITE_OK && !give_up()) code = sqlite3_backup_step(backup, pages_in_step);
  const int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_OK) throw DatabaseError("the database is closing");
  if (code != SQLITE_DONE) copy_failed("copy", code);
  if (finished != SQLITE_OK) copy_failed("finish", finished);
}

}  // namespace

// The copy, step by step. A step that fails throws, and then nothing says that there is a copy (backup.cpp).
//                  open(target, O_CREAT | O_EXCL, 0600)
//                  pwrite(target) ...                     no journal, no -wal: what is copied lies in this file alone
//                  pwrite(target), first page             the copy says that it has no -wal, as its source does
//   backup.sync    fsync(target), posix_fadvise(DONTNEED) it is on the disk
//                  pread(target) ...                      integrity_check, of what the disk gives
//                  fsync of its folder
void copy_sqlite(SqliteConnection& source, const std::filesystem::path& target, const std::string& vfs,
                 const std::function<bool()>& give_up) {
  (void)source.query("SELECT count(*) FROM sqlite_schema", {});  // from here on the snapshot stands
  const Target file(target);
  {
    Plain copy(target, vfs, SQLITE_OPEN_READWRITE);
    copy.expect("PRAGMA journal_mode=OFF", "off");
    (void)copy.ask("PRAGMA synchronous=OFF");  // synced once, below
    copy_pages(source, copy, give_up);
    copy.close();
  }
  {
    Plain copy(target, vfs, SQLITE_OPEN_READWRITE);
    (void)copy.ask("PRAGMA synchronous=OFF");
    copy.expect("PRAGMA locking_mode=EXCLUSIVE", "exclusive");
    copy.expect("PRAGMA journal_mode=DELETE", "delete");
    copy.close();
  }
  file.sync();
  {
    Plain copy(target, vfs, SQLITE_OPEN_READONLY);
    copy.expect("PRAGMA integrity_check", "ok");
    copy.close();
  }
  for (const auto* beside : {"-wal", "-journal", "-shm"}) {
    if (std::filesystem::exists(target.string() + beside)) copy_failed("a file beside the copy", SQLITE_CORRUPT);
  }
  base::sync_directory(target.parent_path());
}

}  // namespace alting::store
