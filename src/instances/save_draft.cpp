// Saves what a page posted into a draft that others may save at the same time.
#include "instances/draft_content.h"
#include "instances/drafts.h"
#include "instances/form_json.h"
#include "instances/instance_rows.h"
#include "instances/own_edits.h"
#include "instances/removed_rows.h"
#include "instances/use_case.h"
#include "store/once.h"

namespace alting::instances {

using base::ErrorKind;
using base::make_error;

namespace {

// Of what is filled in; the draft of an addition also holds what was there before.
constexpr std::size_t max_draft_octets = 4 * 1024 * 1024;
constexpr int max_rounds = 8;  // in each, somebody else has saved meanwhile

base::Error others_are_saving() {
  return make_error(ErrorKind::conflict, "error.draft.busy", "others are saving the same form at this moment");
}

bool same_content(const Draft& draft, const forms::Applied& applied) {
  return applied.data == draft.data && later_to_json(applied.later) == later_to_json(draft.later) &&
         applied.rejected == draft.rejected;
}

// Notes when its clock ends, by its answers as they are now. Whether a stop of the form holds: then nothing of it may be
// kept, and the page shows what to do instead.
bool look_at(Draft& draft, const forms::App& app, forms::FormContext context) {
  context.data = draft.data;
  context.later = draft.later;
  context.rejected = draft.rejected;
  auto reading = app.read(std::move(context));
  draft.deadline_at.reset();
  if (const auto& deadlines = reading.deadlines(); !draft.at.parent && !deadlines.empty())
    draft.deadline_at = deadlines.front().target;
  return !reading.stops().empty();
}

}  // namespace

struct Drafts::SealedSave {
  store::SealedDocument content, name, caption;
};

base::Result<std::optional<Drafts::SealedSave>> Drafts::seal_save(const terms::Permit& permit, const Draft& draft) {
  const auto content = write_draft(draft);
  if (content.size() > max_draft_octets * (draft.at.parent ? 2 : 1))
    return make_error(ErrorKind::too_large, "error.draft.too_large", "the form holds too much text");
  const auto key = with_.database.read([&](store::Tx& tx) { return key_of_instance(tx, permit.party(), draft.at.id); });
  if (!key) return not_found();
  const auto holder = party_holder(permit.party());
  auto sealed = with_.vault.reseal(*key, content, holder);
  auto name = with_.vault.reseal(*key, permit.actor().name, holder);
  auto caption = with_.vault.reseal(*key, caption_of(*draft.app, draft.data), holder);
  if (!sealed || !name || !caption) return std::nullopt;  // the next round says so
  return SealedSave{std::move(*sealed), std::move(*name), std::move(*caption)};
}

base::Result<bool> Drafts::store_save(store::Tx& tx, const terms::Permit& permit, const Draft& draft,
                                      const SealedSave& sealed, base::Instant now) {
  ALTING_CHECK(with_.decider.recheck(tx, permit));
  const auto changed = tx.run(
      "UPDATE draft SET version = version + 1, content = ?, saved_at = ?, saved_by = ?, saved_by_name = ? "
      "WHERE party_id = ? AND instance_id = ? AND version = ?",
      {store::Value::octets(sealed.content.ciphertext), now, permit.actor().party,
       store::Value::octets(sealed.name.ciphertext), permit.party(), draft.at.id, draft.stored_version});
  if (changed == 0) return false;
  tx.run(
      "UPDATE instance SET changed_at = ?, changed_by = ?, caption = ?, deadline_at = ? WHERE party_id = ? AND "
      "instance_id = ?",
      {now, permit.actor().party, store::Value::octets(sealed.caption.ciphertext), draft.deadline_at, permit.party(),
       draft.at.id});
  return true;
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

  outcome.stopped = look_at(draft, app, reading.context());
  if (!outcome.stopped && !same) {
    const auto now = with_.clock.now();
    ALTING_TRY(sealed, seal_save(permit, draft));
    if (!sealed) return std::nullopt;
    ALTING_TRY(stored,
               with_.database.write([&](store::Tx& tx) { return store_save(tx, permit, draft, *sealed, now); }));
    if (!stored) return std::nullopt;
    draft.version += 1;
    draft.stored_version += 1;
    draft.saved_at = now;
    draft.saved_by = permit.actor().name;
    draft.saved_by_me = true;
  }
  outcome.draft = std::move(draft);
  return outcome;
}

base::Result<SaveOutcome> Drafts::save(const terms::Permit& permit, const Draft& opened, forms::Reading& reading,
                                       const forms::Posted& posted, const Seen& seen) {
  ALTING_CHECK(check_action(permit, terms::Action::write));
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
  return others_are_saving();
}

base::Result<SaveOutcome> Drafts::save(const terms::Permit& permit, const forms::Posted& posted, const Seen& seen,
                                       base::Language language) {
  ALTING_CHECK(check_action(permit, terms::Action::write));
  ALTING_TRY(draft, open(permit));
  const auto app = with_.apps.find(draft.at.app);
  if (!app) return not_found();
  auto reading = app->read(context_of(draft, language, with_.clock.now()));
  return save(permit, draft, reading, posted, seen);
}

base::Result<std::optional<std::string>> Drafts::try_change(const terms::Permit& permit, const Request& request,
                                                            const Change& make) {
  const auto poster = party_holder(permit.actor().party);
  // Before the draft is opened: what was asked for may be done, and the draft sent.
  ALTING_TRY(already, with_.database.read(
                          [&](store::Tx& tx) { return store::outcome_of(tx, request.once_id, poster, request.act); }));
  if (already) return std::optional(std::move(*already));
  ALTING_TRY(draft, open(permit));
  const auto app = draft.app;
  const auto before = write_draft(draft);
  ALTING_TRY(outcome, make(draft));
  const bool same = write_draft(draft) == before;
  auto context = context_of(draft, base::Language::nb, with_.clock.now());
  ALTING_TRY(calculated, app->read(context).apply({}));
  take(draft, std::move(calculated));
  if (look_at(draft, *app, std::move(context))) return wrong_state();
  ALTING_TRY(sealed, seal_save(permit, draft));
  if (!sealed) return std::optional<std::string>();
  const auto now = with_.clock.now();
  bool met_another = false;
  const auto done = with_.database.write([&](store::Tx& tx) {
    met_another = false;
    return store::once(tx, request.once_id, poster, request.act, request.received, [&]() -> base::Result<std::string> {
      if (same) {
        ALTING_CHECK(with_.decider.recheck(tx, permit));
        return outcome;
      }
      ALTING_TRY(stored, store_save(tx, permit, draft, *sealed, now));
      met_another = !stored;
      if (met_another) return others_are_saving();
      return outcome;
    });
  });
  if (met_another) return std::optional<std::string>();
  if (!done) return done.error();
  return std::optional(*done);
}

base::Result<std::string> Drafts::change_as_asked(const terms::Permit& permit, const Request& request,
                                                  const Change& make) {
  ALTING_CHECK(check_action(permit, terms::Action::write));
  for (int round = 0; round < max_rounds; ++round) {
    ALTING_TRY(done, try_change(permit, request, make));
    if (done) return std::move(*done);
  }
  return others_are_saving();
}

}  // namespace alting::instances
