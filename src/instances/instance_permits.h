// A permit for an instance of a party: where it is, then whether this person may.
//
// Errors: `not_found` for what does not exist, is another party's, or may not even be read (then with the detail
// `not_theirs`); `conflict` "error.instance.sent" for a draft that was sent; else the Decider's.
#pragma once
#include <string_view>

#include "access/access.h"
#include "base/result.h"
#include "instances/instance.h"
#include "store/database.h"
#include "terms/permit.h"

namespace alting::instances {

// The detail of a `not_found` that hides what is there from who may not read it.
inline constexpr std::string_view not_theirs = "it is there, and not theirs";

struct Allowed {
  terms::Permit permit;
  Location at;
};

class InstancePermits {
 public:
  InstancePermits(store::Database& database, access::Decider& decider) : database_(database), decider_(decider) {}

  [[nodiscard]] base::Result<Allowed> allow(const terms::Actor& actor, terms::PartyId party,
                                            const terms::InstanceId& id, terms::Action action);
  // The same for what must still be a draft. Who may read what was sent meanwhile is told that it was.
  [[nodiscard]] base::Result<Allowed> allow_draft(const terms::Actor& actor, terms::PartyId party,
                                                  const terms::InstanceId& id, terms::Action action);

 private:
  [[nodiscard]] base::Result<Location> locate(terms::PartyId party, const terms::InstanceId& id);
  [[nodiscard]] base::Result<Allowed> allow_at(const terms::Actor& actor, Location at, terms::Action action);
  store::Database& database_;
  access::Decider& decider_;
};

}  // namespace alting::instances
