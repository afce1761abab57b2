// One connection to an SQLite database, with its prepared statements. Used by one thread at a time.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace alting::store {

inline constexpr int busy_timeout = 5'000;  // milliseconds

struct SqliteConnectionOptions {
  bool writer = false;   // else it only reads
  std::string vfs = {};  // "" is the system's own; tests of faults name another
};

class SqliteConnection {
 public:
  SqliteConnection(const std::string& path, const SqliteConnectionOptions& options);  // throws DatabaseError
  std::int64_t run(std::string_view sql, std::span<const Value> values);
  [[nodiscard]] std::vector<Row> query(std::string_view sql, std::span<const Value> values);
  void execute(std::string_view sql) { run(sql, {}); }
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] std::int64_t changes() const;  // rows changed since it was opened
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  // The result code of the latest failure, as DatabaseError with SQLite's own message (which names columns, never
  // values).
  [[noreturn]] void fail(std::string_view doing) const;

 private:
  struct CloseConnection {
    void operator()(sqlite3* handle) const;
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  [[nodiscard]] sqlite3_stmt* prepare(std::string_view sql);
  void bind(sqlite3_stmt* statement, std::string_view sql, std::span<const Value> values) const;
  void set_up(const SqliteConnectionOptions& options);

  std::unique_ptr<sqlite3, CloseConnection> handle_;
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, FinalizeStatement>, Hash, std::equal_to<>> statements_;
};

}  // namespace alting::store
