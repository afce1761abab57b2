// An agency's feed, for those who ask instead of being called: its events by their numbers, 1, 2, 3 ..., each once. One that is
// read to the number N goes on after N, and misses nothing; a number that is not there is hidden, or was given anew.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/access.h"
#include "events/event.h"
#include "store/database.h"
#include "terms/permit.h"

namespace alting::events {

struct FeedQuery {
  std::int64_t after = 0;  // the last number that was read; 0: from the oldest that is kept
  int size = 100;          // 1 to 1,000
  std::optional<terms::AppId> app = {};
  std::optional<terms::PartyId> party = {};
  std::vector<std::string> types = {};  // empty: all
  std::optional<base::Instant> from = {}, to = {};
};

struct FeedPage {
  std::vector<Event> events;
  // Where to go on: the number of the last one looked at, which may be higher than that of the last one in `events`.
  std::int64_t next = 0;
  bool more = false;  // there is more already
};

class Feed {
 public:
  Feed(store::Database& database, access::Decider& decider) : database_(database), decider_(decider) {}
  // What this scope (Decider::agency_scope) may see. `gone` (error.events.forgotten) when what came right after `after`
  // is no longer kept: then something was missed, and it begins anew at 0. `conflict` (error.events.ahead) when the feed
  // has not come so far: it was set back (an older copy of the database), and its numbers are given anew.
  [[nodiscard]] base::Result<FeedPage> read(const terms::Scope& scope, const FeedQuery& query);

 private:
  store::Database& database_;
  access::Decider& decider_;
};

}  // namespace alting::events
