// Begins a draft: of a form, prefilled from the registers, or of an addition, with what its notice says now.
#include <fmt/format.h>

#include "forms/path.h"
#include "instances/draft_content.h"
#include "instances/drafts.h"
#include "instances/instance_rows.h"
#include "instances/prefill_sources.h"
#include "instances/submission_rows.h"
#include "instances/use_case.h"
#include "ledger/event_kinds.h"
#include "store/once.h"

namespace alting::instances {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

constexpr std::int64_t max_drafts_per_party = 10'000;

// What an addition starts from: all that the notice and its additions say, and what an addition says of itself.
void start_addition(Draft& draft, const forms::SupplementFacts& facts, const Matter& matter) {
  draft.data = draft.base = matter.data;
  draft.later = draft.base_later = matter.later;
  const auto set = [&](const forms::Path& path, const std::string& text) {
    if (!path.empty()) forms::set_at(draft.data, path, Json(text));
  };
  set(facts.reference_path, matter.submissions.front().archive_reference);
  if (!facts.types.empty()) set(facts.type_path, facts.types.front());
}

}  // namespace

base::Result<Matter> Drafts::matter_to_add_to(const terms::Permit& permit, const forms::App& app,
                                              const terms::InstanceId& root) {
  if (!app.facts().supplement.declared)
    return make_error(ErrorKind::conflict, "error.supplement.not_possible", "this form takes no additions");
  auto sealed = with_.database.read([&](store::Tx& tx) { return submissions_of_matter(tx, permit.party(), root); });
  if (sealed.empty() || sealed.front().submission.at.app != app.facts().id) return not_found();
  return open_matter(with_.vault, std::move(sealed), party_holder(permit.party()), &app);
}

base::Result<terms::InstanceId> Drafts::create(const terms::Permit& permit, const terms::AppId& app_id,
                                               const std::optional<terms::InstanceId>& adds_to, std::string_view way,
                                               std::string_view post_id) {
  const auto app = with_.apps.find(app_id);
  if (!app || app->messages_only() || permit.resource() != "app:" + app_id.text() ||
      permit.action() != terms::Action::instantiate)
    return not_found();
  const auto now = with_.clock.now();
  ALTING_TRY(once_id, read_post_id(post_id));

  Draft draft;
  const terms::InstanceId id{base::Uuid::v7(with_.random, now)};
  draft.at = {.party = permit.party(), .id = id, .app = app_id, .parent = adds_to, .root = adds_to.value_or(id)};
  if (adds_to) {
    if (!way.empty()) return make_error(ErrorKind::invalid, "error.form.way", "an addition has one page of its own");
    ALTING_TRY(matter, matter_to_add_to(permit, *app, *adds_to));
    start_addition(draft, app->facts().supplement, matter);
  } else {
    const auto bar = with_.database.read([&](store::Tx& tx) { return prefill_bar(tx, permit, app_id.org); });
    if (bar) {  // it is the program that would fill in, and no person
      terms::Actor program;
      program.kind = terms::ActorKind::system;
      program.name = "alting";
      with_.decider.note_restricted(program, bar->controller, bar->party, permit.resource(), "prefill");
    }
    auto prefilled =
        app->prefill(bar ? std::map<std::string, std::string>() : prefill_sources(with_.parties, permit), now);
    ALTING_TRY(data, app->with_way(std::move(prefilled.data), way));
    draft.data = std::move(data);
    draft.sources = std::move(prefilled.sources);
  }

  const auto sealed = with_.vault.seal(write_draft(draft), {party_holder(permit.party())});
  ALTING_TRY(name, with_.vault.reseal(sealed.key_id, permit.actor().name, party_holder(permit.party())));
  auto entry = ledger::entry_for(ledger::EventKind::instance_created, permit, now);
  entry.instance = id;
  const auto prepared = with_.ledger.prepare(std::move(entry));

  const auto insert = [&](store::Tx& tx) -> base::Result<std::string> {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    if (adds_to) {  // what is deleted, or was meanwhile, is added to no more
      const auto notice = find_location(tx, permit.party(), *adds_to);
      if (!notice) return not_found();
      if (notice->state == State::deleted) return wrong_state();
    }
    ALTING_CHECK(with_.quotas.spend(tx, store::Spending::drafts, now, permit.actor().party, permit.party()));
    const auto drafts = store::read_one<std::int64_t>(
        tx, "SELECT COUNT(*) FROM instance WHERE party_id = ? AND state = 'draft'", {permit.party()});
    if (drafts >= max_drafts_per_party)
      return make_error(ErrorKind::too_many, "error.drafts.too_many", "too many drafts for one party");
    tx.run(
        "INSERT INTO instance (party_id, instance_id, org, app, state, parent_id, root_id, key_id, caption, "
        "created_at, created_by, changed_at, changed_by) "
        "VALUES (?, ?, ?, ?, 'draft', ?, ?, ?, NULL, ?, ?, ?, ?)",
        {permit.party(), id, app_id.org, app_id.app, adds_to, draft.at.root, sealed.key_id, now, permit.actor().party,
         now, permit.actor().party});
    tx.run(
        "INSERT INTO draft (party_id, instance_id, version, content, saved_at, saved_by, saved_by_name) VALUES (?, "
        "?, 1, ?, ?, ?, ?)",
        {permit.party(), id, store::Value::octets(sealed.ciphertext), now, permit.actor().party,
         store::Value::octets(name.ciphertext)});
    with_.ledger.append(tx, prepared);
    return id.text();
  };
  const auto act = act_on(draft_created,
                          fmt::format("{}/{}/{}", permit.party().value, app_id.text(), adds_to ? adds_to->text() : ""));
  const auto outcome = with_.database.write([&](store::Tx& tx) {
    return store::once(tx, once_id, party_holder(permit.actor().party), act, now, [&] { return insert(tx); });
  });
  if (!outcome) return outcome.error();
  return *terms::InstanceId::parse(*outcome);
}

}  // namespace alting::instances
