// The lanes of the end points: each subscription is one, with a place in its agency's feed and a lease. Who has the lane
// sends what is due there, and no other does, in any process; a lane that is slow or down holds up itself alone.
//
// A claim notes what it takes before anything is sent, and a settlement what came of it. So a process that dies anywhere
// leaves the events waiting, and who has the lane after the lease sends them, perhaps again: at least once.
#pragma once
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "access/access.h"
#include "events/lane_verdict.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"

namespace alting::events {

class Lanes {
 public:
  struct Needs {
    store::Database& database;
    access::Decider& decider;
    ledger::Ledger& ledger;
    parties::Parties& parties;
    base::Random& random;
    const base::Clock& clock;
    std::string public_url;
  };
  struct Options {
    base::Duration lease = base::Duration::minutes(1);  // a claim is sent in half of it
    std::int64_t at_once = 80;     // events in one claim, of a lane that goes well; one of a lane that does not
    std::int64_t looked_at = 400;  // events of the feed in one claim, wanted or not
  };
  explicit Lanes(Needs needs) : Lanes(std::move(needs), Options()) {}
  Lanes(Needs needs, Options options) : with_(std::move(needs)), options_(options) {}

  struct Due {
    std::int64_t id;
    bool troubled;  // it was slow last, or failed; or nobody knows yet how it is
  };
  // Which have something to do and are nobody's now, those that wait longest first. Reads.
  [[nodiscard]] std::vector<Due> due();
  // Nothing when it is another's by now, or when there was nothing that it wants.
  [[nodiscard]] std::optional<Taken> claim(std::int64_t id);
  // Whether the lane is this claim's still, asked right before each event is sent: its owner may have ended it, and who
  // was held up so long that the lease is over has it no more.
  [[nodiscard]] bool holds(const Taken& taken);
  // Writes down what came of it, and lets the lane go.
  void settle(const Taken& taken, const Came& came);

 private:
  [[nodiscard]] std::optional<Subscription> find(std::int64_t id);
  void withhold(std::int64_t id);
  void take_waiting(store::Tx& tx, Taken& taken, std::int64_t room, base::Instant now) const;
  [[nodiscard]] std::int64_t take_new(store::Tx& tx, const terms::Scope& scope, Taken& taken, std::int64_t room,
                                      std::int64_t position, base::Instant now) const;
  [[nodiscard]] std::optional<ledger::NewEntry> entry_of(const Taken& taken, const Verdict& verdict) const;
  [[nodiscard]] Event event_of(const Taken& taken, base::Instant now) const;
  static void settle_one(store::Tx& tx, const Taken& taken, const Answered& answered);

  Needs with_;
  Options options_;
  // Senders are many and wait for others; so many of them at once use the database.
  std::counting_semaphore<4> database_turns_{4};
};

}  // namespace alting::events
