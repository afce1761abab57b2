// The connections for reading: borrowed for one read, at most so many at once.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite_connection.h"

namespace alting::store {

class SqliteReaders {
 public:
  SqliteReaders(std::string path, std::string vfs, int max_readers)
      : path_(std::move(path)), vfs_(std::move(vfs)), max_readers_(max_readers) {}
  // Runs `work` on one snapshot. A connection that failed is thrown away.
  void read(const std::function<void(SqliteConnection&)>& work);

 private:
  [[nodiscard]] std::unique_ptr<SqliteConnection> borrow();
  void give_back(std::unique_ptr<SqliteConnection> connection);  // nullptr when it was thrown away

  std::string path_;
  std::string vfs_;
  int max_readers_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_;
  int open_ = 0;
};

}  // namespace alting::store
