#include "store/sqlite_readers.h"

namespace alting::store {

std::unique_ptr<SqliteConnection> SqliteReaders::borrow() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty() || open_ < max_readers_; });
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());  // the latest used: its cache is the warmest
      idle_.pop_back();
      return connection;
    }
    ++open_;
  }
  try {
    return std::make_unique<SqliteConnection>(path_, SqliteConnectionOptions{.writer = false, .vfs = vfs_});
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void SqliteReaders::give_back(std::unique_ptr<SqliteConnection> connection) {
  const std::lock_guard lock(mutex_);
  if (connection) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
  returned_.notify_one();
}

void SqliteReaders::read(const std::function<void(SqliteConnection&)>& work) {
  auto connection = borrow();
  try {
    connection->execute("BEGIN");
    work(*connection);
    connection->execute("COMMIT");
  } catch (...) {
    // Whatever it was, the next reader starts clean.
    try {
      if (connection->in_transaction()) connection->execute("ROLLBACK");
    } catch (const DatabaseError&) {
      connection.reset();
    }
    give_back(std::move(connection));
    throw;
  }
  give_back(std::move(connection));
}

}  // namespace alting::store
