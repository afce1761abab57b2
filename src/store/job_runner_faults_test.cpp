// Jobs when things go wrong around them: writes that fail, clocks that were wrong, and long ones that others wait for.
#include "store/testing/jobs_fixture.h"

namespace alting::store {
namespace {

using testing::basis;
using ::testing::ElementsAre;
using testing::hour;
using testing::minute;

// A database whose next write fails, when it is told so.
class FailingDatabase final : public Database {
 public:
  enum class Next : std::uint8_t { good, undone, without_answer };  // without_answer: committed, and nobody knows
  explicit FailingDatabase(Database& inner) : inner_(inner) {}
  [[nodiscard]] Engine engine() const override { return inner_.engine(); }
  void set_participant(CommitParticipant* participant) override { inner_.set_participant(participant); }
  std::atomic<Next> next = Next::good;

 protected:
  void read_erased(const std::function<void(Tx&)>& work) override {
    inner_.read([&](Tx& tx) { work(tx); });
  }
  void write_erased(const std::function<bool(Tx&)>& work) override {
    const auto how = next.exchange(Next::good);
    (void)inner_.write([&](Tx& tx) -> base::Status {
      if (work(tx) && how != Next::undone) return {};
      return base::make_error(base::ErrorKind::conflict, "error.test");
    });
    if (how != Next::good) throw DatabaseError("the connection was cut");
  }

 private:
  Database& inner_;
};

class JobFaults : public testing::JobsFixture {
 protected:
  // Looks each minute, and extends leases, as a runner with threads does. Answers after how many something ran.
  int minutes_until_run(JobRunner& runner) {
    for (int minutes = 0; minutes < 180; ++minutes) {
      if (runner.run_due() > 0) return minutes;
      clock.advance(minute);
      runner.extend_leases();
    }
    return -1;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, JobFaults, testing::engines(), testing::engine_name);

TEST_P(JobFaults, one_that_could_not_be_settled_runs_again_when_its_lease_ends) {
  FailingDatabase database(temp.database());
  int runs = 0, others = 0;
  Job other = counting(others);
  other.code = "other";
  JobRunner one(database, clock, random, metrics,
                {{"count", basis, hour,
                  [&] {
                    if (++runs == 1) database.next = FailingDatabase::Next::undone;
                    return 0;
                  }},
                 other},
                {});
  EXPECT_EQ(one.run_due(), 2);
  EXPECT_EQ(others, 1) << "the others go on";
  EXPECT_EQ(minutes_until_run(one), 2);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(others, 1);
  EXPECT_EQ(minutes_until_run(one), 58) << "the other's hour";
}

TEST_P(JobFaults, one_whose_note_failed_runs_again_when_its_lease_ends) {
  int runs = 0, notes = 0;
  auto one = runner({counting(runs, hour, 3)}, [&](const Job&, std::int64_t) {
    return [&](Tx&) {
      if (++notes == 1) throw std::runtime_error("no entry");
    };
  });
  EXPECT_EQ(one.run_due(), 1);
  EXPECT_EQ(minutes_until_run(one), 2);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(notes, 2);
  EXPECT_EQ(row("count").last_count, 3);
}

TEST_P(JobFaults, one_that_was_taken_without_an_answer_runs_when_the_lease_ends) {
  FailingDatabase database(temp.database());
  int runs = 0;
  JobRunner one(database, clock, random, metrics, {counting(runs)}, {});
  one.run_due();
  clock.advance(hour);
  database.next = FailingDatabase::Next::without_answer;
  EXPECT_THROW(one.run_due(), DatabaseError);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(minutes_until_run(one), 2);
  EXPECT_EQ(runs, 2);
}

TEST_P(JobFaults, a_long_one_lets_those_that_wait_go_first_and_comes_back) {
  std::vector<std::string> order;
  const auto in_parts = [&](std::string_view code, int parts) {
    return Job{.code = code,
               .legal_basis = basis,
               .every = hour,
               .run = [&order, code, left = parts]() mutable -> std::int64_t {
                 if (left == 0) return 0;
                 order.emplace_back(code);
                 return left--;
               },
               .until_none_left = true};
  };
  const Job brief{"c_brief", basis, hour, [&] {
                    order.emplace_back("c_brief");
                    return 0;
                  }};
  JobRunner one(temp.database(), clock, random, metrics, {in_parts("a_long", 3), in_parts("b_long", 3), brief}, {},
                {.turn = std::chrono::milliseconds(0)});
  for (int i = 0; i < 5; ++i) {
    one.run_due();
    clock.advance(base::Duration::seconds(1));
  }
  EXPECT_THAT(order, ElementsAre("a_long", "b_long", "c_brief", "a_long", "b_long", "a_long", "b_long"));
  EXPECT_EQ(row("a_long").failures, 0) << "no failure";
}

TEST_P(JobFaults, a_long_one_that_nobody_waits_for_is_not_cut_up) {
  std::int64_t left = 3;
  JobRunner one(temp.database(), clock, random, metrics,
                {{.code = "long",
                  .legal_basis = basis,
                  .every = hour,
                  .run = [&] { return left > 0 ? left-- : 0; },
                  .until_none_left = true}},
                {}, {.turn = std::chrono::milliseconds(0)});
  EXPECT_EQ(one.run_due(), 1);
  EXPECT_EQ(left, 0);
  EXPECT_EQ(row("long").last_count, 3 + 2 + 1);
}

TEST_P(JobFaults, a_clock_that_was_wrong_leaves_none_standing) {
  int runs = 0;
  auto one = runner({counting(runs)});
  const auto right = clock.now();
  clock.advance(base::Duration::days(1));
  EXPECT_EQ(one.run_due(), 1);
  clock.set(right);
  EXPECT_EQ(one.run_due(), 1) << "it is due in a day and an hour, which nothing writes";
  EXPECT_EQ(one.run_due(), 0);
  clock.advance(base::Duration::minutes(-5));  // as another process may see it
  EXPECT_EQ(one.run_due(), 0);
}

TEST_P(JobFaults, a_lease_by_a_clock_that_was_wrong_is_no_lease) {
  int runs = 0;
  auto one = runner({counting(runs)});
  one.run_due();
  ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
    tx.run("UPDATE job SET lease_holder = 'dead', leased_until = ?, due_at = ?",
           {clock.now() + base::Duration::days(1), clock.now()});
    return {};
  }));
  EXPECT_EQ(one.run_due(), 1);
  EXPECT_EQ(runs, 2);
}

TEST_P(JobFaults, who_has_nothing_to_run_does_not_ask_all_the_time) {
  using std::chrono::milliseconds;
  int runs = 0;
  Job newer = counting(runs);
  newer.code = "of_a_newer_program";
  JobRunner* self = nullptr;
  milliseconds meanwhile{0};
  auto one = runner({{"long", basis, base::Duration::seconds(2), [&] {
                        meanwhile = self->until_next();
                        return 0;
                      }}});
  self = &one;
  runner({newer}).run_due();
  clock.advance(base::Duration::hours(2));  // the newer one's is due, and is nothing to this program
  one.run_due();
  EXPECT_EQ(meanwhile, milliseconds(5'000)) << "what is in hand is not to be run";
  EXPECT_EQ(one.until_next(), milliseconds(2'000));
  clock.advance(minute);
  EXPECT_EQ(one.until_next(), milliseconds(500));
  ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
    tx.run("UPDATE job SET lease_holder = 'another', leased_until = ?", {clock.now() + minute});
    return {};
  }));
  EXPECT_EQ(one.until_next(), milliseconds(5'000)) << "another runs it";
}

}  // namespace
}  // namespace alting::store
