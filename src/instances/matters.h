// What was sent, as its party sees it.
//
// Errors: `not_found` for what was not sent or is another party's, and for a permit of another action; `conflict` when it lies in the other folder already.
#pragma once
#include <vector>

#include "forms/catalogue.h"
#include "instances/submission.h"
#include "instances/summary.h"
#include "ledger/ledger.h"
#include "store/database.h"
#include "store/quota.h"
#include "terms/permit.h"

namespace alting::instances {

class Matters {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    const forms::AppCatalogue& apps;
    store::Quotas quotas;
  };
  explicit Matters(Needs needs) : with_(std::move(needs)) {}

  // The notice or the addition that the permit names, with its notice and all its additions.
  [[nodiscard]] base::Result<Matter> open(const terms::Permit& permit);
  // That one alone.
  [[nodiscard]] base::Result<Submission> open_submission(const terms::Permit& permit);
  // Sent notices of the party that can be added to: what the pick list shows. The last 200; none with a permit for another
  // form.
  [[nodiscard]] std::vector<Summary> earlier(const terms::Permit& permit, const terms::AppId& app);
  // Moves it to the archive, or back from it. The permit: `remove`.
  [[nodiscard]] base::Status archive(const terms::Permit& permit, bool archived, base::Instant received);

 private:
  Needs with_;
};

}  // namespace alting::instances
