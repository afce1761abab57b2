#include "store/job_runner.h"

#include "base/log.h"
#include "base/uuid.h"
#include "store/clock_error.h"
#include "store/row_reader.h"

namespace alting::store {
namespace {

constexpr auto shortest_period = base::Duration::seconds(1);
constexpr auto first_pause = base::Duration::minutes(1), longest_pause = base::Duration::hours(1);
constexpr std::int64_t max_doublings = 10;

base::Duration pause_after(std::int64_t failures, base::Duration every) {
  const base::Duration pause{first_pause.micros << std::min(failures - 1, max_doublings)};
  return std::min({pause, longest_pause, every});
}

void check(const std::vector<Job>& jobs) {
  std::set<std::string_view> codes;
  for (const auto& job : jobs) {
    if (job.code.empty()) throw std::logic_error("a background job has no code");
    if (job.legal_basis.empty())
      throw std::logic_error(fmt::format("the background job '{}' has no legal basis", job.code));
    if (job.every < shortest_period || !job.run)
      throw std::logic_error(fmt::format("the background job '{}' has no period, or nothing to run", job.code));
    if (!codes.insert(job.code).second)
      throw std::logic_error(fmt::format("two background jobs are called '{}'", job.code));
  }
}

}  // namespace

JobRunner::JobRunner(Database& database, const base::Clock& clock, base::Random& random, base::Metrics& metrics,
                     std::vector<Job> jobs, Note note, Options options)
    : database_(database),
      clock_(clock),
      metrics_(metrics),
      jobs_(std::move(jobs)),
      note_(std::move(note)),
      options_(options),
      holder_(base::Uuid::v7(random, clock.now()).text()) {
  check(jobs_);
  count_jobs();
}

const Job* JobRunner::find(std::string_view code) const {
  const auto found = std::ranges::find(jobs_, code, &Job::code);
  return found == jobs_.end() ? nullptr : &*found;
}

// A job that is new here is due at once. One whose period was made shorter is not left waiting for the old one.
void JobRunner::make_rows() {
  if (rows_made_) return;
  const auto made = database_.write([&](Tx& tx) -> base::Status {
    const auto now = clock_.now();
    for (const auto& job : jobs_) {
      tx.run(
          "INSERT INTO job (code, due_at, last_count, failures, lease_holder, leased_until) VALUES (?, ?, 0, 0, '', 0) "
          "ON CONFLICT DO NOTHING",
          {job.code, now});
      tx.run("UPDATE job SET due_at = ? WHERE code = ? AND due_at > ?", {now + job.every, job.code, now + job.every});
    }
    return {};
  });
  rows_made_ = made.has_value();
}

// When it is due and nobody's.
base::Instant JobRunner::ready_at(const Job& job, const Times& times, base::Instant now) const {
  const auto believed = [&](base::Instant at, base::Duration longest) {
    return at > now + longest + clock_error ? now : at;
  };
  return std::max(believed(times.due, job.every), believed(times.leased_until, options_.lease));
}

std::vector<const Job*> JobRunner::due() {
  make_rows();
  return database_.read([&](Tx& tx) {
    std::vector<const Job*> found;
    const auto now = clock_.now();
    for (const auto& row :
         tx.query("SELECT code, due_at, leased_until FROM job ORDER BY due_at, COALESCE(last_started_at, 0), code")) {
      const auto [code, due, leased_until] = read_row<std::string, base::Instant, base::Instant>(row);
      const auto* job = find(code);  // another may be a newer program's
      if (job != nullptr && ready_at(*job, {due, leased_until}, now) <= now) found.push_back(job);
    }
    return found;
  });
}

std::chrono::milliseconds JobRunner::until_next() {
  const auto rows = database_.read([](Tx& tx) { return tx.query("SELECT code, due_at, leased_until FROM job"); });
  const auto now = clock_.now();
  auto left = options_.interval;
  for (const auto& row : rows) {
    const auto [code, due, leased_until] = read_row<std::string, base::Instant, base::Instant>(row);
    const auto* job = find(code);
    if (job == nullptr || is_in_hand(job->code)) continue;
    left = std::min(left, std::chrono::milliseconds((ready_at(*job, {due, leased_until}, now) - now).micros / 1'000));
  }
  return std::max(left, std::min(options_.interval, std::chrono::milliseconds(500)));
}

bool JobRunner::take(const Job& job) {
  const auto taken = database_.write([&](Tx& tx) -> base::Result<bool> {
    const auto now = clock_.now();
    const auto row = tx.query_one("SELECT due_at, leased_until FROM job WHERE code = ? {skip_locked}", {job.code});
    if (!row) return false;
    const auto [due, leased_until] = read_row<base::Instant, base::Instant>(*row);
    if (ready_at(job, {due, leased_until}, now) > now) return false;
    tx.run("UPDATE job SET lease_holder = ?, leased_until = ?, last_started_at = ? WHERE code = ?",
           {holder_, now + options_.lease, now, job.code});
    return true;
  });
  return taken && *taken;
}

// Not of all that this runner's name stands at: what could not be settled, or was taken without an answer, is nobody's.
void JobRunner::extend_leases() {
  std::set<std::string_view> codes;
  {
    const std::lock_guard lock(mutex_);
    codes = in_hand_;
  }
  if (codes.empty()) return;
  const auto until = clock_.now() + options_.lease;
  const auto extended = database_.write([&](Tx& tx) -> base::Status {
    for (const auto code : codes)
      tx.run("UPDATE job SET leased_until = ? WHERE code = ? AND lease_holder = ?", {until, code, holder_});
    return {};
  });
  if (!extended) throw DatabaseError("leases of jobs were not extended");
}

bool JobRunner::is_in_hand(std::string_view code) {
  const std::lock_guard lock(mutex_);
  return in_hand_.contains(code);
}

JobRunner::Outcome JobRunner::carry_out(const Job& job) {
  Outcome outcome;
  try {
    auto turn_began = std::chrono::steady_clock::now();
    for (;;) {
      const auto some = job.run();
      outcome.count += some;
      if (!job.until_none_left || some <= 0) break;
      bool others_wait = false;
      if (const auto now = std::chrono::steady_clock::now(); now - turn_began >= options_.turn) {
        others_wait = std::ranges::any_of(due(), [&](const Job* one) { return !is_in_hand(one->code); });
        turn_began = now;
      }
      if (workers_.stopping() || others_wait) {
        outcome.cut_short = true;
        break;
      }
    }
  } catch (const std::exception& error) {
    outcome.failed = true;
    base::log(base::LogLevel::error, "job.failed", {{"job", job.code}, {"what", std::string_view(error.what())}});
  } catch (...) {
    outcome.failed = true;
    base::log(base::LogLevel::error, "job.failed", {{"job", job.code}});
  }
  return outcome;
}

// What was done before a failure stands in the log too. A note that cannot be made does not make the job run again.
std::function<void(Tx&)> JobRunner::note_of(const Job& job, const Outcome& outcome) const {
  if (outcome.count <= 0 || !note_) return {};
  try {
    return note_(job, outcome.count);
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "job.not_noted", {{"job", job.code}, {"what", std::string_view(error.what())}});
    return {};
  }
}

void JobRunner::settle(const Job& job, const Outcome& outcome, base::Instant started) {
  const auto note = note_of(job, outcome);
  const auto settled = database_.write([&](Tx& tx) -> base::Result<bool> {
    const auto now = clock_.now();
    if (note) note(tx);
    const auto row =
        tx.query_one("SELECT failures FROM job WHERE code = ? AND lease_holder = ? {lock}", {job.code, holder_});
    if (!row) return false;
    const auto failures = outcome.failed ? read_one<std::int64_t>(*row) + 1 : 0;
    const auto due = outcome.failed      ? now + pause_after(failures, job.every)
                     : outcome.cut_short ? now
                                         : started + job.every;
    tx.run(
        "UPDATE job SET due_at = ?, last_ended_at = ?, last_count = ?, failures = ?, lease_holder = '', leased_until = "
        "0 WHERE code = ?",
        {due, now, outcome.count, failures, job.code});
    return true;
  });
  if (!settled || !*settled) base::log(base::LogLevel::warning, "job.lease_lost", {{"job", job.code}});
}

// A job that a thread of this runner works at, until the end of the block.
class JobRunner::InHand {
 public:
  InHand(JobRunner& runner, std::string_view code) : runner_(runner), code_(code) {
    const std::lock_guard lock(runner_.mutex_);
    taken_ = runner_.in_hand_.insert(code_).second;
  }
  ~InHand() {
    const std::lock_guard lock(runner_.mutex_);
    if (taken_) runner_.in_hand_.erase(code_);
  }
  InHand(const InHand&) = delete;
  InHand& operator=(const InHand&) = delete;
  [[nodiscard]] bool taken() const { return taken_; }

 private:
  JobRunner& runner_;
  const std::string_view code_;
  bool taken_ = false;
};

bool JobRunner::run(const Job& job) {
  const InHand in_hand(*this, job.code);
  if (!in_hand.taken()) return false;
  const auto started = clock_.now();
  if (!take(job)) return false;
  const auto outcome = carry_out(job);
  metrics_
      .counter("alting_job_runs_total", "Runs of background jobs by this process.",
               {{"job", std::string(job.code)}, {"outcome", outcome.failed ? "failed" : "done"}})
      .add();
  try {
    settle(job, outcome, started);
  } catch (const std::exception& error) {  // it runs again when the lease has ended
    base::log(base::LogLevel::error, "job.not_settled", {{"job", job.code}, {"what", std::string_view(error.what())}});
  }
  return true;
}

int JobRunner::run_due() {
  int ran = 0;
  for (const auto* job : due()) {
    if (workers_.stopping()) break;
    ran += run(*job) ? 1 : 0;
  }
  return ran;
}

void JobRunner::start() {
  constexpr auto fault = "job.database";
  const std::chrono::milliseconds third(options_.lease.micros / 3'000);
  workers_.repeat(fault, third, [this, third] {  // before the others: it begins with nothing in hand
    extend_leases();
    return third;
  });
  for (int i = 0; i < options_.workers; ++i) {
    workers_.repeat(fault, options_.interval, [this] {
      run_due();
      return until_next();
    });
  }
}

void JobRunner::count_jobs() {
  std::set<std::string, std::less<>> known;
  for (const auto& job : jobs_) known.emplace(job.code);
  metrics_.refresh_with("jobs", [known, &database = database_, &clock = clock_, &metrics = metrics_] {
    const auto now = clock.now();
    const auto rows = database.read([](Tx& tx) {
      return tx.query("SELECT code, due_at, last_ended_at, last_count, failures FROM job ORDER BY code");
    });
    for (const auto& row : rows) {
      const auto [code, due, last_ended, last_count, failures] =
          read_row<std::string, base::Instant, std::optional<base::Instant>, std::int64_t, std::int64_t>(row);
      if (!known.contains(code)) continue;
      const base::Labels labels{{"job", code}};
      const auto late = std::max<std::int64_t>(0, (now - due).micros / 1'000'000);
      metrics.gauge("alting_job_late_seconds", "How long the job has been due.", labels).set(late);
      if (last_ended)
        metrics.gauge("alting_job_last_end_seconds", "When the job ended last, in any process (Unix time).", labels)
            .set(last_ended->micros / 1'000'000);
      metrics.gauge("alting_job_last_count", "How many the job's last run treated.", labels).set(last_count);
      metrics.gauge("alting_job_failures", "How often in a row the job has failed.", labels).set(failures);
    }
  });
}

}  // namespace alting::store
