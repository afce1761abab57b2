// The database, behind one thin interface: SQLite inside, PostgreSQL outside, the same plain SQL on both.
//
// A transaction is a closure over Tx: no input or output, no parsing, under 50 ms, and it may run again. When the
// closure returns an Error, or throws, nothing of it is kept. write() returns after the commit is durable. The broken
// world (disk, connection, a statement that is wrong) is a DatabaseError; a conflict that is expected uses ON CONFLICT.
//
// SQL both speak: '?' places; integers, booleans and times (microseconds UTC) are BIGINT; {blob} is the type of octets,
// {lock} at the end of a SELECT is "FOR UPDATE" where the engine has it, {skip_locked} in its stead is "FOR UPDATE SKIP
// LOCKED"; U+0000 in text is refused. Text compares by octets on both, LIKE minds case. A statement that failed ends
// its transaction: catching the DatabaseError does not save it. A closure does not call read() or write() itself.
#pragma once
#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "terms/ids.h"

namespace alting::store {

class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A value for a '?' place. Text and octets are borrowed for the length of the call, but a temporary string is kept.
class Value {
 public:
  Value(std::nullptr_t) : data_(nullptr) {}                          // NOLINT
  Value(std::int64_t number) : data_(number) {}                      // NOLINT
  Value(int number) : data_(std::int64_t{number}) {}                 // NOLINT
  Value(bool flag) : data_(std::int64_t{flag ? 1 : 0}) {}            // NOLINT
  Value(std::string_view text) : data_(text) {}                      // NOLINT
  Value(const std::string& text) : data_(std::string_view(text)) {}  // NOLINT
  Value(std::string&& text) : data_(std::move(text)) {}              // NOLINT: kept, for it has no other owner
  Value(const char* text) : data_(std::string_view(text)) {}         // NOLINT
  Value(base::Instant at) : data_(at.micros) {}                      // NOLINT
  Value(terms::PartyId id) : data_(id.value) {}                      // NOLINT
  Value(const base::Uuid& id) : data_(id.text()) {}                  // NOLINT
  template <class Tag>
  Value(const terms::UuidId<Tag>& id) : data_(id.text()) {}  // NOLINT
  template <class T>
  Value(const std::optional<T>& maybe) : Value(maybe ? Value(*maybe) : Value(nullptr)) {}  // NOLINT
  [[nodiscard]] static Value octets(base::ByteView bytes) {
    Value value(nullptr);
    value.data_ = Octets{bytes};
    return value;
  }
  struct Octets {
    base::ByteView bytes;
  };
  using Data = std::variant<std::nullptr_t, std::int64_t, std::string_view, std::string, Octets>;
  [[nodiscard]] const Data& data() const { return data_; }

 private:
  Data data_;
};

// One row of an answer, copied out. store/row_reader.h reads it.
class Row {
 public:
  using Column = std::variant<std::nullptr_t, std::int64_t, std::string>;
  explicit Row(std::vector<Column> columns) : columns_(std::move(columns)) {}
  [[nodiscard]] std::size_t size() const { return columns_.size(); }
  [[nodiscard]] const Column& column(std::size_t place) const { return columns_.at(place); }

 private:
  std::vector<Column> columns_;
};

// The inside of one transaction. Not thread-safe, not kept after the closure returns.
class Tx {
 public:
  virtual ~Tx() = default;
  // Runs a statement; returns the number of rows changed.
  std::int64_t run(std::string_view sql, std::initializer_list<Value> values = {}) {
    return run_with(sql, std::span<const Value>(values.begin(), values.size()));
  }
  [[nodiscard]] std::vector<Row> query(std::string_view sql, std::initializer_list<Value> values = {}) {
    return query_with(sql, std::span<const Value>(values.begin(), values.size()));
  }
  [[nodiscard]] std::optional<Row> query_one(std::string_view sql, std::initializer_list<Value> values = {}) {
    auto rows = query_with(sql, std::span<const Value>(values.begin(), values.size()));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  }
  virtual std::int64_t run_with(std::string_view sql, std::span<const Value> values) = 0;
  [[nodiscard]] virtual std::vector<Row> query_with(std::string_view sql, std::span<const Value> values) = 0;

  // Work for the commit this transaction becomes part of (`ledger` puts its entries here). Dropped when the closure
  // fails or runs again.
  [[nodiscard]] std::vector<std::any>& for_commit() { return for_commit_; }

 protected:
  std::vector<std::any> for_commit_;
};

// Rides on commits. On SQLite one commit holds many transactions, and the participant is called once for all of them,
// inside that commit, on the writer thread; on PostgreSQL it is called once for each transaction, inside it.
class CommitParticipant {
 public:
  virtual ~CommitParticipant() = default;
  // Inside the transaction, after the closures: `work` are the for_commit() of all that succeeded, in their order.
  // Called only when there is any. An exception undoes the commit and goes to all callers in it.
  virtual void before_commit(Tx& tx, std::vector<std::any*> work) = 0;
  // After the commit is durable, before the callers of write() are woken.
  virtual void after_commit(std::vector<std::any*> work) = 0;
  // The commit that before_commit() was called for (or threw in) did not become durable, as far as is known: forget
  // what was counted on, and read the state again in the next before_commit(). The work comes again only when its
  // closures run again.
  virtual void commit_undone() {}
};

enum class Engine : std::uint8_t { sqlite, postgresql };

class Database {
 public:
  virtual ~Database() = default;
  [[nodiscard]] virtual Engine engine() const = 0;

  // Reads on one snapshot. The closure returns any value.
  template <class F>
  auto read(F&& work) -> std::invoke_result_t<F, Tx&> {
    using Answer = std::invoke_result_t<F, Tx&>;
    if constexpr (std::is_void_v<Answer>) {
      read_erased([&](Tx& tx) { work(tx); });
    } else {
      std::optional<Answer> answer;
      read_erased([&](Tx& tx) { answer.emplace(work(tx)); });
      return std::move(*answer);
    }
  }

  // Writes: the closure returns a Result; an Error undoes it. Returns after the commit is durable.
  template <class F>
  auto write(F&& work) -> std::invoke_result_t<F, Tx&> {
    using Answer = std::invoke_result_t<F, Tx&>;
    static_assert(base::is_result<Answer>::value, "a write answers with a Result");
    std::optional<Answer> answer;
    write_erased([&](Tx& tx) {
      answer.emplace(work(tx));
      return answer->has_value();
    });
    return std::move(*answer);
  }

  virtual void set_participant(CommitParticipant* participant) = 0;  // before the first write; not owned

 protected:
  virtual void read_erased(const std::function<void(Tx&)>& work) = 0;
  // `work` says whether to keep what it did. It may be called more than once.
  virtual void write_erased(const std::function<bool(Tx&)>& work) = 0;
};

}  // namespace alting::store
