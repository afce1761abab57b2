// A database with the table of background jobs, and jobs that count, for the tests of running them.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/job_runner.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/row_reader.h"
#include "store/testing/temp_database.h"

namespace alting::store::testing {

inline constexpr auto basis = "personvernforordningen art. 5 nr. 1 bokstav e";
inline constexpr auto hour = base::Duration::hours(1), minute = base::Duration::minutes(1);

class JobsFixture : public ::testing::TestWithParam<Engine> {
 protected:
  JobsFixture() : temp(GetParam()) { migrate(temp.database(), clock, {migrations()}); }

  JobRunner runner(std::vector<Job> jobs, JobRunner::Note note = {}) {
    return {temp.database(), clock, random, metrics, std::move(jobs), std::move(note)};
  }
  // Counts its runs, and treats so many in each.
  static Job counting(int& runs, base::Duration every = hour, std::int64_t treats = 0) {
    return {"count", basis, every, [&runs, treats] {
              ++runs;
              return treats;
            }};
  }
  struct JobRow {
    base::Instant due;
    std::int64_t last_count, failures;
  };
  JobRow row(std::string_view code) {
    const auto found = temp.database().read(
        [&](Tx& tx) { return tx.query_one("SELECT due_at, last_count, failures FROM job WHERE code = ?", {code}); });
    RowReader from(found.value());
    return {from.next<base::Instant>(), from.next<std::int64_t>(), from.next<std::int64_t>()};
  }

  base::SystemRandom random;
  base::ManualClock clock{{1'000'000'000'000}};
  TempDatabase temp;
  base::Metrics metrics;
};

}  // namespace alting::store::testing
