// Sending: what was filled in becomes a Submission.
//
// Its exact bytes are frozen, sealed for the party and the agency, and hashed into the ledger entry of the transaction
// that stores them, with the event for the outbox. Three steps, one function each: work_out() says what is to be sent,
// seal() makes keys and entry ready, store() is the transaction (sending_steps.h).
//
// Errors: `not_found` for what is no draft of this party; `conflict` "error.submit.changed" when it was changed after it
// was shown. Faults of the form are no error but a SubmitRefusal.
#pragma once
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/random.h"
#include "forms/app.h"
#include "forms/reading.h"
#include "instances/drafts.h"
#include "instances/key_erasure.h"
#include "instances/key_sharing.h"
#include "instances/matters.h"
#include "instances/submission.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/quota.h"

namespace alting::instances {

struct Sent {
  Submission submission;
  std::optional<ledger::Receipt> receipt;  // nothing: the proof follows at the receipt's address
};

struct SubmitRefusal {
  std::vector<forms::Issue> issues;  // what is missing or wrong
};

class Sending {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    const forms::AppCatalogue& apps;
    Drafts& drafts;
    Matters& matters;
    KeyErasure& erasure;
    KeySharing& sharing;
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas;
  };
  explicit Sending(Needs needs) : with_(std::move(needs)) {}

  // Sends the draft as it was shown under `version`. Repeating `post_id` gives the first answer.
  [[nodiscard]] base::Result<std::variant<Sent, SubmitRefusal>> submit(const terms::Permit& permit,
                                                                       base::Language language, base::Instant received,
                                                                       std::int64_t version, std::string_view post_id);

 private:
  Needs with_;
};

}  // namespace alting::instances
