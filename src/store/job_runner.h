// Runs the background jobs (job.h) of all processes on a database.
//
// The table `job` holds when each is due, so that a job keeps its period whatever restarts, and who runs it: a runner
// takes a job by a lease that it makes longer while the job runs, and of several one gets it. One that dies leaves the
// job due, to whoever comes when the lease has ended; so does one that cannot write what a run came to. A time farther
// ahead than anything writes one was written by a clock that was wrong, and counts as past.
//
// A job that throws is counted, logged, and tried again after a minute, then two, four and so on, at most an hour and
// never later than its next time; the others go on beside it. A long one that has parts gives its worker away when
// others wait, and comes back behind them.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/random.h"
#include "base/workers.h"
#include "store/database.h"
#include "store/job.h"

namespace alting::store {

class JobRunner {
 public:
  struct Options {
    int workers = 2;  // so that a long job does not keep a short one waiting
    base::Duration lease = base::Duration::minutes(2);
    std::chrono::milliseconds interval{5'000};  // at most, between looks at what is due
    std::chrono::milliseconds turn{30'000};     // after which a job with parts looks whether others wait
  };
  // Asked after a run, outside of any transaction, for what to write in the one that settles it: the entry in the log.
  // May answer with nothing.
  using Note = std::function<std::function<void(Tx&)>(const Job& job, std::int64_t count)>;

  // std::logic_error for a job without a code, a legal basis, a period of a second or more or something to run, and for
  // two of one code.
  JobRunner(Database& database, const base::Clock& clock, base::Random& random, base::Metrics& metrics,
            std::vector<Job> jobs, Note note)
      : JobRunner(database, clock, random, metrics, std::move(jobs), std::move(note), Options()) {}
  JobRunner(Database& database, const base::Clock& clock, base::Random& random, base::Metrics& metrics,
            std::vector<Job> jobs, Note note, Options options);
  ~JobRunner() { stop(); }

  void start();
  void stop() { workers_.stop(); }  // begins nothing more, and waits for what runs to end (job.h: seconds)
  // For tests and commands, on the caller's thread: runs each job that is due and nobody's, once. Answers how many ran.
  int run_due();
  // Of the jobs this runner has in hand. start() does it every third of a lease.
  void extend_leases();
  // For tests: how long until there is something to run here, of what nobody has in hand; between half a second and the
  // interval.
  [[nodiscard]] std::chrono::milliseconds until_next();

 private:
  class InHand;
  struct Outcome {
    std::int64_t count = 0;
    bool failed = false;
    bool cut_short = false;  // stopped with work left
  };
  struct Times {  // of a job's row
    base::Instant due, leased_until;
  };
  void make_rows();
  [[nodiscard]] const Job* find(std::string_view code) const;
  [[nodiscard]] base::Instant ready_at(const Job& job, const Times& times, base::Instant now) const;
  [[nodiscard]] std::vector<const Job*> due();
  [[nodiscard]] bool take(const Job& job);
  [[nodiscard]] bool is_in_hand(std::string_view code);
  [[nodiscard]] Outcome carry_out(const Job& job);
  void settle(const Job& job, const Outcome& outcome, base::Instant started);
  [[nodiscard]] std::function<void(Tx&)> note_of(const Job& job, const Outcome& outcome) const;
  [[nodiscard]] bool run(const Job& job);
  void count_jobs();

  Database& database_;
  const base::Clock& clock_;
  base::Metrics& metrics_;
  const std::vector<Job> jobs_;
  const Note note_;
  const Options options_;
  const std::string holder_;  // of leases: this runner, and no other
  std::atomic<bool> rows_made_ = false;
  std::mutex mutex_;
  std::set<std::string_view> in_hand_;  // of mutex_: a lost lease lets no job run twice in one process
  base::Workers workers_;
};

}  // namespace alting::store
