#include "ledger/bench.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "store/testing/temp_database.h"

namespace alting::ledger {
namespace {

TEST(LedgerBench, MeasuresALogThatIsWholeAfterwards) {
  store::testing::TempFolder folder;
  base::SystemRandom random;
  base::SystemClock clock;
  LedgerBenchOptions options{folder.path(), 8, std::chrono::milliseconds(100)};
  if (std::getenv("ALTING_BENCH") != nullptr) options = {folder.path(), 64, std::chrono::milliseconds(3000)};
  const auto result = bench_ledger(options, random, clock);
  fmt::print(
      "with receipt {:.0f}/s ({:.1f} in a commit), the rows alone {:.0f}/s, batched {:.0f}/s, old receipts {:.0f}/s, "
      "verified {:.0f}/s, {:.0f} octets\n",
      result.with_receipt_per_second, result.entries_in_commit, result.rows_per_second, result.batched_per_second,
      result.receipts_per_second, result.verified_per_second, result.receipt_octets);
  EXPECT_GT(result.with_receipt_per_second, 0);
  EXPECT_GT(result.rows_per_second, 0);
}

}  // namespace
}  // namespace alting::ledger
