// A disk that fails when a test says so: an SQLite VFS around the system's own.
//
// It can make the Nth write, sync, truncation or opening fail (done or not, in full or in part), end the process before
// or after it, and say what the disk would hold if the power failed at this instant.
#pragma once
#include <sqlite3.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/random.h"

namespace alting::store::testing {

enum class DiskStep : std::uint8_t { open, write, sync, truncate };
enum class DiskFault : std::uint8_t {
  fails,           // not done, and says so
  fails_but_done,  // done, yet says it failed
  full,            // not done: no space
  half,            // a write of which half is done
  stays_broken,    // this and every later step fails, until disarmed
  kill_before,
  kill_after,
};

class FaultVfs {
 public:
  explicit FaultVfs(std::string name, bool as_default = false)
      : name_(std::move(name)), real_(sqlite3_vfs_find(nullptr)) {
    vfs_ = *real_;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    vfs_.xSleep = sleep;
    sqlite3_vfs_register(&vfs_, as_default ? 1 : 0);
  }
  ~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  void arm(DiskStep step, DiskFault fault, int nth) {
    const std::lock_guard lock(mutex_);
    step_ = step;
    fault_ = fault;
    left_ = nth;
    fired_ = false;
  }
  void disarm() {
    const std::lock_guard lock(mutex_);
    left_ = 0;
    broken_ = false;
  }
  [[nodiscard]] bool fired() {
    const std::lock_guard lock(mutex_);
    return fired_;
  }

  // How often SQLite slept, as it does while it waits for a lock.
  [[nodiscard]] int sleeps() const { return sleeps_.load(); }

  // From now on remembers what is synced, and what is written since.
  void remember() {
    const std::lock_guard lock(mutex_);
    remembers_ = true;
  }
  // Writes into `folder` what the disk could hold after a power cut now: what was synced, and of what was written since
  // some pieces of 512 octets, each or not, as `random` says.
  void power_cut(const std::filesystem::path& folder, base::Random& random) {
    const std::lock_guard lock(mutex_);
    for (auto& [path, disk] : disks_) {
      if (!disk.exists) continue;
      std::string octets = disk.synced;
      for (const auto& change : disk.since) {
        if (change.is_truncation) {
          if (random.below(2) == 1) octets.resize(change.at);
          continue;
        }
        for (std::size_t from = 0; from < change.octets.size(); from += 512) {
          if (random.below(3) > 0) put(octets, change.at + from, std::string_view(change.octets).substr(from, 512));
        }
      }
      std::ofstream(folder / std::filesystem::path(path).filename(), std::ios::binary) << octets;
    }
  }

 private:
  struct Change {
    std::size_t at;
    std::string octets;
    bool is_truncation;
  };
  struct Disk {
    std::string synced;
    std::vector<Change> since;
    bool exists = false;
  };
  struct File {
    sqlite3_file base;
    FaultVfs* self;
    Disk* disk;          // nullptr for temporary files
    sqlite3_file* real;  // lies behind this one
  };
  static void put(std::string& octets, std::size_t at, std::string_view piece) {
    if (octets.size() < at + piece.size()) octets.resize(at + piece.size());
    octets.replace(at, piece.size(), piece);
  }
  static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

  // What is to go wrong with the step that comes now; nothing if `fails` is not meant for it.
  [[nodiscard]] bool strikes(DiskStep step, DiskFault& fault) {
    const std::lock_guard lock(mutex_);
    if (broken_) {
      fault = DiskFault::fails;
      return true;
    }
    if (left_ <= 0 || step != step_ || --left_ > 0) return false;
    fault = fault_;
    fired_ = true;
    broken_ = fault == DiskFault::stays_broken;
    return true;
  }
  template <class Do>
  int perform(DiskStep step, int error, Do&& act) {
    DiskFault fault{};
    if (!strikes(step, fault)) return act();
    if (fault == DiskFault::kill_before) std::raise(SIGKILL);
    if (fault == DiskFault::fails_but_done || fault == DiskFault::kill_after) (void)act();
    if (fault == DiskFault::kill_after) std::raise(SIGKILL);
    return fault == DiskFault::full ? SQLITE_FULL : error;
  }
  void note(Disk* disk, Change change) {
    const std::lock_guard lock(mutex_);
    if (disk != nullptr && remembers_) disk->since.push_back(std::move(change));
  }
  void note_sync(Disk* disk) {
    const std::lock_guard lock(mutex_);
    if (disk == nullptr || !remembers_) return;
    for (const auto& change : disk->since) {
      if (change.is_truncation) {
        disk->synced.resize(change.at);
      } else {
        put(disk->synced, change.at, change.octets);
      }
    }
    disk->since.clear();
  }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags, int* out_flags) {
    auto* self = static_cast<FaultVfs*>(vfs->pAppData);
    auto* file = of(out);
    *file = File{{nullptr}, self, nullptr, reinterpret_cast<sqlite3_file*>(file + 1)};
    std::memset(file->real, 0, static_cast<std::size_t>(self->real_->szOsFile));
    const int code = self->perform(DiskStep::open, SQLITE_CANTOPEN,
                                   [&] { return self->real_->xOpen(self->real_, path, file->real, flags, out_flags); });
    if (code != SQLITE_OK) {
      if (file->real->pMethods != nullptr) file->real->pMethods->xClose(file->real);
      return code;
    }
    if (path != nullptr) {
      const std::lock_guard lock(self->mutex_);
      file->disk = &self->disks_[path];
      file->disk->exists = true;
    }
    file->base.pMethods = methods();
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    auto* self = static_cast<FaultVfs*>(vfs->pAppData);
    const int code = self->real_->xDelete(self->real_, path, sync_folder);
    const std::lock_guard lock(self->mutex_);
    if (const auto found = self->disks_.find(path); found != self->disks_.end()) found->second = Disk();
    return code;
  }
  static int sleep(sqlite3_vfs* vfs, int micros) {
    auto* self = static_cast<FaultVfs*>(vfs->pAppData);
    ++self->sleeps_;
    return self->real_->xSleep(self->real_, micros);
  }
  static int write(sqlite3_file* out, const void* octets, int size, sqlite3_int64 at) {
    auto* file = of(out);
    const auto act = [&](int part) {
      const int code = file->real->pMethods->xWrite(file->real, octets, part, at);
      file->self->note(file->disk,
                       {static_cast<std::size_t>(at),
                        std::string(static_cast<const char*>(octets), static_cast<std::size_t>(part)), false});
      return code;
    };
    DiskFault fault{};
    if (!file->self->strikes(DiskStep::write, fault)) return act(size);
    if (fault == DiskFault::kill_before) std::raise(SIGKILL);
    if (fault == DiskFault::half) (void)act(size / 2);
    if (fault == DiskFault::fails_but_done || fault == DiskFault::kill_after) (void)act(size);
    if (fault == DiskFault::kill_after) std::raise(SIGKILL);
    return fault == DiskFault::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  static int sync(sqlite3_file* out, int flags) {
    auto* file = of(out);
    return file->self->perform(DiskStep::sync, SQLITE_IOERR_FSYNC, [&] {
      const int code = file->real->pMethods->xSync(file->real, flags);
      if (code == SQLITE_OK) file->self->note_sync(file->disk);
      return code;
    });
  }
  static int truncate(sqlite3_file* out, sqlite3_int64 size) {
    auto* file = of(out);
    return file->self->perform(DiskStep::truncate, SQLITE_IOERR_TRUNCATE, [&] {
      file->self->note(file->disk, {static_cast<std::size_t>(size), {}, true});
      return file->real->pMethods->xTruncate(file->real, size);
    });
  }
  static const sqlite3_io_methods* methods() {
    static const sqlite3_io_methods all{
        .iVersion = 2,
        .xClose = [](sqlite3_file* f) { return of(f)->real->pMethods->xClose(of(f)->real); },
        .xRead = [](sqlite3_file* f, void* to, int n,
                    sqlite3_int64 at) { return of(f)->real->pMethods->xRead(of(f)->real, to, n, at); },
        .xWrite = write,
        .xTruncate = truncate,
        .xSync = sync,
        .xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return of(f)->real->pMethods->xFileSize(of(f)->real, n); },
        .xLock = [](sqlite3_file* f, int n) { return of(f)->real->pMethods->xLock(of(f)->real, n); },
        .xUnlock = [](sqlite3_file* f, int n) { return of(f)->real->pMethods->xUnlock(of(f)->real, n); },
        .xCheckReservedLock = [](sqlite3_file* f,
                                 int* n) { return of(f)->real->pMethods->xCheckReservedLock(of(f)->real, n); },
        .xFileControl = [](sqlite3_file* f, int op,
                           void* arg) { return of(f)->real->pMethods->xFileControl(of(f)->real, op, arg); },
        .xSectorSize = [](sqlite3_file* f) { return of(f)->real->pMethods->xSectorSize(of(f)->real); },
        .xDeviceCharacteristics =
            [](sqlite3_file* f) { return of(f)->real->pMethods->xDeviceCharacteristics(of(f)->real); },
        .xShmMap =
            [](sqlite3_file* f, int region, int size, int extend, void volatile** to) {
              return of(f)->real->pMethods->xShmMap(of(f)->real, region, size, extend, to);
            },
        .xShmLock = [](sqlite3_file* f, int offset, int n,
                       int flags) { return of(f)->real->pMethods->xShmLock(of(f)->real, offset, n, flags); },
        .xShmBarrier = [](sqlite3_file* f) { of(f)->real->pMethods->xShmBarrier(of(f)->real); },
        .xShmUnmap = [](sqlite3_file* f, int remove) { return of(f)->real->pMethods->xShmUnmap(of(f)->real, remove); },
        .xFetch = nullptr,
        .xUnfetch = nullptr,
    };
    return &all;
  }

  std::string name_;
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_{};
  std::mutex mutex_;
  DiskStep step_ = DiskStep::write;
  DiskFault fault_ = DiskFault::fails;
  int left_ = 0;
  bool fired_ = false;
  bool broken_ = false;
  bool remembers_ = false;
  std::atomic<int> sleeps_{0};
  std::map<std::string, Disk> disks_;
};

}  // namespace alting::store::testing
