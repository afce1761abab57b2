// A lock file that one process holds as long as it lives: flock(2), so that it goes with the process however that ends.
#pragma once
#include <filesystem>

namespace alting::store {

class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path);  // throws DatabaseError when another holds it
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace alting::store
