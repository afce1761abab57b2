// Sending: what was filled in becomes a Submission.
//
// Its exact bytes are frozen, sealed for the party and the agency, and hashed into the ledger entry of the transaction
// that stores them, with the event for the outbox. Three steps, one function each: work_out() says what is to be sent
// (outgoing.h), seal() makes keys and entry ready, store_sealed() is the transaction.
//
// Errors: `not_found` for what is no draft of this party; `conflict` "error.submit.changed" when it was changed after it
// was shown. Faults of the form are no error but a SubmitRefusal.
#pragma once
#include <optional>
#include <string_view>
#include <variant>

#include "base/random.h"
#include "forms/catalogue.h"
#include "instances/drafts.h"
#include "instances/key_erasure.h"
#include "instances/key_sharing.h"
#include "instances/matters.h"
#include "instances/outgoing.h"
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

  using Answer = std::variant<Sent, SubmitRefusal>;
  // Sends the draft as it was shown under `version`. Repeating `post_id` gives the first answer.
  [[nodiscard]] base::Result<Answer> submit(const terms::Permit& permit, base::Language language,
                                            base::Instant received, std::int64_t version, std::string_view post_id);

 private:
  struct Sealed;
  struct Post;
  [[nodiscard]] base::Result<Sealed> seal(const terms::Permit& permit, const Draft& draft, Outgoing outgoing);
  // Fills in what the transaction decides. Nothing was stored here when the handle is of no entry: the same POST came
  // twice at once, and the other was first.
  [[nodiscard]] base::Result<ledger::EntryHandle> store_sealed(const terms::Permit& permit, const Post& post,
                                                               const Draft& draft, Sealed& sealed);
  // What was sent by the same POST before.
  [[nodiscard]] base::Result<Answer> first_answer(const terms::Permit& permit);
  Needs with_;
};

}  // namespace alting::instances
