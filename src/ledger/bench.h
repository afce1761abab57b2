// How many log entries with receipt the log gives per second, beside the same rows inserted bare (store/bare_writer.h)
// in the same run: the entry's row for each waiting thread, and behind them the rows of the activity log in batches, as
// the log itself writes them. The floor leaves out the log's tiles and its own row.
#pragma once
#include <chrono>
#include <filesystem>

#include "base/random.h"
#include "base/time.h"

namespace alting::ledger {

struct LedgerBenchOptions {
  std::filesystem::path folder;  // an empty one on the disk to be measured
  int threads = 64;
  std::chrono::milliseconds time{2'000};  // for each figure
};
struct LedgerBench {
  double with_receipt_per_second = 0;  // write(append) and await_receipt, by waiting threads, one entry each
  double rows_per_second = 0;          // the same rows bare, by as many waiting threads
  double batched_per_second = 0;       // entries with receipt, 100 in a transaction
  double rows_batched_per_second = 0;  // the same rows bare, 100 in a transaction
  double verified_per_second = 0;      // receipts, on one thread
  double receipts_per_second = 0;      // receipt(id) of old entries, by the threads
  double entries_in_commit = 0;        // of with_receipt_per_second, on the average
  double receipt_octets = 0;           // of one receipt
};
// SQLite. Ends with a recheck of the log; std::runtime_error when it finds a fault.
[[nodiscard]] LedgerBench bench_ledger(const LedgerBenchOptions& options, base::Random& random,
                                       const base::Clock& clock);

}  // namespace alting::ledger
