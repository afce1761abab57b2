// How fast rows become durable: through write(), and bare, in the same run on the same disk.
//
// "Bare" is bare_writer.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/random.h"
#include "base/time.h"
#include "store/database.h"

namespace alting::store {

struct BenchOptions {
  std::filesystem::path folder;  // an empty one on the disk to be measured
  int threads = 64;
  std::chrono::milliseconds time{2'000};  // for each figure
  std::string postgresql = {};            // connection string, to measure that too
};
struct StoreBench {
  double bare_per_second = 0;       // rows of 400 octets, SQLite's own interface
  double written_per_second = 0;    // the same through write(), one row each
  double alone_per_second = 0;      // by one thread that waits for each
  double sealed_per_second = 0;     // seal() of 2 KB for two holders: the keystore's commits
  double full_per_second = 0;       // seal(), then write() of the row with the ciphertext
  double blobs_per_second = 0;      // blobs of 100 KB
  double opened_per_second = 0;     // keys read from the keystore and unwrapped, by one thread
  double rewrapped_per_second = 0;  // wraps made anew under the next epoch, by the job
  double postgresql_per_second = 0;
  double writes_in_commit = 0;  // of written_per_second, on the average
};
[[nodiscard]] StoreBench bench_store(const BenchOptions& options, base::Random& random, const base::Clock& clock);

// One-time ids of posts that were made then: rows that a dated rule ends. For others' measurements.
void fill_posts(Database& database, std::int64_t count, base::Instant at);

// How often per second `threads` threads get through `work` (given the thread's number and the round), for others'
// measurements.
[[nodiscard]] double rate_of(int threads, std::chrono::milliseconds time,
                             const std::function<void(int, std::int64_t)>& work);

}  // namespace alting::store
