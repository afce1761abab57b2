// The agency gets the keys of a submission's attachments when the submission is there, and not before: a send that
// fails, or a process that ends on the way, leaves the agency no key of what was not sent. The submission's transaction
// puts a row into the outbox; the keys are shared right after it, and by that row when the process or the disk fails
// between. Who reads for the agency in that moment shares them first.
#pragma once
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "base/uuid.h"
#include "instances/instance.h"
#include "store/database.h"
#include "store/vault.h"

namespace alting::instances {

class KeySharing {
 public:
  KeySharing(store::Vault& vault, const base::Clock& clock, base::Random& random)
      : vault_(vault), clock_(clock), random_(random) {}

  // In the submission's transaction. `at` says whose keys they are and which agency gets them.
  void emit(store::Tx& tx, const std::vector<base::Uuid>& keys, const Location& at);
  // Right after it. What fails here is logged, and done by the outbox.
  void share_at_once(const std::vector<base::Uuid>& keys, const Location& at);
  // Before the party's keys go: durable when it returns. `gone` when the party has none.
  [[nodiscard]] base::Status share_now(const std::vector<base::Uuid>& keys, const Location& at);
  // A message of the outbox (topics.h); may be repeated. Throws while it cannot be done.
  void deliver(std::string_view payload);

 private:
  store::Vault& vault_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace alting::instances
