// What was accepted for a log and had no place in it yet when that log ended goes on in the log that follows.
//
// Nobody has been given anything of it but the promise that its proof follows. So the entry is the same, but for the
// name and address of the log in it and its salt, and waits for a place in the new log; the keys of its old form are
// erased.
#pragma once
#include <string>

#include "base/random.h"
#include "ledger/log_store.h"
#include "ledger/sealer.h"

namespace alting::ledger {

// `row` is the log that grows, `address` where it is found (may be empty). Answers how many were taken over. A few rows at a time, each once, so that a kill in
// between leaves the rest for the next start.
int adopt_waiting(store::Database& database, Sealer& sealer, const base::Clock& clock, base::Random& random,
                  const LogRow& row, const std::string& address);

}  // namespace alting::ledger
