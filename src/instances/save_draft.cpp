// Saves what a page posted into a draft that others may save at the same time.
#include "instances/draft_content.h"
#include "instances/drafts.h"
#include "instances/form_json.h"
#include "instances/instance_rows.h"
#include "instances/own_edits.h"
#include "instances/removed_rows.h"
#include "instances/use_case.h"

namespace alting::instances {

using base::ErrorKind;
using base::make_error;

namespace {

// Of what is filled in; the draft of an addition also holds what was there before.
constexpr std::size_t max_draft_octets = 4 * 1024 * 1024;
constexpr int max_rounds = 8;  // in each, somebody else has saved meanwhile

bool same_content(const Draft& draft, const forms::Applied& applied) {
  return applied.data == draft.data && later_to_json(applied.later) == later_to_json(draft.later) &&
         applied.rejected == draft.rejected;
}

}  // namespace

base::Result<bool> Drafts::store_saved(const terms::Permit& permit, const forms::App& app, const Draft& draft,
                                       std::string_view content, base::Instant now) {
  const auto holder = party_holder(permit.party());
  const auto key = with_.database.read([&](store::Tx& tx) { return key_of_instance(tx, permit.party(), draft.at.id); });
  if (!key) return not_found();
  const auto sealed = with_.vault.reseal(*key, content, holder);
  const auto name = with_.vault.reseal(*key, permit.actor().name, holder);
  const auto caption = with_.vault.reseal(*key, caption_of(app, draft.data), holder);
  if (!sealed || !name || !caption) return false;  // sent or thrown away meanwhile: the next round says so
  return with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    const auto changed = tx.run(
        "UPDATE draft SET version = version + 1, content = ?, saved_at = ?, saved_by = ?, saved_by_name = ? "
        "WHERE party_id = ? AND instance_id = ? AND version = ?",
        {store::Value::octets(sealed->ciphertext), now, permit.actor().party, store::Value::octets(name->ciphertext),
         permit.party(), draft.at.id, draft.stored_version});
    if (changed == 0) return false;
    tx.run(
        "UPDATE instance SET changed_at = ?, changed_by = ?, caption = ?, deadline_at = ? WHERE party_id = ? AND "
        "instance_id = ?",
        {now, permit.actor().party, store::Value::octets(caption->ciphertext), draft.deadline_at, permit.party(),
         draft.at.id});
    return true;
  });
}

// Nothing when somebody else has saved meanwhile.
base::Result<std::optional<SaveOutcome>> Drafts::try_save(const terms::Permit& permit, const forms::App& app,
                                                          Draft draft, forms::Reading& reading,
                                                          const forms::Posted& posted, const Seen& seen) {
  auto edits = own_edits(reading, posted, seen);
  ALTING_TRY(with_rows, apply_with_rows(app, reading, edits.posted, std::move(draft.removed)));
  auto& applied = with_rows.applied;
  SaveOutcome outcome;
  outcome.theirs = std::move(edits.theirs);
  outcome.conflicts = std::move(edits.conflicts);
  outcome.changed = std::move(applied.changed);
  outcome.issues = std::move(applied.issues);
  const bool same = same_content(draft, applied);
  for (const auto& path : outcome.changed) draft.sources.erase(path);
  draft.data = std::move(applied.data);
  draft.later = std::move(applied.later);
  draft.rejected = std::move(applied.rejected);
  draft.removed = std::move(with_rows.removed);

  // A stop means that nothing of what was typed may be kept: the page shows what to do instead.
  auto context = reading.context();
  context.data = draft.data;
  auto saved = app.read(std::move(context));
  outcome.stopped = !saved.stops().empty();
  draft.deadline_at =
      draft.at.parent || saved.deadlines().empty() ? std::nullopt : std::optional(saved.deadlines().front().target);
  if (!outcome.stopped) {
    const auto content = write_draft(draft);
    if (content.size() > max_draft_octets * (draft.at.parent ? 2 : 1))
      return make_error(ErrorKind::too_large, "error.draft.too_large", "the form holds too much text");
    if (!same) {
      const auto now = with_.clock.now();
      ALTING_TRY(stored, store_saved(permit, app, draft, content, now));
      if (!stored) return std::nullopt;
      draft.version += 1;
      draft.stored_version += 1;
      draft.saved_at = now;
      draft.saved_by = permit.actor().name;
      draft.saved_by_me = true;
    }
  }
  outcome.draft = std::move(draft);
  return outcome;
}

base::Result<SaveOutcome> Drafts::save(const terms::Permit& permit, const Draft& opened, forms::Reading& reading,
                                       const forms::Posted& posted, const Seen& seen) {
  const auto app = with_.apps.find(opened.at.app);
  if (!app) return not_found();
  const auto seen_there = seen_of_form(*app, seen);
  ALTING_TRY(first, try_save(permit, *app, opened, reading, posted, seen_there));
  if (first) return std::move(*first);
  const auto language = reading.context().language;
  for (int round = 1; round < max_rounds; ++round) {
    ALTING_TRY(draft, open(permit));
    auto reading_now = app->read(context_of(draft, language, with_.clock.now()));
    ALTING_TRY(saved, try_save(permit, *app, std::move(draft), reading_now, posted, seen_there));
    if (saved) return std::move(*saved);
  }
  return make_error(ErrorKind::conflict, "error.draft.busy", "others are saving the same form at this moment");
}

base::Result<SaveOutcome> Drafts::save(const terms::Permit& permit, const forms::Posted& posted, const Seen& seen,
                                       base::Language language) {
  ALTING_TRY(draft, open(permit));
  const auto app = with_.apps.find(draft.at.app);
  if (!app) return not_found();
  auto reading = app->read(context_of(draft, language, with_.clock.now()));
  return save(permit, draft, reading, posted, seen);
}

}  // namespace alting::instances
