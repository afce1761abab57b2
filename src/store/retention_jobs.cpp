#include "store/retention_jobs.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

#include "store/catalogue_rows.h"
#include "store/sqlite.h"

namespace alting::store {
namespace {

constexpr std::int64_t rows_deleted_at_once = 500;  // some milliseconds: a transaction stays under 50
constexpr std::int64_t rows_beside_others = 100;
constexpr auto pause_beside_others = std::chrono::milliseconds(5);
constexpr auto longest = std::chrono::seconds(2);  // a part of the work: a stop waits for it
constexpr std::string_view erasures_table = "erased_key";

// SQLite has one writer. While others write too, what nobody waits for takes little of it at a time, and lets them go first.
class StandingBack {
 public:
  explicit StandingBack(Database& database)
      : sqlite_(dynamic_cast<SqliteDatabase*>(&database)), seen_(sqlite_ == nullptr ? 0 : transactions()) {}
  // How many rows to take now. After a pause, when others have written since the last time.
  [[nodiscard]] std::int64_t rows() {
    if (sqlite_ == nullptr) return rows_deleted_at_once;
    const auto now = transactions();
    const bool beside_others = now - std::exchange(seen_, now) > 1;  // one was this job's
    if (!beside_others) return rows_deleted_at_once;
    std::this_thread::sleep_for(pause_beside_others);
    return rows_beside_others;
  }

 private:
  [[nodiscard]] std::int64_t transactions() const { return sqlite_->counters().transactions; }
  SqliteDatabase* sqlite_;
  std::int64_t seen_;
};

const terms::RetentionRule& rule_of(const Catalogue& catalogue, const terms::Keeping& keeping) {
  return catalogue.rule(keeping.rule);
}

}  // namespace

std::int64_t end_rows(Database& database, const terms::Table& table, const terms::RetentionRule& rule,
                      base::Instant now, const HoldsNow& holds) {
  const auto before = terms::ended_before(rule, now);
  if (!before) return 0;
  const auto stop = std::chrono::steady_clock::now() + longest;
  StandingBack others(database);
  std::int64_t all = 0;
  for (bool more = true; more && std::chrono::steady_clock::now() < stop;) {
    const auto wanted = others.rows();
    const auto some = database
                          .write([&](Tx& tx) -> base::Result<std::int64_t> {
                            const auto held = holds ? holds(tx) : Holds();
                            if (held.whole(rule.id)) return 0;
                            const auto ended = delete_before(tx, table, rule, *before, wanted, held);
                            held.count(tx, rule.id, table.name, ended);
                            return ended;
                          })
                          .value();
    all += some;
    more = some == wanted;
  }
  return all;
}

std::int64_t end_erasures(Vault& vault, const Catalogue& catalogue, base::Instant now) {
  std::int64_t all = 0;
  for (const auto& keeping : catalogue.table(erasures_table).keepings) {
    if (const auto before = terms::ended_before(rule_of(catalogue, keeping), now))
      all += vault.forget_erasures(*before, 20 * rows_deleted_at_once);
  }
  return all;
}

std::vector<Job> retention_jobs(Database& database, Vault& vault, const Catalogue& catalogue, const base::Clock& clock,
                                const HoldsNow& holds) {
  std::vector<Job> jobs;
  const auto now = clock.now();
  for (const auto* table : catalogue.tables()) {
    for (const auto& keeping : table->keepings) {
      if (keeping.acts != terms::Acts::rows) continue;
      const auto& rule = rule_of(catalogue, keeping);
      jobs.push_back({.code = keeping.job,
                      .legal_basis = terms::law_of(rule, now),
                      .every = base::Duration::hours(1),
                      .run = [&database, &clock, table, &rule,
                              holds] { return end_rows(database, *table, rule, clock.now(), holds); },
                      .until_none_left = true,
                      .counts_itself = true});
    }
  }
  const auto& erasures = catalogue.table(erasures_table).keepings.front();
  jobs.push_back({.code = erasures.job,
                  .legal_basis = terms::law_of(rule_of(catalogue, erasures), now),
                  .every = base::Duration::hours(1),
                  .run = [&vault, &catalogue, &clock] { return end_erasures(vault, catalogue, clock.now()); },
                  .until_none_left = true});
  return jobs;
}

void check_jobs_of(const Catalogue& catalogue, std::span<const Job> jobs) {
  for (const auto* table : catalogue.tables()) {
    for (const auto& keeping : table->keepings) {
      if (keeping.job.empty()) continue;
      if (std::ranges::none_of(jobs, [&](const Job& job) { return job.code == keeping.job; }))
        throw std::logic_error(
            fmt::format("the catalogue says that the job {} ends {}, and no room has it", keeping.job, table->name));
    }
  }
}

}  // namespace alting::store
