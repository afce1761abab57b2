#include "store/bare_writer.h"

#include <sqlite3.h>

namespace alting::store {

namespace {

void bind(sqlite3_stmt* statement, int place, const Value::Data& data) {
  const auto text = [&](std::string_view value) {
    sqlite3_bind_text(statement, place, value.empty() ? "" : value.data(), static_cast<int>(value.size()),
                      SQLITE_STATIC);
  };
  if (const auto* number = std::get_if<std::int64_t>(&data)) {
    sqlite3_bind_int64(statement, place, *number);
  } else if (const auto* view = std::get_if<std::string_view>(&data)) {
    text(*view);
  } else if (const auto* owned = std::get_if<std::string>(&data)) {
    text(*owned);
  } else if (const auto* octets = std::get_if<Value::Octets>(&data)) {
    sqlite3_bind_blob(statement, place, octets->bytes.data(), static_cast<int>(octets->bytes.size()), SQLITE_STATIC);
  } else {
    sqlite3_bind_null(statement, place);
  }
}

}  // namespace

struct BareWriter::Waiting {
  std::span<const BareRow> rows;
  std::mutex mutex = {};
  std::condition_variable changed = {};
  bool done = false;
  bool kept = false;
};

BareWriter::BareWriter(const std::filesystem::path& database, const std::vector<std::string>& statements) {
  const auto check = [&](bool good) {
    if (!good) throw DatabaseError(sqlite3_errmsg(handle_));
  };
  check(sqlite3_open_v2(database.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr) == SQLITE_OK);
  check(execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000"));
  for (const auto& sql : statements) {
    statements_.push_back(nullptr);
    check(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statements_.back(), nullptr) == SQLITE_OK);
  }
  thread_ = std::thread([this] { run(); });
}

BareWriter::~BareWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
  for (auto* statement : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void BareWriter::write(std::span<const BareRow> rows) {
  Waiting self{rows};
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&self);
    if (waiting_.size() == 1) arrived_.notify_one();
  }
  std::unique_lock lock(self.mutex);
  self.changed.wait(lock, [&] { return self.done; });
  if (!self.kept) throw DatabaseError("the bare rows could not be inserted");
}

// All that wait; or those that have come meanwhile, perhaps none.
std::vector<BareWriter::Waiting*> BareWriter::take(bool wait) {
  std::unique_lock lock(mutex_);
  if (wait) arrived_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
  return std::exchange(waiting_, {});
}

bool BareWriter::insert(const BareRow& row) {
  auto* statement = statements_.at(row.statement);
  for (std::size_t i = 0; i < row.values.size(); ++i) bind(statement, static_cast<int>(i) + 1, row.values[i].data());
  const bool done = sqlite3_step(statement) == SQLITE_DONE;
  return sqlite3_reset(statement) == SQLITE_OK && done;
}

bool BareWriter::execute(const char* sql) { return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }

void BareWriter::run() {
  for (;;) {
    std::vector<Waiting*> batch;
    bool kept = true;
    for (auto more = take(true); !more.empty(); more = take(false)) {
      if (batch.empty()) kept = execute("BEGIN IMMEDIATE");
      for (const auto* one : more) {
        for (const auto& row : one->rows) kept = kept && insert(row);
      }
      batch.insert(batch.end(), more.begin(), more.end());
    }
    if (batch.empty()) return;
    kept = execute(kept ? "COMMIT" : "ROLLBACK") && kept;
    for (auto* one : batch) {
      const std::lock_guard lock(one->mutex);
      one->kept = kept;
      one->done = true;
      one->changed.notify_one();
    }
  }
}

}  // namespace alting::store
