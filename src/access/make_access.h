// The room put together: one decider and the use cases of delegation and of requests over the same facts in memory.
#pragma once
#include <memory>

#include "access/access.h"
#include "access/certificates.h"
#include "access/requests.h"
#include "access/restrictions.h"
#include "access/settings.h"
#include "parties/registry.h"
#include "store/quota.h"

namespace alting::access {

// The form that this one is an addition to, itself when it is none: what is restricted is a form with its additions.
using MatterOf = std::function<terms::InstanceId(store::Tx&, terms::PartyId, const terms::InstanceId&)>;

// None is owned; all outlive it.
struct AccessParts {
  store::Database& database;
  parties::Registry& parties;
  ledger::Ledger& ledger;
  const base::Clock& clock;
  base::Random& random;
  store::Quotas quotas = {};
  FindCase find_case = {};  // empty where no room keeps cases: then none is open, and no permit for one is given
  RequestLimits limits = {};
  CertificateRole certificates = {};
  RestrictionLimits restrictions = {};
  MatterOf matter_of = {};  // empty: each form is its own
};

class Access {
 public:
  virtual ~Access() = default;
  [[nodiscard]] virtual Decider& decider() = 0;
  [[nodiscard]] virtual Delegations& delegations() = 0;
  [[nodiscard]] virtual AccessRequests& requests() = 0;
  [[nodiscard]] virtual Certificates& certificates() = 0;
  [[nodiscard]] virtual Restrictions& restrictions() = 0;
  // Takes away what was given until a day that is over, and withdraws requests that nobody answered in time; some hundred
  // at most. Answers how many; 0: no more. The job end_access; no decision waits for it.
  virtual std::int64_t end_overdue() = 0;
  // Brings memory up to date with what other processes on the same database gave and took, and answers for how many
  // parties. Their writes decide again by the rows either way; what this process decides by memory alone is behind theirs
  // by as long as this was not called. Costs one look-up.
  virtual std::int64_t follow_others() = 0;
};
[[nodiscard]] std::unique_ptr<Access> make_access(const AccessParts& parts);

}  // namespace alting::access
