#include "store/job_runner.h"

#include "store/row_reader.h"
#include "store/testing/jobs_fixture.h"

namespace alting::store {
namespace {

using testing::basis;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hour;
using testing::minute;

class Jobs : public testing::JobsFixture {
 protected:
  std::string refusal(std::vector<Job> jobs) {
    try {
      const auto made = runner(std::move(jobs));
      return "";
    } catch (const std::logic_error& error) {
      return error.what();
    }
  }
  bool counted(const std::string& line) {
    metrics.refresh();
    return metrics.text().find(line + "\n") != std::string::npos;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Jobs, testing::engines(), testing::engine_name);

TEST_P(Jobs, are_refused_without_a_legal_basis_or_under_one_name) {
  const auto run = [] { return std::int64_t{0}; };
  EXPECT_THAT(refusal({{"sweep", "", hour, run}}), HasSubstr("'sweep' has no legal basis"));
  EXPECT_THAT(refusal({{"sweep", basis, hour, run}, {"sweep", basis, hour, run}}), HasSubstr("two background jobs"));
  EXPECT_THAT(refusal({{"", basis, hour, run}}), HasSubstr("no code"));
  EXPECT_THAT(refusal({{"sweep", basis, {}, run}}), HasSubstr("no period"));
  EXPECT_THAT(refusal({{"sweep", basis, hour, {}}}), HasSubstr("nothing to run"));
  EXPECT_EQ(refusal({{"sweep", basis, hour, run}}), "");
}

TEST_P(Jobs, run_at_their_own_period_also_after_restarts) {
  int often = 0, seldom = 0;
  const auto start = [&] {
    Job rare = counting(seldom, base::Duration::days(1));
    rare.code = "rare";
    return runner({counting(often), rare}).run_due();
  };
  EXPECT_EQ(start(), 2) << "what has never run is due";
  for (int i = 0; i < 24 * 4; ++i) {  // a start each quarter of an hour, for a day
    clock.advance(base::Duration::minutes(15));
    start();
  }
  EXPECT_EQ(often, 1 + 24);
  EXPECT_EQ(seldom, 1 + 1);
}

TEST_P(Jobs, are_not_left_waiting_for_a_longer_period_of_a_version_before) {
  int runs = 0;
  runner({counting(runs, base::Duration::days(30))}).run_due();
  runner({counting(runs, hour)}).run_due();
  EXPECT_EQ(runs, 1);
  clock.advance(hour);
  runner({counting(runs, hour)}).run_due();
  EXPECT_EQ(runs, 2);
}

TEST_P(Jobs, run_once_though_two_processes_would) {
  int runs = 0, others = 0;
  auto other = runner({counting(others)});
  auto one = runner({{"count", basis, hour, [&] {
                        ++runs;
                        EXPECT_EQ(other.run_due(), 0) << "while it runs";
                        return 0;
                      }}});
  EXPECT_EQ(one.run_due(), 1);
  EXPECT_EQ(other.run_due(), 0) << "after it ran";
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(others, 0);
}

TEST_P(Jobs, stay_with_who_runs_them_however_long_it_takes) {
  int others = 0;
  auto other = runner({counting(others)});
  JobRunner* self = nullptr;
  auto one = runner({{"count", basis, hour, [&] {
                        for (int i = 0; i < 5; ++i) {
                          clock.advance(minute);
                          self->extend_leases();
                          EXPECT_EQ(other.run_due(), 0);
                        }
                        return 0;
                      }}});
  self = &one;
  EXPECT_EQ(one.run_due(), 1);
  EXPECT_EQ(others, 0);
}

TEST_P(Jobs, are_taken_over_from_a_process_that_died) {
  {
    // It dies in the middle: nothing after the run is written any more.
    auto dying = runner({{"count", basis, hour,
                          [&]() -> std::int64_t {
                            clock.advance(base::Duration::seconds(30));
                            return 0;
                          }}},
                        {});
    ASSERT_EQ(dying.run_due(), 1);
    ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
      tx.run("UPDATE job SET lease_holder = 'dead', leased_until = ?, due_at = ?", {clock.now() + minute, clock.now()});
      return {};
    }));
  }
  int runs = 0;
  auto other = runner({counting(runs)});
  EXPECT_EQ(other.run_due(), 0) << "it may live";
  clock.advance(minute);
  EXPECT_EQ(other.run_due(), 1);
}

TEST_P(Jobs, run_once_in_a_process_though_the_lease_is_lost) {
  int runs = 0;
  JobRunner* self = nullptr;
  auto one = runner({{"count", basis, hour, [&] {
                        ++runs;
                        clock.advance(base::Duration::minutes(3));  // nobody extended it
                        EXPECT_EQ(self->run_due(), 0);
                        return 0;
                      }}});
  self = &one;
  EXPECT_EQ(one.run_due(), 1);
  EXPECT_EQ(runs, 1);
}

TEST_P(Jobs, who_lost_its_lease_changes_nothing_of_who_has_it_now) {
  int others = 0;
  auto other = runner({counting(others, hour, 7)});
  auto slept = runner({{"count", basis, hour, [&] {
                          clock.advance(base::Duration::minutes(3));  // the machine slept, and nobody extended
                          EXPECT_EQ(other.run_due(), 1);
                          return 1;
                        }}});
  slept.run_due();
  EXPECT_EQ(row("count").last_count, 7);
}

TEST_P(Jobs, that_fail_are_tried_after_pauses_that_grow_and_stop_no_other) {
  int good = 0;
  std::vector<std::int64_t> tries;  // minutes after the first
  const auto began = clock.now();
  Job fails{"a_failing_one", basis, hour, [&]() -> std::int64_t {
              tries.push_back((clock.now() - began).micros / 60'000'000);
              throw std::runtime_error("not now");
            }};
  auto one = runner({fails, counting(good)});
  for (int i = 0; i <= 240; ++i) {
    one.run_due();
    if (i == 0) {
      EXPECT_EQ(good, 1);
      EXPECT_TRUE(counted("alting_job_runs_total{job=\"a_failing_one\",outcome=\"failed\"} 1"));
      EXPECT_TRUE(counted("alting_job_failures{job=\"a_failing_one\"} 1"));
    }
    clock.advance(minute);
  }
  EXPECT_THAT(tries, ElementsAre(0, 1, 3, 7, 15, 31, 63, 123, 183));
  EXPECT_EQ(good, 5) << "each hour";
  EXPECT_EQ(row("a_failing_one").failures, 9);
}

TEST_P(Jobs, a_failure_is_over_when_it_succeeds) {
  bool fails = true;
  auto one = runner({{"sweep", basis, hour, [&]() -> std::int64_t {
                        if (fails) throw std::runtime_error("not now");
                        return 3;
                      }}});
  one.run_due();
  EXPECT_EQ(row("sweep").failures, 1);
  fails = false;
  clock.advance(minute);
  one.run_due();
  EXPECT_EQ(row("sweep").last_count, 3);
  EXPECT_EQ(row("sweep").failures, 0);
}

TEST_P(Jobs, are_noted_with_what_they_treated_in_the_transaction_that_settles_them) {
  ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
    tx.run("CREATE TABLE note (what TEXT NOT NULL)");
    return {};
  }));
  const auto note = [](const Job& job, std::int64_t count) -> std::function<void(Tx&)> {
    return [what = fmt::format("{} {}", job.code, count)](Tx& tx) {
      tx.run("INSERT INTO note (what) VALUES (?)", {what});
    };
  };
  std::int64_t left = 5;
  auto one = runner({{.code = "in_parts",
                      .legal_basis = basis,
                      .every = hour,
                      .run = [&] { return left > 0 ? (left--, 10) : 0; },
                      .until_none_left = true},
                     {"nothing_to_do", basis, hour, [] { return 0; }}},
                    note);
  EXPECT_EQ(one.run_due(), 2);
  const auto notes = temp.database().read([](Tx& tx) { return tx.query("SELECT what FROM note"); });
  ASSERT_EQ(notes.size(), 1u) << "a run that treated nothing is no entry";
  EXPECT_EQ(read_one<std::string>(notes[0]), "in_parts 50");
  EXPECT_TRUE(counted("alting_job_last_count{job=\"in_parts\"} 50"));
}

TEST_P(Jobs, of_another_program_are_left_alone) {
  int runs = 0;
  Job newer = counting(runs);
  newer.code = "of_a_newer_program";
  runner({newer}).run_due();
  clock.advance(hour);
  EXPECT_EQ(runner({counting(runs)}).run_due(), 1);
  EXPECT_EQ(row("of_a_newer_program").due, clock.now());
}

TEST_P(Jobs, run_on_threads_of_their_own_and_a_stop_cuts_parts_short) {
  std::mutex mutex;
  std::condition_variable changed;
  int parts = 0;
  JobRunner* self = nullptr;
  std::thread stopper;
  JobRunner one(temp.database(), clock, random, metrics,
                {{.code = "without_end",
                  .legal_basis = basis,
                  .every = hour,
                  .run =
                      [&] {
                        const std::lock_guard lock(mutex);
                        if (++parts == 3) stopper = std::thread([&] { self->stop(); });
                        changed.notify_all();
                        return 1;
                      },
                  .until_none_left = true}},
                {}, {.interval = std::chrono::milliseconds(5)});
  self = &one;
  one.start();
  {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::minutes(1), [&] { return parts >= 3; }));
  }
  stopper.join();
  EXPECT_EQ(row("without_end").due, clock.now()) << "what is left is due at the next start";
}

}  // namespace
}  // namespace alting::store
