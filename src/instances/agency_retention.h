// Ending the agency's copies of what was sent, by the dated rule of their app folder (forms::DataCatalogue::purged_by,
// counted from when the last of a matter was sent).
//
// A matter goes whole: the notice and its additions. The agency's wraps of the documents are erased, and none of its
// functions finds them any more; where the party has its copy still, the rows stay for the party alone, else they go. The
// party sees it in its activity log. What is held, and what is restricted, stays.
#pragma once
#include <cstdint>

#include "access/access.h"
#include "forms/catalogue.h"
#include "instances/instance.h"
#include "instances/key_erasure.h"
#include "ledger/ledger.h"
#include "store/database.h"
#include "store/holds.h"

namespace alting::instances {

inline constexpr std::string_view rule_of_agency_copy = "instances.agency_copy";

class AgencyRetention {
 public:
  struct Needs {
    store::Database& database;
    ledger::Ledger& ledger;
    access::Decider& decider;
    const forms::AppCatalogue& apps;
    KeyErasure& erasure;
    const base::Clock& clock;
  };
  explicit AgencyRetention(const Needs& needs) : with_(needs) {}

  // The job: some of what has ended. Answers how many matters went.
  [[nodiscard]] std::int64_t end_copies(const store::HoldsNow& holds = {});
  // How many matters would, at that time.
  [[nodiscard]] std::int64_t would_end(store::Tx& tx, base::Instant at) const;
  // Those of them that holds of a party or an item keep.
  [[nodiscard]] std::int64_t would_stay(store::Tx& tx, base::Instant at, const store::Holds& holds) const;

 private:
  struct Due;
  [[nodiscard]] bool end_one(const Due& due, base::Instant before, const store::HoldsNow& holds);
  const Needs with_;
};

}  // namespace alting::instances
