// The PostgreSQL engine: SERIALIZABLE, a connection borrowed for each transaction, statements prepared on each
// connection.
//
// The database must be UTF-8 and compare text by octets (lc_collate C, POSIX or C.UTF-8), as SQLite does.
#pragma once
#include <memory>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "store/database.h"

namespace alting::store {

struct PostgresqlOptions {
  int connections = 32;  // most at once, opened as needed; more callers wait
  int attempts = 20;     // of one transaction, when it collides with others (SQLSTATE 40001, 40P01)
  int statement_timeout_ms = 10'000;
};

// `where` is a libpq connection string ("host=... dbname=... user=..."). Connects once at once; DatabaseError when that
// fails.
[[nodiscard]] std::unique_ptr<Database> open_postgresql(const std::string& where, base::Random& random,
                                                        const PostgresqlOptions& options = {});

// Whether the data would go over a network to reach it, and what protects it there; of what the string itself says, and
// the environment for what it does not (PGHOST, PGSSLMODE, ...). `invalid` error.settings: no connection string.
struct PostgresqlReach {
  bool elsewhere = false;  // some host that is neither a socket nor this machine's own address
  std::string sslmode;     // "verify-full"
};
[[nodiscard]] base::Result<PostgresqlReach> postgresql_reach(const std::string& where);

}  // namespace alting::store
