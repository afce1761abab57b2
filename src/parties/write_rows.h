// A transaction that has nothing to refuse: the rows of an import, of changed numbers, of the test population.
#pragma once
#include <stdexcept>

#include "store/database.h"

namespace alting::parties {

// Throws when the database cannot; `work` is called with the Tx, perhaps more than once.
template <class F>
void write_rows(store::Database& database, F&& work) {
  const auto done = database.write([&](store::Tx& tx) -> base::Status {
    work(tx);
    return {};
  });
  if (!done) throw std::runtime_error("a transaction that only writes rows was refused");
}

}  // namespace alting::parties
