// One connection to PostgreSQL, with its prepared statements. Used by one thread at a time.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/database.h"

struct pg_conn;
struct pg_result;

namespace alting::store {

class PostgresqlError : public DatabaseError {
 public:
  // `state` is the SQLSTATE, "" when the connection broke. The server's own message is left out: it may quote values.
  PostgresqlError(std::string state, std::string_view sql);
  [[nodiscard]] bool collision() const { return state_ == "40001" || state_ == "40P01"; }
  [[nodiscard]] const std::string& state() const { return state_; }

 private:
  std::string state_;
};

class PostgresqlConnection {
 public:
  PostgresqlConnection(const std::string& where, int statement_timeout_ms);
  std::int64_t run(std::string_view sql, std::span<const Value> values);
  [[nodiscard]] std::vector<Row> query(std::string_view sql, std::span<const Value> values);
  void execute(const char* sql);      // BEGIN, COMMIT and the like
  [[nodiscard]] bool usable() const;  // the connection stands and no transaction is open
  [[nodiscard]] bool in_transaction() const;

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using Answer = std::unique_ptr<pg_result, Clear>;
  [[nodiscard]] Answer perform(std::string_view sql, std::span<const Value> values);
  [[nodiscard]] const std::string& prepare(std::string_view sql, std::span<const Value> values);
  [[nodiscard]] Answer checked(pg_result* result, std::string_view sql) const;
  void check_database();

  std::unique_ptr<pg_conn, Close> connection_;
  std::unordered_map<std::string, std::string> statements_;  // text and types of the places -> name
  int next_name_ = 0;
};

}  // namespace alting::store
