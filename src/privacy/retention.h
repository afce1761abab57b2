// One engine for how long everything stays: the dated rules of all catalogues (terms/retention.h), what is held back, what
// would go and why, and how much went.
//
// What ends rows are jobs, each told by the catalogue: the store's own for rows that go by age (store/retention_jobs.h), a
// room's where more goes with them. kept() takes them all and gives them back with holds and counts around them; so a
// rule that is held is not run, and what it ends is counted by rule and month: in the transaction that ends it, where the
// job ends rows (store::Holds::count), so that a kill loses none. They run in small pieces on threads of their own, never
// in a request's way (store/job_runner.h), and by hand: `alting retention run`. Once a day, and after each run by hand,
// an entry of the log says what went since the entry before.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/job.h"
#include "terms/mode.h"

namespace alting::privacy {

struct NewHold {
  std::string rule = {};                     // "": every rule but those of the log
  std::optional<terms::PartyId> party = {};  // nothing: of whoever it is
  std::string item = {};                     // the id of a form or message of the party; "": all it has
  std::string reason = {};                   // why, for who looks later: no personal data
  std::string owner = {};                    // who answers for it
  base::Instant until = {};                  // lapses then, unless it is renewed
};
struct RetentionHold : NewHold {
  std::string id = {};
  base::Instant placed_at = {};
  std::optional<base::Instant> renewed_at = {}, lifted_at = {};
};
inline constexpr base::Duration longest_hold = base::Duration::days(366);  // from now on; it can be renewed
inline constexpr std::int64_t most_holds = 500;                            // in force at once

// What one rule would end in one table.
struct PlannedEnd {
  std::string rule = {}, table = {}, law = {}, why = {};
  bool counted = false;  // whether the numbers below were counted; false where only the room that ends it can tell
  std::string job = {};  // what ends it
  std::optional<base::Instant> before = {};    // what began before this goes; nothing where no time decides it
  std::int64_t now = 0;                        // rows that go at once
  std::int64_t held = 0;                       // that would, but are held
  std::int64_t in_7_days = 0, in_30_days = 0;  // more, until then, of what is not held at that time
};
struct RetentionPlan {
  base::Instant at;
  std::vector<PlannedEnd> ends = {};  // of each table that a job ends by each of its rules
  std::int64_t holds = 0;
};

struct EndedByRule {
  std::string rule;
  std::int64_t ended = 0;
};
struct RetentionRun {
  base::Instant at;
  std::vector<EndedByRule> ended = {};   // what ended something, in the order of the rules
  std::vector<std::string> failed = {};  // codes of jobs that could not be run to their end
  std::int64_t holds = 0;
};

// The text that says to people what a rule is of: by its room, "retention.of.login" of "login.session".
[[nodiscard]] std::string text_of_rule(std::string_view rule);

// "1 204 slettet i oktober": of one rule in one month.
struct RetentionCount {
  std::string month;  // "2026-10"
  std::string rule, table;
  std::int64_t ended = 0;
};

// What a room counts for the plan where no column says when its rows go.
struct RoomPlan {
  std::string_view rule, table;
  std::function<std::int64_t(store::Tx& tx, base::Instant at)> count;  // rows that would go at that time
  // Those of them that holds of a party or an item keep; none where the room alone can tell.
  std::function<std::int64_t(store::Tx& tx, base::Instant at, const store::Holds& holds)> held = {};
};

class Retention {
 public:
  struct Needs {
    store::Database& database;
    ledger::Ledger& ledger;
    parties::Parties& parties;
    const store::Catalogue& catalogue;
    const base::Clock& clock;
    base::Random& random;
    std::vector<RoomPlan> plans = {};
  };
  explicit Retention(Needs needs) : with_(std::move(needs)) {}

  // `invalid` (error.retention.hold) with what is wrong in the detail: an unknown rule or party, an end that is past or
  // farther away than longest_hold, an empty reason or owner, or most_holds. Answers its id.
  [[nodiscard]] base::Result<std::string> place(const NewHold& hold, base::Instant at);
  // From now until then. `not_found` (error.retention.no_hold) for one that has ended or never was.
  [[nodiscard]] base::Status renew(std::string_view id, base::Instant until, base::Instant at);
  [[nodiscard]] base::Status lift(std::string_view id, base::Instant at);
  [[nodiscard]] std::vector<RetentionHold> holds(base::Instant at);  // in force
  // Of holds and restrictions, for what ends rows.
  [[nodiscard]] store::HoldsNow holds_now();

  // What would go at that time. Changes nothing.
  [[nodiscard]] RetentionPlan plan(base::Instant at);
  // The jobs of all rooms, with holds and counts around those that the catalogue names.
  [[nodiscard]] std::vector<store::Job> kept(std::vector<store::Job> of_rooms);
  // Runs those that the catalogue names to their end, on the caller's thread, and writes an entry. `jobs` are kept().
  // `goes_on` is asked between two pieces; false ends the run there, and the next one goes on.
  [[nodiscard]] RetentionRun run(const std::vector<store::Job>& jobs, const std::function<bool()>& goes_on = {});
  // An entry of what went since the last one, by rule, also of runs that were killed; none when nothing did. Answers of
  // how many rules.
  std::int64_t note() { return write_down(false); }

  // What went, the newest month first: public.
  [[nodiscard]] std::vector<RetentionCount> counted();

 private:
  struct Keeps {
    const terms::Table* table;
    const terms::Keeping* keeping;
  };
  [[nodiscard]] std::vector<Keeps> keepings() const;
  [[nodiscard]] std::vector<Keeps> of_job(std::string_view code) const;
  [[nodiscard]] bool is_rule(std::string_view id) const;
  [[nodiscard]] store::Holds in_force(store::Tx& tx, base::Instant at) const;
  [[nodiscard]] bool is_held(std::string_view code);  // whether a job ends by a rule that is held whole
  void add_count(store::Tx& tx, std::string_view rule, std::string_view table, std::int64_t ended) const;
  void count(std::string_view code, std::int64_t ended);
  std::int64_t write_down(bool also_nothing);
  [[nodiscard]] ledger::NewEntry entry_of(const RetentionHold& hold, std::string_view change, base::Instant at);
  [[nodiscard]] std::optional<RetentionHold> find(std::string_view id, base::Instant at);
  struct Moment {
    base::Instant at;
    store::Holds holds;  // in force then
  };
  // `moments`: the plan's own, a week and a month later.
  [[nodiscard]] PlannedEnd planned(const Keeps& keeps, const terms::RetentionRule& rule,
                                   const std::vector<Moment>& moments);
  Needs with_;
};

}  // namespace alting::privacy
