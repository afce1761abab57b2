#include "instances/drafts.h"

#include "instances/attachment_infos.h"
#include "instances/attachment_rows.h"
#include "instances/draft_content.h"
#include "instances/instance_rows.h"
#include "instances/rebase.h"
#include "instances/removed_rows.h"
#include "instances/submission_rows.h"
#include "instances/use_case.h"
#include "ledger/event_kinds.h"
#include "store/once.h"

namespace alting::instances {

namespace {

// A draft's rows, not yet opened.
struct SealedDraft {
  Draft draft;
  terms::PartyId saved_by;
  base::Uuid key_id;
  base::Bytes content, name;
  std::vector<SealedSubmission> earlier;  // of an addition: what was sent in its matter
};

std::optional<SealedDraft> find_draft(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  const auto at = find_location(tx, party, id);
  if (!at || at->state != State::draft) return std::nullopt;
  const auto row = tx.query_one(
      "SELECT d.version, d.content, d.saved_by_name, d.saved_at, d.saved_by, i.key_id, i.deadline_at FROM draft d JOIN "
      "instance i "
      "ON i.party_id = d.party_id AND i.instance_id = d.instance_id WHERE d.party_id = ? AND d.instance_id = ?",
      {party, id});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  SealedDraft found;
  found.draft.at = *at;
  found.draft.version = found.draft.stored_version = from.next<std::int64_t>();
  found.content = from.next<std::string>();
  found.name = from.next<std::string>();
  found.draft.saved_at = from.next<base::Instant>();
  found.saved_by = from.next<terms::PartyId>();
  found.key_id = from.next<base::Uuid>();
  found.draft.deadline_at = from.next<std::optional<base::Instant>>();
  found.draft.attachments = attachments_of(tx, party, id);
  if (at->parent) found.earlier = submissions_of_matter(tx, party, at->root);
  return found;
}

}  // namespace

base::Result<OpenedDraft> Drafts::open(const terms::Actor& actor, terms::PartyId party, const terms::InstanceId& id,
                                       terms::Action action) {
  ALTING_TRY(allowed, with_.permits.allow_draft(actor, party, id, action));
  ALTING_TRY(draft, open(allowed.permit));
  return OpenedDraft{std::move(allowed.permit), std::move(draft)};
}

base::Result<Draft> Drafts::open(const terms::Permit& permit) {
  if (!permit.instance() || !is_of_party(permit)) return not_found();
  auto sealed = with_.database.read([&](store::Tx& tx) { return find_draft(tx, permit.party(), *permit.instance()); });
  if (!sealed) return not_found();
  const auto holder = party_holder(permit.party());
  auto draft = std::move(sealed->draft);
  draft.saved_by_me = sealed->saved_by == permit.actor().party;
  const auto content = with_.vault.open(sealed->key_id, sealed->content, holder);
  auto name = with_.vault.open(sealed->key_id, sealed->name, holder);
  if (!content || !name) return not_found();  // sent or thrown away since the rows were read, and its key with it
  draft.saved_by = std::move(*name);
  // Without the form nobody can tell what was typed in which field, and a save would write that away.
  ALTING_TRY(app, with_.apps.get(draft.at.app));
  draft.app = std::move(app);
  ALTING_CHECK(read_draft(draft, *draft.app, *content));
  if (draft.removed && !is_kept(*draft.removed, with_.clock.now())) draft.removed.reset();
  if (draft.at.parent) {
    draft.version += static_cast<std::int64_t>(sealed->earlier.size());
    ALTING_TRY(matter, open_matter(with_.vault, std::move(sealed->earlier), holder, draft.app.get()));
    rebase_supplement(draft, *draft.app, matter);
  }
  with_.ledger.note_own_read(permit);
  return draft;
}

forms::FormContext Drafts::context_of(const Draft& draft, base::Language language, base::Instant now) const {
  forms::FormContext context;
  context.language = language;
  context.now = now;
  context.data = draft.data;
  context.later = draft.later;
  add_infos(context, draft.attachments);
  context.supplement = draft.at.parent.has_value();
  context.before = draft.base;
  context.open = draft.base_later;
  context.sources = draft.sources;
  context.rejected = draft.rejected;
  if (const auto party = with_.parties.find(draft.at.party)) {
    context.party["name"] = party->name;
    context.party["orgNumber"] = party->organisation_number;
    context.party["instanceOwnerPartyType"] = party->kind == parties::PartyKind::person ? "person" : "org";
    context.party["instanceOwnerPartyId"] = std::to_string(party->id.value);
    context.party["instanceId"] = draft.at.id.text();
    context.party["appId"] = draft.at.app.text();
  }
  return context;
}

base::Status Drafts::discard(const terms::Permit& permit, base::Instant received, std::string_view post_id) {
  if (!permit.instance()) return not_found();
  ALTING_CHECK(check_action(permit, terms::Action::remove));
  ALTING_TRY(once_id, read_post_id(post_id));
  const auto prepared = with_.ledger.prepare(ledger::entry_for(ledger::EventKind::instance_deleted, permit, received));
  const auto act = act_on(draft_discarded, permit.instance()->text());
  const bool by_job = permit.evidence().kind == "job";
  std::vector<base::Uuid> keys;
  const auto throw_away = [&](store::Tx& tx) -> base::Result<std::string> {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    const auto at = find_location(tx, permit.party(), *permit.instance());
    if (!at) return not_found();
    if (at->state != State::draft) return wrong_state();
    if (!by_job) ALTING_CHECK(check_not_held(tx, with_.held, permit.party(), at->id.text()));
    if (!by_job)
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::deletions, received, permit.actor().party, permit.party()));
    keys = keys_of(attachments_of(tx, permit.party(), at->id));
    keys.push_back(key_of_instance(tx, permit.party(), at->id).value());
    tx.run("DELETE FROM draft WHERE party_id = ? AND instance_id = ?", {permit.party(), at->id});
    tx.run("DELETE FROM attachment WHERE party_id = ? AND instance_id = ?", {permit.party(), at->id});
    tx.run("DELETE FROM instance WHERE party_id = ? AND instance_id = ?", {permit.party(), at->id});
    with_.erasure.emit(tx, keys, at->id);
    if (!by_job) with_.erasure.emit_let_go_by(tx, permit.party());
    with_.ledger.append(tx, prepared);
    return at->id.text();
  };
  const auto done = with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    keys.clear();
    return store::once(tx, once_id, party_holder(permit.actor().party), act, received, [&] { return throw_away(tx); });
  });
  if (!done) return done.error();
  with_.erasure.erase_at_once(keys);
  return {};
}

}  // namespace alting::instances
