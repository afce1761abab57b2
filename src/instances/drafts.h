// Begin, open, save, copy and throw away a draft.
//
// What is filled in is sealed under a key of its own, for its party alone; the key is erased when the draft is sent or
// thrown away. Plain is who changed it when, and when its clock ends (its answers say that): lists are ordered by them.
// Each of these asks for the permit of its own action: who may only read begins, saves and throws away nothing.
//
// Errors: `not_found` for what does not exist, is another party's, or is no draft any more, and for a permit of another
// action; "error.app.not_found" when its form is there no more; `conflict` "error.draft.busy" while others save without
// pause; `too_large` and `too_many` at the limits.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "forms/catalogue.h"
#include "instances/draft.h"
#include "instances/draft_copy.h"
#include "instances/fingerprints.h"
#include "instances/instance_permits.h"
#include "instances/kept_deleted.h"
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
    HeldUntil held = {};
  };
  explicit Drafts(Needs needs) : with_(std::move(needs)) {}

  // Begins a draft, prefilled; with `adds_to`, an addition to that sent notice. `way`: a code of the form's ways, "" for
  // its default one; `invalid` "error.form.way" for a code it does not have, and for any of an addition, which has its own
  // page. Into what is done for an organisation no one's private contact is prefilled: use_my_contact(). Repeating
  // `post_id` gives the same instance. The permit: `instantiate`.
  [[nodiscard]] base::Result<terms::InstanceId> create(const terms::Permit& permit, const terms::AppId& app,
                                                       const std::optional<terms::InstanceId>& adds_to,
                                                       std::string_view way, std::string_view post_id);
  // Finds the draft, asks whether this person may do `action` with it, and opens it. Errors of InstancePermits too.
  [[nodiscard]] base::Result<OpenedDraft> open(const terms::Actor& actor, terms::PartyId party,
                                               const terms::InstanceId& id, terms::Action action);
  [[nodiscard]] base::Result<Draft> open(const terms::Permit& permit);
  // Stores what one page posted. `seen` is what the page showed: a field that was not touched is left as it is now, a
  // field that two people changed is a conflict and keeps what is stored. So is one that may no longer be changed, or
  // stood in a row that is gone; rows that have moved are followed. A RowAction of kind `restore` brings the row back
  // that was removed last, for ten minutes.
  // A save that meets another one begins again on what is stored then. The permit: `write`.
  [[nodiscard]] base::Result<SaveOutcome> save(const terms::Permit& permit, const forms::Posted& posted,
                                               const Seen& seen, base::Language language);
  // The same by who has opened the draft just now, and read it.
  [[nodiscard]] base::Result<SaveOutcome> save(const terms::Permit& permit, const Draft& opened,
                                               forms::Reading& reading, const forms::Posted& posted, const Seen& seen);
  // Which of the form's pages are walked from now on: a save like any other, of the answer that says it. Nothing that was
  // filled in is lost. `way` as create() takes it. Repeating `post_id` changes nothing. The permit: `write`.
  [[nodiscard]] base::Status go_way(const terms::Permit& permit, std::string_view way, base::Instant received,
                                    std::string_view post_id);
  // The fields that use_my_contact() may fill: those that the form declares for the e-mail and the telephone of who fills
  // in, where nothing stands and nothing is typed. The contact register is not asked. None in a person's own form, where
  // they were prefilled.
  [[nodiscard]] std::vector<forms::Path> my_contact_fields(const terms::Permit& permit, const Draft& draft);
  // Its owner asks for it: their e-mail and telephone in the contact register (KRR) are put into those fields, noted as
  // prefilled from there, and seen from then on by all who may read the draft. How many were filled; 0 when there are
  // none. Repeating `post_id` gives the first answer and changes nothing. The permit: `write`.
  [[nodiscard]] base::Result<std::size_t> use_my_contact(const terms::Permit& permit, base::Instant received,
                                                         std::string_view post_id);
  // The draft to take along, for its own people: nothing was sent. The permit: `read`, or another that opens it.
  [[nodiscard]] base::Result<DraftCopy> copy(const terms::Permit& permit, base::Language language);
  // The permit: `remove`.
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
  struct SealedSave;
  // Nothing when it was sent or thrown away meanwhile.
  [[nodiscard]] base::Result<std::optional<SealedSave>> seal_save(const terms::Permit& permit, const Draft& draft);
  // False when somebody else has saved, sent or thrown it away meanwhile.
  [[nodiscard]] base::Result<bool> store_save(store::Tx& tx, const terms::Permit& permit, const Draft& draft,
                                              const SealedSave& sealed, base::Instant now);
  // What a use case changes in a draft by itself, asked for by a POST; others may save meanwhile. The outcome stands under
  // the POST's id.
  struct Request {
    base::Uuid once_id;
    std::string act;
    base::Instant received;
  };
  using Change = std::function<base::Result<std::string>(Draft&)>;
  [[nodiscard]] base::Result<std::string> change_as_asked(const terms::Permit& permit, const Request& request,
                                                          const Change& make);
  // Nothing when somebody else has saved meanwhile.
  [[nodiscard]] base::Result<std::optional<std::string>> try_change(const terms::Permit& permit, const Request& request,
                                                                    const Change& make);
  Needs with_;
};

}  // namespace alting::instances
