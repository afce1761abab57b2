#include "store/postgresql.h"

#include "store/failpoint.h"
#include "store/postgresql_connection.h"
#include "store/write_mark.h"

namespace alting::store {
namespace {

class PostgresqlTx final : public Tx {
 public:
  explicit PostgresqlTx(PostgresqlConnection& connection) : connection_(connection) {}
  std::int64_t run_with(std::string_view sql, std::span<const Value> values) override {
    return guarded([&] { return connection_.run(sql, values); });
  }
  std::vector<Row> query_with(std::string_view sql, std::span<const Value> values) override {
    return guarded([&] { return connection_.query(sql, values); });
  }
  // The failure that ended the transaction, also when the closure swallowed it: a collision must still lead to another
  // try.
  void rethrow_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  template <class F>
  std::invoke_result_t<F> guarded(F&& statement) {
    if (failure_) throw DatabaseError("a statement of this transaction failed before");
    try {
      return statement();
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
  }
  PostgresqlConnection& connection_;
  std::exception_ptr failure_;
};

class PostgresqlEngine final : public Database {
 public:
  PostgresqlEngine(std::string where, base::Random& random, const PostgresqlOptions& options)
      : where_(std::move(where)), random_(random), options_(options) {
    give_back(borrow());
  }
  [[nodiscard]] Engine engine() const override { return Engine::postgresql; }
  void set_participant(CommitParticipant* participant) override { participant_ = participant; }

 protected:
  void read_erased(const std::function<void(Tx&)>& work) override;
  void write_erased(const std::function<bool(Tx&)>& work) override;

 private:
  using Connection = std::unique_ptr<PostgresqlConnection>;
  [[nodiscard]] Connection borrow();
  void give_back(Connection connection);
  // Begins a transaction; a pooled connection that has died meanwhile is replaced, once.
  [[nodiscard]] Connection begin(const char* sql);
  void try_write(PostgresqlConnection& connection, const std::function<bool(Tx&)>& work);
  void commit(PostgresqlConnection& connection, PostgresqlTx& tx);
  void pause(int attempt);

  std::string where_;
  base::Random& random_;
  PostgresqlOptions options_;
  CommitParticipant* participant_ = nullptr;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
  int open_ = 0;
};

PostgresqlEngine::Connection PostgresqlEngine::borrow() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty() || open_ < options_.connections; });
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
  }
  try {
    return std::make_unique<PostgresqlConnection>(where_, options_.statement_timeout_ms);
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void PostgresqlEngine::give_back(Connection connection) {
  if (connection && connection->in_transaction()) {
    try {
      connection->execute("ROLLBACK");
    } catch (const DatabaseError&) {
      connection.reset();
    }
  }
  if (connection && !connection->usable()) connection.reset();
  const std::lock_guard lock(mutex_);
  if (connection) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
  returned_.notify_one();
}

PostgresqlEngine::Connection PostgresqlEngine::begin(const char* sql) {
  for (bool again = true;; again = false) {
    auto connection = borrow();
    try {
      connection->execute(sql);
      return connection;
    } catch (const DatabaseError&) {
      const bool broken = !connection->usable();
      give_back(std::move(connection));
      if (!again || !broken) throw;
      const std::lock_guard lock(mutex_);  // the server went away: what is pooled is as dead as this one
      open_ -= static_cast<int>(idle_.size());
      idle_.clear();
    }
  }
}

// Reads take one snapshot that writers neither block nor are blocked by. REPEATABLE READ is enough for that, never
// collides, and leaves no predicate locks that would make writers repeat.
void PostgresqlEngine::read_erased(const std::function<void(Tx&)>& work) {
  auto connection = begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    PostgresqlTx tx(*connection);
    work(tx);
    connection->execute("COMMIT");
  } catch (...) {
    give_back(std::move(connection));
    throw;
  }
  give_back(std::move(connection));
}

void PostgresqlEngine::write_erased(const std::function<bool(Tx&)>& work) {
  for (int attempt = 1;; ++attempt) {
    auto connection = begin("BEGIN ISOLATION LEVEL SERIALIZABLE");
    try {
      try_write(*connection, work);
      give_back(std::move(connection));
      return;
    } catch (const PostgresqlError& error) {
      give_back(std::move(connection));
      if (!error.collision() || attempt >= options_.attempts) throw;
    } catch (...) {
      give_back(std::move(connection));
      throw;
    }
    pause(attempt);
  }
}

void PostgresqlEngine::try_write(PostgresqlConnection& connection, const std::function<bool(Tx&)>& work) {
  PostgresqlTx tx(connection);
  bool keep = false;
  try {
    const WriteMark inside;
    keep = work(tx);
  } catch (...) {
    tx.rethrow_failure();  // the closure may have turned it into another exception
    throw;
  }
  tx.rethrow_failure();
  if (keep) {
    commit(connection, tx);
  } else {
    connection.execute("ROLLBACK");
  }
}

void PostgresqlEngine::commit(PostgresqlConnection& connection, PostgresqlTx& tx) {
  std::vector<std::any*> work;
  for (auto& item : tx.for_commit()) work.push_back(&item);
  const bool takes_part = participant_ != nullptr && !work.empty();
  try {
    if (takes_part) {
      PostgresqlTx inside(connection);
      participant_->before_commit(inside, work);
    }
    if (failpoint::hit("postgresql.commit")) throw DatabaseError("failpoint postgresql.commit");
    connection.execute("COMMIT");
  } catch (...) {
    if (takes_part) participant_->commit_undone();
    throw;
  }
  if (failpoint::hit("postgresql.committed")) throw DatabaseError("failpoint postgresql.committed");
  if (takes_part) participant_->after_commit(work);
}

// Doubling from half a millisecond to 64 of them, with as much again at random, so that those who collided do not
// collide again.
void PostgresqlEngine::pause(int attempt) {
  const auto base_us = std::uint64_t{500} << std::min(attempt - 1, 7);
  std::this_thread::sleep_for(std::chrono::microseconds(base_us + random_.below(base_us)));
}

}  // namespace

std::unique_ptr<Database> open_postgresql(const std::string& where, base::Random& random,
                                          const PostgresqlOptions& options) {
  return std::make_unique<PostgresqlEngine>(where, random, options);
}

}  // namespace alting::store
