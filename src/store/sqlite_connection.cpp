#include "store/sqlite_connection.h"

#include <sqlite3.h>

#include "store/sql.h"

namespace alting::store {
namespace {

constexpr std::size_t max_statements = 1'000;  // texts of SQL come from the program, so this is not reached

// Leaves the statement ready for its next use, however the present one ends.
class Running {
 public:
  explicit Running(sqlite3_stmt* statement) : statement_(statement) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

Row::Column column_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return nullptr;
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_TEXT: {
      const auto* text = sqlite3_column_text(statement, column);
      return std::string(reinterpret_cast<const char*>(text),
                         static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
      const auto* octets = static_cast<const char*>(sqlite3_column_blob(statement, column));
      return octets == nullptr ? std::string()
                               : std::string(octets, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    default: throw DatabaseError("a column holds a floating-point number, which no column may");
  }
}

int bind_value(sqlite3_stmt* statement, int place, const Value::Data& data) {
  const auto text = [&](std::string_view value) {
    if (value.find('\0') != std::string_view::npos) throw DatabaseError("U+0000 in a text for the database");
    return sqlite3_bind_text64(statement, place, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  };
  if (std::holds_alternative<std::nullptr_t>(data)) return sqlite3_bind_null(statement, place);
  if (const auto* number = std::get_if<std::int64_t>(&data)) return sqlite3_bind_int64(statement, place, *number);
  if (const auto* view = std::get_if<std::string_view>(&data)) return text(*view);
  if (const auto* owned = std::get_if<std::string>(&data)) return text(*owned);
  const auto bytes = std::get<Value::Octets>(data).bytes;
  return sqlite3_bind_blob64(statement, place, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
}

}  // namespace

void SqliteConnection::CloseConnection::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
void SqliteConnection::FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteConnection::SqliteConnection(const std::string& path, const SqliteConnectionOptions& options) {
  // Full mutex off: each connection is used by one thread at a time. The reader opens read-write too: WAL needs its
  // shared memory.
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (options.writer ? SQLITE_OPEN_CREATE : 0);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, options.vfs.empty() ? nullptr : options.vfs.c_str());
  handle_.reset(handle);
  if (code != SQLITE_OK) {
    throw DatabaseError(fmt::format("SQLite {} opening {}", code, std::filesystem::path(path).filename().string()));
  }
  set_up(options);
}

void SqliteConnection::set_up(const SqliteConnectionOptions& options) {
  sqlite3_busy_timeout(handle(), busy_timeout);
  const auto configure = [&](int option, int value) { sqlite3_db_config(handle(), option, value, nullptr); };
  configure(SQLITE_DBCONFIG_DQS_DML, 0);  // "x" is a name, never a text, as on PostgreSQL
  configure(SQLITE_DBCONFIG_DQS_DDL, 0);
  configure(SQLITE_DBCONFIG_DEFENSIVE, 1);
  configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  configure(SQLITE_DBCONFIG_ENABLE_FKEY, 1);
  // Checkpoints happen on the writer thread, when it chooses.
  configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
  const auto pragma = [&](const char* sql) {
    if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
  };
  if (options.writer) {
    pragma("PRAGMA journal_mode=WAL");
    pragma("PRAGMA synchronous=FULL");
    pragma("PRAGMA wal_autocheckpoint=0");
    pragma("PRAGMA secure_delete=ON");  // what is deleted is overwritten
    pragma("PRAGMA cache_size=-64000");
  } else {
    pragma("PRAGMA query_only=ON");
    pragma("PRAGMA wal_autocheckpoint=0");
    pragma("PRAGMA cache_size=-8000");
  }
  pragma("PRAGMA temp_store=MEMORY");
  pragma("PRAGMA case_sensitive_like=ON");  // as on PostgreSQL
}

void SqliteConnection::fail(std::string_view doing) const {
  throw DatabaseError(fmt::format("SQLite {} ({}) in: {}", sqlite3_extended_errcode(handle()), sqlite3_errmsg(handle()),
                                  for_message(doing)));
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

std::int64_t SqliteConnection::changes() const { return sqlite3_total_changes64(handle()); }

sqlite3_stmt* SqliteConnection::prepare(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
  const auto translated = translate(sql, Engine::sqlite);
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle(), translated.c_str(), static_cast<int>(translated.size()) + 1,
                                      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> owned(statement);
  if (code != SQLITE_OK) fail(sql);
  if (statement == nullptr || std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    throw DatabaseError("not exactly one statement: " + for_message(sql));
  }
  if (statements_.size() >= max_statements) statements_.clear();
  return statements_.emplace(std::string(sql), std::move(owned)).first->second.get();
}

void SqliteConnection::bind(sqlite3_stmt* statement, std::string_view sql, std::span<const Value> values) const {
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(values.size())) {
    throw DatabaseError(fmt::format("{} values for {} places in: {}", values.size(),
                                    sqlite3_bind_parameter_count(statement), for_message(sql)));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (bind_value(statement, static_cast<int>(i) + 1, values[i].data()) != SQLITE_OK) fail(sql);
  }
}

std::int64_t SqliteConnection::run(std::string_view sql, std::span<const Value> values) {
  auto* statement = prepare(sql);
  const Running running(statement);
  bind(statement, sql, values);
  const auto before = sqlite3_total_changes64(handle());
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  if (code != SQLITE_DONE) fail(sql);
  // sqlite3_changes64 keeps the number of an earlier statement when this one was none that changes rows.
  return sqlite3_total_changes64(handle()) == before ? 0 : sqlite3_changes64(handle());
}

std::vector<Row> SqliteConnection::query(std::string_view sql, std::span<const Value> values) {
  auto* statement = prepare(sql);
  const Running running(statement);
  bind(statement, sql, values);
  std::vector<Row> rows;
  const int columns = sqlite3_column_count(statement);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    std::vector<Row::Column> row;
    row.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) row.push_back(column_of(statement, column));
    rows.emplace_back(std::move(row));
  }
  if (code != SQLITE_DONE) fail(sql);
  return rows;
}

}  // namespace alting::store
