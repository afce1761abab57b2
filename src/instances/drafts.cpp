// Begin, open, save and throw away a draft.
#include "instances/contested.h"
#include "instances/draft_content.h"
#include "instances/moved_rows.h"
#include "instances/removed_rows.h"
#include "instances/rows.h"
#include "ledger/event_kinds.h"
#include "store/once.h"

namespace alting::instances {

using base::ErrorKind;
using base::Json;
using base::make_error;

namespace {

// Of what is filled in; the draft of an addition also holds what was there before.
constexpr std::size_t max_draft_octets = 4 * 1024 * 1024;
constexpr std::int64_t max_drafts_per_party = 10'000;

// What prefill may take from (docs/app-folder.md): the registers and the person's own profile.
std::map<std::string, std::string> prefill_sources(parties::Parties& parties, const terms::Permit& permit) {
  std::map<std::string, std::string> from;
  const auto add_address = [&from](const std::string& prefix, const std::optional<parties::Address>& address) {
    if (!address) return;
    from[prefix + "Address"] = address->lines.empty() ? "" : address->lines.front();
    from[prefix + "ZipCode"] = address->postal_code;
    from[prefix + "PostalCode"] = address->postal_code;
    from[prefix + "ZipCity"] = address->postal_place;
    from[prefix + "PostalCity"] = address->postal_place;
  };
  if (const auto organisation = parties.organisation(permit)) {
    from["ER.Name"] = organisation->party.name;
    from["ER.OrgNumber"] = organisation->party.organisation_number;
    from["ER.UnitType"] = organisation->party.organisation_form;
    from["ER.IndustryCode"] = organisation->industry_code;
    from["ER.IndustryText"] = organisation->industry_text;
    from["ER.SectorCode"] = organisation->sector_code;
    from["ER.SectorText"] = organisation->sector_text;
    from["ER.EMailAddress"] = organisation->email;
    from["ER.TelephoneNumber"] = organisation->phone;
    from["ER.MobileNumber"] = organisation->mobile;
    add_address("ER.Business", organisation->business_address);
    add_address("ER.Mailing", organisation->postal_address);
  }
  if (const auto self = parties.self(permit.actor())) {
    if (self->party.id == permit.party()) {
      from["DSF.FirstName"] = self->first_name;
      from["DSF.MiddleName"] = self->middle_name;
      from["DSF.LastName"] = self->last_name;
      from["DSF.Name"] = self->party.name;
      add_address("DSF.Street", self->address);
    }
    from["UserProfile.Party.Name"] = self->party.name;
    from["UserProfile.Party.Person.Name"] = self->party.name;
    from["UserProfile.Party.Person.FirstName"] = self->first_name;
    from["UserProfile.Party.Person.LastName"] = self->last_name;
    const auto contact = parties.contact(permit.actor());
    from["UserProfile.Email"] = contact.email;
    from["UserProfile.PhoneNumber"] = contact.mobile;
  }
  std::erase_if(from, [](const auto& entry) { return entry.second.empty(); });
  return from;
}

}  // namespace

base::Result<Location> Instances::locate(terms::PartyId party, const terms::InstanceId& id) {
  const auto found = env_.database.read([&](store::Tx& tx) { return find_location(tx, party, id); });
  if (!found || found->state == State::deleted) return not_found();
  return *found;
}

base::Result<terms::InstanceId> Instances::create(const terms::Permit& permit, const terms::AppId& app_id,
                                                  const std::optional<terms::InstanceId>& adds_to, base::Language,
                                                  std::string_view post_id) {
  const auto app = env_.apps.find(app_id);
  if (!app || permit.resource() != "app:" + app_id.text() || permit.action() != terms::Action::instantiate)
    return not_found();
  const auto now = env_.clock.now();
  ALTING_TRY(once_id, read_post_id(post_id));

  Draft draft;
  draft.at = {.party = permit.party(),
              .id = {base::Uuid::v7(env_.random, now)},
              .app = app_id,
              .state = State::draft,
              .parent = adds_to,
              .root = {}};
  draft.at.root = draft.at.id;
  if (adds_to) {
    if (!app->can_supplement())
      return make_error(ErrorKind::conflict, "error.supplement.not_possible", "this form takes no additions");
    auto sealed =
        env_.database.read([&](store::Tx& tx) { return submissions_of_matter(tx, permit.party(), *adds_to); });
    if (sealed.empty() || sealed.front().submission.at.app != app_id) return not_found();
    std::vector<Submission> submissions;
    for (auto& one : sealed) {
      ALTING_TRY(opened, open_submission(env_.vault, std::move(one), party_holder(permit.party())));
      submissions.push_back(std::move(opened));
    }
    const auto matter = to_matter(app.get(), std::move(submissions));
    draft.at.root = *adds_to;
    draft.data = draft.base = matter.data;
    draft.later = draft.base_later = matter.later;
    const Json reference(matter.submissions.front().archive_reference);
    set_path(draft.data, app->supplement_reference_path(), &reference);
    if (!app->supplement_types().empty()) {
      const Json kind(app->supplement_types().front());
      set_path(draft.data, app->supplement_type_path(), &kind);
    }
  } else {
    auto prefilled = app->prefill(prefill_sources(env_.parties, permit), now);
    draft.data = std::move(prefilled.data);
    draft.sources = std::move(prefilled.sources);
  }

  const auto sealed = env_.vault.seal(write_draft(draft), {party_holder(permit.party())});
  ALTING_TRY(name, env_.vault.reseal(sealed.key_id, permit.actor().name, party_holder(permit.party())));
  auto entry = ledger::entry_for(ledger::EventKind::instance_created, permit, now);
  entry.instance = draft.at.id;
  const auto prepared = env_.ledger.prepare(std::move(entry));

  const auto act = act_on(draft_created,
                          fmt::format("{}/{}/{}", permit.party().value, app_id.text(), adds_to ? adds_to->text() : ""));
  const auto outcome = env_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(tx, once_id, party_holder(permit.actor().party), act, now, [&]() -> base::Result<std::string> {
      ALTING_CHECK(env_.decider.recheck(tx, permit));
      ALTING_CHECK(env_.quotas.spend(tx, store::Spending::drafts, now, permit.actor().party, permit.party()));
      const auto count =
          tx.query_one("SELECT COUNT(*) FROM instance WHERE party_id = ? AND state = 'draft'", {permit.party()});
      if (count->number(0) >= max_drafts_per_party)
        return make_error(ErrorKind::too_many, "error.drafts.too_many", "too many drafts for one party");
      tx.run(
          "INSERT INTO instance (party_id, instance_id, org, app, state, parent_id, root_id, key_id, caption, "
          "created_at, created_by, changed_at, changed_by) "
          "VALUES (?, ?, ?, ?, 'draft', ?, ?, ?, NULL, ?, ?, ?, ?)",
          {permit.party(), draft.at.id, app_id.org, app_id.app, adds_to, draft.at.root, sealed.key_id, now,
           permit.actor().party, now, permit.actor().party});
      tx.run(
          "INSERT INTO draft (party_id, instance_id, version, content, saved_at, saved_by, saved_by_name) VALUES (?, "
          "?, 1, ?, ?, ?, ?)",
          {permit.party(), draft.at.id, store::Value::octets(sealed.ciphertext), now, permit.actor().party,
           store::Value::octets(name.ciphertext)});
      env_.ledger.append(tx, prepared);
      return draft.at.id.text();
    });
  });
  if (!outcome) return outcome.error();
  return *terms::InstanceId::parse(*outcome);
}

base::Result<Draft> Instances::open_draft(const terms::Permit& permit) {
  if (!permit.instance()) return not_found();
  struct Rows {
    Location at;
    base::Uuid key_id;
    std::int64_t version;
    base::Bytes content, name;
    base::Instant saved_at;
    std::int64_t saved_by;
    std::vector<Attachment> attachments;
    std::vector<SealedSubmission> earlier;
  };
  auto rows = env_.database.read([&](store::Tx& tx) -> std::optional<Rows> {
    const auto at = find_location(tx, permit.party(), *permit.instance());
    if (!at || at->state != State::draft) return std::nullopt;
    const auto row = tx.query_one(
        "SELECT d.version, d.content, d.saved_by_name, d.saved_at, d.saved_by, i.key_id FROM draft d JOIN instance i "
        "ON i.party_id = d.party_id AND "
        "i.instance_id = d.instance_id WHERE d.party_id = ? AND d.instance_id = ?",
        {permit.party(), *permit.instance()});
    if (!row) return std::nullopt;
    Rows found{*at,
               row->uuid(5),
               row->number(0),
               row->octets(1),
               row->octets(2),
               row->instant(3),
               row->number(4),
               attachments_of(tx, permit.party(), at->id),
               {}};
    if (at->parent) found.earlier = submissions_of_matter(tx, permit.party(), at->root);
    return found;
  });
  if (!rows) return not_found();
  const auto holder = party_holder(permit.party());
  Draft draft;
  draft.at = rows->at;
  draft.version = draft.stored_version = rows->version;
  draft.saved_at = rows->saved_at;
  draft.saved_by_me = rows->saved_by == permit.actor().party.value;
  draft.attachments = std::move(rows->attachments);
  const auto content = env_.vault.open(rows->key_id, rows->content, holder);
  auto name = env_.vault.open(rows->key_id, rows->name, holder);
  if (!content || !name) return not_found();  // sent or thrown away since the rows were read, and its key with it
  draft.saved_by = std::move(*name);
  ALTING_CHECK(read_draft(draft, *content));
  if (draft.removed && !is_kept(*draft.removed, env_.clock.now())) draft.removed.reset();
  if (draft.at.parent) {
    draft.version += static_cast<std::int64_t>(rows->earlier.size());
    std::vector<Submission> submissions;
    for (auto& one : rows->earlier) {
      ALTING_TRY(opened, open_submission(env_.vault, std::move(one), holder));
      submissions.push_back(std::move(opened));
    }
    if (const auto app = env_.apps.find(draft.at.app))
      rebase_supplement(draft, *app, to_matter(app.get(), std::move(submissions)));
  }
  env_.ledger.note_own_read(permit);
  return draft;
}

namespace {

// A field belongs to a path: "a.b", and its parts "a.b.date", "later:a.b", "later-date:a.b".
std::string path_of_field(std::string_view name, const std::map<std::string, std::string>& seen) {
  for (const auto prefix : {std::string_view("later-date:"), std::string_view("later:")}) {
    if (name.starts_with(prefix)) return std::string(name.substr(prefix.size()));
  }
  for (const auto suffix : {std::string_view(".date"), std::string_view(".time"), std::string_view(".occurrence")}) {
    if (name.ends_with(suffix) && !seen.contains(std::string(name)) &&
        seen.contains(std::string(name.substr(0, name.size() - suffix.size())))) {
      return std::string(name.substr(0, name.size() - suffix.size()));
    }
  }
  return std::string(name);
}

std::string as_text(const Json* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return value->as_string();
  if (value->is_number()) return value->number_text();
  if (value->is_array()) {
    std::string all;
    for (const auto& item : value->items()) all += (all.empty() ? "" : ", ") + as_text(&item);
    return all;
  }
  return value->dump();
}

// Keeps of what was posted only what this person touched, and names what another has changed meanwhile.
struct Sorted {
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<forms::Path> theirs;
  std::vector<SaveOutcome::Conflict> conflicts;
};

constexpr std::string_view promise_box = "later:";

bool is_promised(const std::vector<std::pair<std::string, std::string>>& own) {
  return std::ranges::any_of(
      own, [](const auto& field) { return field.first.starts_with(promise_box) && !field.second.empty(); });
}

// What was typed in the field itself; a promise is no text.
std::string posted_text(const std::vector<std::pair<std::string, std::string>>& own) {
  std::string all;
  for (const auto& [name, value] : own)
    if (!value.empty() && !name.starts_with(promise_box)) all += (all.empty() ? "" : ", ") + value;
  return all;
}

// What was typed for a row that is gone. What stood there when the page was made was not touched.
void add_lost(Sorted& sorted, const FollowedRows& followed, const std::map<std::string, std::string>& seen) {
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> by_path;
  for (const auto& field : followed.lost)
    if (!field.first.starts_with("remove-row:") && !field.first.starts_with("add-row:"))
      by_path[path_of_field(field.first, seen)].push_back(field);
  for (auto& [path, own] : by_path) {
    const auto then = seen.find(path);
    const bool promised = is_promised(own) && !(then != seen.end() && is_of_promise(then->second));
    std::erase_if(own, [](const auto& field) { return field.first.starts_with("later-date:"); });
    const auto typed = posted_text(own);
    const Json as_text(typed), as_number(base::JsonNumber{typed});
    const bool untouched =
        typed.empty() ||
        (then != seen.end() && (then->second == fingerprint(&as_text) || then->second == fingerprint(&as_number)));
    if (untouched && !promised) continue;
    sorted.conflicts.push_back({.path = path, .mine = typed, .theirs = "", .mine_later = promised && typed.empty()});
  }
}

Sorted sort_fields(const forms::App& app, const forms::Surroundings& now,
                   const std::vector<std::pair<std::string, std::string>>& posted,
                   const std::map<std::string, std::string>& seen_then) {
  Sorted sorted;
  const Fingerprints there(now.data, now.later);
  const auto followed = follow_rows(there, posted, seen_then);
  add_lost(sorted, followed, seen_then);
  const auto& fields = followed.fields;
  const auto& seen = followed.seen;
  std::set<std::string, std::less<>> changed_by_others;
  for (const auto& [path, print] : seen) {
    if (there.at(path) != print) changed_by_others.insert(path);
  }
  if (changed_by_others.empty()) {
    sorted.fields = fields;
    return sorted;
  }
  // What the post alone would make of the data tells what this person touched.
  FieldsByPath by_path, contested;
  for (const auto& field : fields) by_path[path_of_field(field.first, seen)].push_back(field);
  for (auto& [path, own] : by_path) {
    if (changed_by_others.contains(path))
      contested.emplace(path, std::move(own));
    else
      sorted.fields.insert(sorted.fields.end(), own.begin(), own.end());
  }
  const auto made = values_made(contested, [&](const PostedFields& some) { return app.apply(now, some); });
  for (const auto& [path, own] : contested) {
    sorted.theirs.push_back(path);
    const auto* theirs = find_path(now.data, path);
    const auto& value = made.at(path);
    if (!value) {  // it may be changed no longer
      sorted.conflicts.push_back(
          {.path = path, .mine = posted_text(own), .theirs = as_text(theirs), .mine_later = is_promised(own)});
      continue;
    }
    const auto mine = fingerprint(&value->value, value->promised ? &*value->promised : nullptr);
    const auto stored = there.at(path);
    // What fits no field is in no data to be told by; it was not touched when it stands there from before.
    const bool typed = std::ranges::any_of(value->unfit, [&](const auto& field) {
      const auto before = now.rejected.find(field.first);
      return before == now.rejected.end() || before->second != field.second;
    });
    if (!typed && (!value->unfit.empty() || mine == seen.at(path) || mine == stored)) continue;
    sorted.conflicts.push_back({.path = path,
                                .mine = typed ? posted_text(value->unfit) : as_text(&value->value),
                                .theirs = as_text(theirs),
                                .fields = own,
                                .seen = seen.at(path),
                                .stored = stored,
                                .mine_later = !typed && value->promised.has_value()});
  }
  return sorted;
}

}  // namespace

base::Result<SaveOutcome> Instances::save(const terms::Permit& permit,
                                          const std::vector<std::pair<std::string, std::string>>& fields,
                                          const std::map<std::string, std::string>& seen, base::Language language) {
  auto typed = fields;
  const bool wants_row_back = std::erase_if(typed, [](const auto& field) { return field.first == restore_field; }) > 0;
  // A save that meets another one begins again on what is stored then; each round someone has saved.
  for (int round = 0; round < 8; ++round) {
    ALTING_TRY(draft, open_draft(permit));
    const auto app = env_.apps.find(draft.at.app);
    if (!app) return not_found();
    const auto now = env_.clock.now();
    auto around = surroundings(draft, language, now);
    auto sorted = sort_fields(*app, around, typed, seen_of_form(*app, seen));
    ALTING_TRY(with_rows, apply_with_rows(*app, around, sorted.fields, {draft.removed, wants_row_back, now}));
    auto& [applied, removed] = with_rows;

    SaveOutcome outcome;
    outcome.theirs = std::move(sorted.theirs);
    outcome.conflicts = std::move(sorted.conflicts);
    outcome.changed = std::move(applied.changed);
    outcome.issues = std::move(applied.issues);
    outcome.warnings_for = std::move(applied.warnings_for);
    const auto old_rejected = std::exchange(draft.rejected, std::move(applied.rejected));
    for (const auto& path : outcome.changed) draft.sources.erase(path);
    const bool same = applied.data == draft.data && later_to_json(applied.later) == later_to_json(draft.later) &&
                      old_rejected == draft.rejected;
    draft.data = std::move(applied.data);
    draft.later = std::move(applied.later);
    draft.removed = std::move(removed);

    // A stop means that nothing of what was typed may be kept: the page shows what to do instead.
    around.data = draft.data;
    outcome.stopped = !app->stops(around).empty();
    if (outcome.stopped) {
      outcome.draft = std::move(draft);
      return outcome;
    }
    const auto content = write_draft(draft);
    if (content.size() > max_draft_octets * (draft.at.parent ? 2 : 1))
      return make_error(ErrorKind::too_large, "error.draft.too_large", "the form holds too much text");
    if (same) {
      outcome.draft = std::move(draft);
      return outcome;
    }
    const auto holder = party_holder(permit.party());
    const auto key = env_.database.read([&](store::Tx& tx) {
      return tx.query_one("SELECT key_id FROM instance WHERE party_id = ? AND instance_id = ?",
                          {permit.party(), draft.at.id});
    });
    if (!key) return not_found();
    const auto caption_text = caption_of(*app, draft.data);
    const auto sealed = env_.vault.reseal(key->uuid(0), content, holder);
    const auto name = env_.vault.reseal(key->uuid(0), permit.actor().name, holder);
    const auto caption = env_.vault.reseal(key->uuid(0), caption_text, holder);
    if (!sealed || !name || !caption) continue;  // sent or thrown away meanwhile: the next round says so
    const auto stored = env_.database.write([&](store::Tx& tx) -> base::Result<bool> {
      ALTING_CHECK(env_.decider.recheck(tx, permit));
      const auto changed = tx.run(
          "UPDATE draft SET version = version + 1, content = ?, saved_at = ?, saved_by = ?, saved_by_name = ? "
          "WHERE party_id = ? AND instance_id = ? AND version = ?",
          {store::Value::octets(sealed->ciphertext), now, permit.actor().party, store::Value::octets(name->ciphertext),
           permit.party(), draft.at.id, draft.stored_version});
      if (changed == 0) return false;
      tx.run("UPDATE instance SET changed_at = ?, changed_by = ?, caption = ? WHERE party_id = ? AND instance_id = ?",
             {now, permit.actor().party, store::Value::octets(caption->ciphertext), permit.party(), draft.at.id});
      return true;
    });
    if (!stored) return stored.error();
    if (!*stored) continue;
    draft.version += 1;
    draft.stored_version += 1;
    draft.saved_at = now;
    draft.saved_by = permit.actor().name;
    draft.saved_by_me = true;
    outcome.draft = std::move(draft);
    return outcome;
  }
  return make_error(ErrorKind::conflict, "error.draft.busy", "others are saving the same form at this moment");
}

base::Status Instances::discard(const terms::Permit& permit, base::Instant received, std::string_view post_id) {
  if (!permit.instance()) return not_found();
  ALTING_TRY(once_id, read_post_id(post_id));
  const auto prepared = env_.ledger.prepare(ledger::entry_for(ledger::EventKind::instance_deleted, permit, received));
  const auto act = act_on(draft_discarded, permit.instance()->text());
  std::vector<base::Uuid> keys;
  const auto throw_away = [&](store::Tx& tx) -> base::Result<std::string> {
    ALTING_CHECK(env_.decider.recheck(tx, permit));
    const auto at = find_location(tx, permit.party(), *permit.instance());
    if (!at) return not_found();
    if (at->state != State::draft) return wrong_state();
    ALTING_CHECK(env_.quotas.spend(tx, store::Spending::deletions, received, permit.actor().party, permit.party()));
    keys.push_back(key_of_instance(tx, permit.party(), at->id));
    for (const auto& attachment : attachments_of(tx, permit.party(), at->id)) keys.push_back(attachment.blob.key_id);
    tx.run("DELETE FROM draft WHERE party_id = ? AND instance_id = ?", {permit.party(), at->id});
    tx.run("DELETE FROM attachment WHERE party_id = ? AND instance_id = ?", {permit.party(), at->id});
    tx.run("DELETE FROM instance WHERE party_id = ? AND instance_id = ?", {permit.party(), at->id});
    emit_key_erasure(tx, keys, at->id);
    env_.ledger.append(tx, prepared);
    return at->id.text();
  };
  const auto done = env_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    keys.clear();
    return store::once(tx, once_id, party_holder(permit.actor().party), act, received, [&] { return throw_away(tx); });
  });
  if (!done) return done.error();
  erase_at_once(keys);
  return {};
}

}  // namespace alting::instances
