#include "store/bench.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "store/testing/temp_database.h"

namespace alting::store {

// Prints the figures; ALTING_BENCH_MS sets how long each is measured.
TEST(Bench, every_figure_is_measured) {
  base::SystemRandom random;
  base::SystemClock clock;
  testing::TempFolder folder;
  auto& cluster = testing::PostgresCluster::of_this_process();
  const auto name = cluster.create_database();
  const char* time = std::getenv("ALTING_BENCH_MS");
  const auto bench = bench_store({.folder = folder.path(),
                                  .time = std::chrono::milliseconds(time == nullptr ? 100 : std::atoi(time)),
                                  .postgresql = cluster.where(name)},
                                 random, clock);
  fmt::print(
      "bare {:.0f}/s, written {:.0f}/s ({:.2f} of bare, {:.0f} in a commit), alone {:.0f}/s, sealed {:.0f}/s, sealed "
      "and written {:.0f}/s, "
      "blobs {:.0f}/s, postgresql {:.0f}/s, keys opened {:.0f}/s, wraps made anew {:.0f}/s\n",
      bench.bare_per_second, bench.written_per_second, bench.written_per_second / bench.bare_per_second,
      bench.writes_in_commit, bench.alone_per_second, bench.sealed_per_second, bench.full_per_second,
      bench.blobs_per_second, bench.postgresql_per_second, bench.opened_per_second, bench.rewrapped_per_second);
  for (const auto figure : {bench.bare_per_second, bench.written_per_second, bench.alone_per_second,
                            bench.sealed_per_second, bench.full_per_second, bench.blobs_per_second,
                            bench.postgresql_per_second, bench.opened_per_second, bench.rewrapped_per_second}) {
    EXPECT_GT(figure, 0);
  }
  cluster.drop_database(name);
}

}  // namespace alting::store
