// Begin, open, save and throw away a draft.
//
// A draft is sealed under a key of its own, for its party alone; the key is erased when the draft is sent or thrown away.
//
// Errors: `not_found` for what does not exist, is another party's, or is no draft any more, "error.app.not_found" when its
// form is there no more; `conflict`
// "error.draft.busy" while others save without pause; `too_large` and `too_many` at the limits.
#pragma once
#include <optional>
#include <string_view>

#include "base/random.h"
#include "forms/catalogue.h"
#include "instances/draft.h"
#include "instances/fingerprints.h"
#include "instances/instance_permits.h"
#include "instances/key_erasure.h"
#include "instances/submission.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/quota.h"

namespace alting::instances {

// A draft, and the right to it that it was opened by.
struct OpenedDraft {
  terms::Permit permit;
  Draft draft;
};

class Drafts {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    const forms::AppCatalogue& apps;
    InstancePermits& permits;
    KeyErasure& erasure;
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas;
  };
  explicit Drafts(Needs needs) : with_(std::move(needs)) {}

  // Begins a draft, prefilled; with `adds_to`, an addition to that sent notice. Repeating `post_id` gives the same
  // instance.
  [[nodiscard]] base::Result<terms::InstanceId> create(const terms::Permit& permit, const terms::AppId& app,
                                                       const std::optional<terms::InstanceId>& adds_to,
                                                       std::string_view post_id);
  // Finds the draft, asks whether this person may do `action` with it, and opens it. Errors of InstancePermits too.
  [[nodiscard]] base::Result<OpenedDraft> open(const terms::Actor& actor, terms::PartyId party,
                                               const terms::InstanceId& id, terms::Action action);
  [[nodiscard]] base::Result<Draft> open(const terms::Permit& permit);
  // Stores what one page posted. `seen` is what the page showed: a field that was not touched is left as it is now, a
  // field that two people changed is a conflict and keeps what is stored. So is one that may no longer be changed, or
  // stood in a row that is gone; rows that have moved are followed. A RowAction of kind `restore` brings the row back
  // that was removed last, for ten minutes.
  // A save that meets another one begins again on what is stored then.
  [[nodiscard]] base::Result<SaveOutcome> save(const terms::Permit& permit, const forms::Posted& posted,
                                               const Seen& seen, base::Language language);
  // The same by who has opened the draft just now, and read it.
  [[nodiscard]] base::Result<SaveOutcome> save(const terms::Permit& permit, const Draft& opened,
                                               forms::Reading& reading, const forms::Posted& posted, const Seen& seen);
  [[nodiscard]] base::Status discard(const terms::Permit& permit, base::Instant received, std::string_view post_id);

  // What the form's rules may see of a draft.
  [[nodiscard]] forms::FormContext context_of(const Draft& draft, base::Language language, base::Instant now) const;

 private:
  // The notice and its additions; an error when nothing may be added to it.
  [[nodiscard]] base::Result<Matter> matter_to_add_to(const terms::Permit& permit, const forms::App& app,
                                                      const terms::InstanceId& root);
  [[nodiscard]] base::Result<std::optional<SaveOutcome>> try_save(const terms::Permit& permit, const forms::App& app,
                                                                  Draft draft, forms::Reading& reading,
                                                                  const forms::Posted& posted, const Seen& seen);
  // False when somebody else has saved, sent or thrown it away meanwhile.
  [[nodiscard]] base::Result<bool> store_saved(const terms::Permit& permit, const forms::App& app, const Draft& draft,
                                               std::string_view content, base::Instant now);
  Needs with_;
};

}  // namespace alting::instances
