#include "store/postgresql_connection.h"

#include <libpq-fe.h>

#include <charconv>

#include "store/row_reader.h"
#include "store/sql.h"

namespace alting::store {
namespace {

constexpr std::size_t max_prepared_statements = 1'000;
constexpr Oid type_bool = 16, type_bytea = 17, type_int8 = 20, type_int2 = 21, type_int4 = 23, type_text = 25,
              type_numeric = 1700;

Oid type_of(const Value::Data& data) {
  switch (data.index()) {
    case 0: return 0;  // NULL: the server says the type
    case 1: return type_int8;
    case 4: return type_bytea;
    default: return type_text;
  }
}

// The values as libpq wants them: numbers as text, octets as they are.
struct Places {
  explicit Places(std::span<const Value> values) {
    numbers.reserve(values.size());
    for (const auto& value : values) add(value.data());
  }
  void add(const Value::Data& data) {
    if (const auto* number = std::get_if<std::int64_t>(&data)) {
      numbers.push_back(std::to_string(*number));
      put(numbers.back(), 0);
    } else if (const auto* view = std::get_if<std::string_view>(&data)) {
      put_text(*view);
    } else if (const auto* owned = std::get_if<std::string>(&data)) {
      put_text(*owned);
    } else if (const auto* octets = std::get_if<Value::Octets>(&data)) {
      put(octets->bytes, 1);
    } else {
      pointers.push_back(nullptr);
      lengths.push_back(0);
      formats.push_back(0);
    }
  }
  void put_text(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) throw DatabaseError("U+0000 in a text for the database");
    put(text, 1);  // a text in binary form is its octets, so it needs no zero at its end
  }
  void put(std::string_view bytes, int format) {
    pointers.push_back(bytes.data() == nullptr ? "" : bytes.data());
    lengths.push_back(static_cast<int>(bytes.size()));
    formats.push_back(format);
  }
  std::vector<std::string> numbers;
  std::vector<const char*> pointers;
  std::vector<int> lengths;
  std::vector<int> formats;
};

std::int64_t number_from(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size())
    throw DatabaseError("a number of the database is no whole one in range");
  return number;
}

// bytea in its hexadecimal text form: \x and two digits for each octet.
std::string octets_from(std::string_view text) {
  auto octets = text.starts_with("\\x") ? base::from_hex(text.substr(2)) : std::nullopt;
  if (!octets) throw DatabaseError("a bytea is not in hexadecimal form");
  return std::move(*octets);
}

Row::Column column_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return nullptr;
  const std::string_view text(PQgetvalue(result, row, column),
                              static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case type_bool: return std::int64_t{text == "t" ? 1 : 0};
    case type_int2:
    case type_int4:
    case type_int8:
    case type_numeric: return number_from(text);  // sum() of BIGINT is numeric
    case type_bytea: return octets_from(text);
    default: return std::string(text);
  }
}

}  // namespace

PostgresqlError::PostgresqlError(std::string state, std::string_view sql)
    : DatabaseError(
          fmt::format("PostgreSQL {} in: {}", state.empty() ? "connection failure" : state, for_message(sql))),
      state_(std::move(state)) {}

void PostgresqlConnection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }
void PostgresqlConnection::Clear::operator()(pg_result* result) const { PQclear(result); }

PostgresqlConnection::PostgresqlConnection(const std::string& where, int statement_timeout_ms)
    : connection_(PQconnectdb(where.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) throw PostgresqlError("", "connecting");
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);  // notices may quote values
  if (PQsetClientEncoding(connection_.get(), "UTF8") != 0) throw PostgresqlError("", "client encoding");
  execute("SET default_transaction_isolation = 'serializable'");
  execute("SET synchronous_commit = 'on'");
  execute("SET bytea_output = 'hex'");
  execute(fmt::format("SET statement_timeout = {}", statement_timeout_ms).c_str());
  execute("SET idle_in_transaction_session_timeout = 60000");
  check_database();
}

void PostgresqlConnection::check_database() {
  const auto rows = query(
      "SELECT pg_encoding_to_char(encoding)::text, datcollate::text FROM pg_database WHERE datname = "
      "current_database()",
      {});
  const auto [encoding, collation] = read_row<std::string, std::string>(rows.at(0));
  if (encoding != "UTF8" ||
      (collation != "C" && collation != "POSIX" && collation != "C.UTF-8" && collation != "C.utf8")) {
    throw DatabaseError("the PostgreSQL database must have ENCODING 'UTF8' and LC_COLLATE 'C'");
  }
}

bool PostgresqlConnection::usable() const {
  return PQstatus(connection_.get()) == CONNECTION_OK && PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
}

bool PostgresqlConnection::in_transaction() const {
  const auto status = PQtransactionStatus(connection_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

PostgresqlConnection::Answer PostgresqlConnection::checked(pg_result* result, std::string_view sql) const {
  Answer answer(result);
  const auto status = PQresultStatus(result);  // of nullptr: PGRES_FATAL_ERROR
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return answer;
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  throw PostgresqlError(state == nullptr ? "" : state, sql);
}

void PostgresqlConnection::execute(const char* sql) { (void)checked(PQexec(connection_.get(), sql), sql); }

const std::string& PostgresqlConnection::prepare(std::string_view sql, std::span<const Value> values) {
  std::string key(sql);
  std::vector<Oid> types;
  for (const auto& value : values) {
    types.push_back(type_of(value.data()));
    key += static_cast<char>('0' + value.data().index());
  }
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
  if (statements_.size() >= max_prepared_statements) {
    execute("DEALLOCATE ALL");
    statements_.clear();
  }
  auto name = fmt::format("s{}", next_name_++);
  const auto translated = translate(sql, Engine::postgresql);
  (void)checked(
      PQprepare(connection_.get(), name.c_str(), translated.c_str(), static_cast<int>(types.size()), types.data()),
      sql);
  return statements_.emplace(std::move(key), std::move(name)).first->second;
}

PostgresqlConnection::Answer PostgresqlConnection::perform(std::string_view sql, std::span<const Value> values) {
  const Places places(values);
  const auto& name = prepare(sql, values);
  return checked(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()),
                                places.pointers.data(), places.lengths.data(), places.formats.data(), 0),
                 sql);
}

std::int64_t PostgresqlConnection::run(std::string_view sql, std::span<const Value> values) {
  const auto answer = perform(sql, values);
  const std::string_view changed(PQcmdTuples(answer.get()));
  return changed.empty() || PQresultStatus(answer.get()) == PGRES_TUPLES_OK ? 0 : number_from(changed);
}

std::vector<Row> PostgresqlConnection::query(std::string_view sql, std::span<const Value> values) {
  const auto answer = perform(sql, values);
  std::vector<Row> rows;
  const int count = PQntuples(answer.get());
  const int columns = PQnfields(answer.get());
  rows.reserve(static_cast<std::size_t>(count));
  for (int row = 0; row < count; ++row) {
    std::vector<Row::Column> out;
    out.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) out.push_back(column_of(answer.get(), row, column));
    rows.emplace_back(std::move(out));
  }
  return rows;
}

}  // namespace alting::store
