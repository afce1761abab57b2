#include "store/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/database.h"

namespace alting::store {

FileLock::FileLock(const std::filesystem::path& path) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw DatabaseError(fmt::format("cannot open the lock file: {}", std::strerror(errno)));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor_);
    throw DatabaseError(fmt::format("{} is in use by another process", path.filename().string()));
  }
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace alting::store
