// Deleting what was sent, and bringing it back.
//
// A matter goes whole: the notice with all its additions, whichever of them is named, since together they say one thing. Of
// a person it is gone at once and for good; what a business deletes lies under Deleted until the rule says
// (kept_deleted.h), and can be brought back until then. The agency's copy stays: when the party's is gone, so is the row
// of the instance with its words, the party's wraps of the documents are erased, and the rows of the submission and its
// files are the agency's alone; where the agency's has ended before, they go too.
//
// Errors: `not_found` for what was not sent or is another party's, and for a permit of another action; `conflict` while a
// draft adds to it (error.deleting.addition), while the agency has not got the keys of an addition that was sent right then
// (error.deleting.on_its_way), while one of the matter is held and would go for good (error.deleting.held), and when it is in
// another state.
#pragma once
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "instances/instance.h"
#include "instances/kept_deleted.h"
#include "instances/key_erasure.h"
#include "instances/key_sharing.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/quota.h"
#include "terms/permit.h"

namespace alting::instances {

class Deleting {
 public:
  struct Needs {
    store::Database& database;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    KeyErasure& erasure;
    KeySharing& sharing;
    const base::Clock& clock;
    store::Quotas quotas = {};
    HeldUntil held = {};
  };
  explicit Deleting(Needs needs) : with_(std::move(needs)) {}

  enum class How : std::uint8_t {
    as_usual,  // of a person for good; of a business to Deleted, where one that lies there stays as it is
    for_good,  // of a business too: only what lies under Deleted
  };
  // Permits: `remove`. The same post again is no error. Of a job: for good, whosever it is, and what is gone is no error.
  [[nodiscard]] base::Status remove(const terms::Permit& permit, base::Instant received, std::string_view post_id,
                                    How how = How::as_usual);
  // Out of Deleted, to what was sent. Permits: `remove`. What does not lie there is no error; with the id of a post
  // (form_brought_back) that can be asked for by store::was_done.
  [[nodiscard]] base::Status bring_back(const terms::Permit& permit, base::Instant received,
                                        std::string_view post_id = {});
  // The job: what was deleted long enough ago and is not held. Answers how many matters went.
  [[nodiscard]] std::int64_t end_deleted(const store::HoldsNow& holds = {});

 private:
  using InstanceIds = std::set<terms::InstanceId>;
  [[nodiscard]] base::Result<InstanceIds> share_first(const Location& of);
  [[nodiscard]] base::Result<bool> end_one(const Location& notice, base::Instant before, const store::HoldsNow& holds);
  Needs with_;
};

}  // namespace alting::instances
