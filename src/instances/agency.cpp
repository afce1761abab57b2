#include "instances/agency.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/restrictions.h"
#include "base/page_token.h"
#include "base/text.h"
#include "forms/path.h"
#include "instances/attachment_rows.h"
#include "instances/submission_rows.h"
#include "instances/topics.h"
#include "instances/use_case.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::instances {

namespace {

// A row's place in the order of the list.
struct Place {
  std::int64_t key = 0;  // of the order: a time in microseconds
  terms::PartyId party;
  base::Uuid instance;
};

std::optional<Place> place_of_token(std::string_view token) {
  const auto read = base::from_page_token<std::int64_t, std::int64_t, base::Uuid>(token);
  if (!read) return std::nullopt;
  const auto& [key, party, instance] = *read;
  return Place{key, {party}, instance};
}

// Which notices the query asks for, as a condition on `submission`.
struct Condition {
  std::string text;
  std::vector<store::Value> values;
};

constexpr std::size_t max_words = 10;

// Whether every form of the org that there is may be listed. What was sent with one that is there no more stays on a
// whole list.
bool is_whole(const terms::Scope& scope, const forms::AppCatalogue& apps) {
  if (scope.withheld()) return false;
  return std::ranges::all_of(apps.all(), [&](const auto& app) {
    const auto& id = app->facts().id;
    return id.org != *scope.agency() || std::ranges::find(scope.agency_apps(), id) != scope.agency_apps().end();
  });
}

Condition condition_of(const terms::Scope& scope, const AgencyQuery& query, const forms::AppCatalogue& apps) {
  Condition condition{
      "org = ? AND kind = 'notice' AND agency_ended_at IS NULL AND " + access::unrestricted("party_id", "root_id"),
      {store::Value(*scope.agency()), store::Value(*scope.agency())}};
  if (!is_whole(scope, apps)) {
    std::string places;
    for (const auto& app : scope.agency_apps()) {
      places += places.empty() ? "?" : ", ?";
      condition.values.emplace_back(app.app);
    }
    condition.text += places.empty() ? " AND 1 = 0" : " AND app IN (" + places + ")";
  }
  if (query.app) {
    condition.text += " AND app = ?";
    condition.values.emplace_back(*query.app);
  }
  std::size_t count = 0;
  const auto folded = base::search_words(std::string_view(query.search).substr(0, 200));
  for (const auto word : base::split(folded, ' ')) {
    if (word.empty() || count++ == max_words) break;
    condition.text += " AND search_words LIKE ?";
    condition.values.emplace_back("%" + std::string(word) + "%");  // letters and digits: nothing to escape
  }
  return condition;
}

// A row of the queue, not yet opened.
struct Queued {
  SealedSubmission sealed;
  std::int64_t key = 0;  // of the order
  std::int64_t additions = 0;
  std::optional<base::Instant> latest_addition;
  bool high_risk = false, unopened = false;  // of the matter
};

Queued read_queued(const store::Row& row) {
  store::RowReader from(row);
  Queued one{.sealed = read_submission(from)};
  one.key = from.next<std::int64_t>();
  one.additions = from.next<std::int64_t>() - 1;
  one.latest_addition = from.next<std::optional<base::Instant>>();
  one.high_risk = from.next<bool>();
  one.unopened = from.next<bool>();
  one.sealed.submission.open_count = from.next<std::int64_t>();  // what the matter still lacks, additions counted
  return one;
}

AgencySummary to_summary(const Queued& row) {
  const auto& s = row.sealed.submission;
  return {.at = s.at,
          .party_uuid = s.party_uuid,
          .party_name = s.party_name,
          .archive_reference = s.archive_reference,
          .received_at = s.received_at,
          .deadline_at = s.deadline_at,
          .late = s.late,
          .open_count = s.open_count,
          .additions = row.additions,
          .latest_addition = row.latest_addition,
          .high_risk = row.high_risk,
          .unopened = row.unopened};
}

// What the form lets the agency see of the answers in its queue.
std::vector<std::pair<std::string, std::string>> columns_of(const forms::App& app, const base::Json& data,
                                                            base::Language language) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (const auto& path : app.facts().agency_columns) {
    const auto* value = forms::value_at(data, path);
    columns.emplace_back(app.agency_column_label(language, path),
                         value == nullptr ? "" : app.in_words(language, path, *value, data));
  }
  return columns;
}

ledger::NewEntry listing_entry(const terms::Scope& scope, base::Instant received, std::size_t count) {
  ledger::NewEntry entry{ledger::EventKind::agency_listed, received};
  entry.actor = scope.actor();
  entry.resource = "agency:" + *scope.agency();
  entry.evidence = scope.evidence();
  entry.set(ledger::parameter::count, static_cast<std::int64_t>(count));
  entry.agency = *scope.agency();
  return entry;
}

ledger::NewEntry reading_entry(const terms::Permit& permit, base::Instant received, std::string what,
                               std::string reference) {
  auto entry = ledger::entry_for(ledger::EventKind::agency_read, permit, received);
  entry.set(ledger::parameter::element_kind, std::move(what));
  entry.set(ledger::parameter::reference, std::move(reference));
  return entry;
}

bool is_for_reading(const terms::Permit& permit) {
  return permit.instance() && permit.action() == terms::Action::agency_read;
}

}  // namespace

Agency::Agency(const Needs& needs)
    : database_(needs.database, needs.decider, needs.ledger, needs.quotas),
      decider_(needs.decider),
      vault_(needs.vault),
      apps_(needs.apps) {}

base::Result<terms::Permit> Agency::allow(const terms::Actor& actor, std::string_view org, terms::PartyId party,
                                          const terms::InstanceId& id) {
  const auto at = database_.locate(party, id);
  if (!at || at->app.org != org) return not_found();
  return decider_.decide_agency(actor, org, at->target());
}

base::Result<AgencyPage> Agency::list(const terms::Scope& scope, const AgencyQuery& query, base::Language language,
                                      base::Instant received) {
  if (!scope.agency()) return not_found();
  // The orders of the two indexes of migration 3. What has no deadline comes after what has one.
  const std::string_view key =
      query.order != "received" ? "COALESCE(deadline_at, 9000000000000000000)" : "-received_at";
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 200));
  const auto all = condition_of(scope, query, apps_);
  auto wanted = all;
  if (const auto after = place_of_token(query.after)) {
    wanted.text += fmt::format(" AND ({}, party_id, instance_id) > (?, ?, ?)", key);
    wanted.values.insert(wanted.values.end(),
                         {store::Value(after->key), store::Value(after->party), store::Value(after->instance)});
  }
  wanted.values.emplace_back(static_cast<std::int64_t>(limit + 1));

  AgencyPage page;
  ALTING_TRY(found, database_.read(scope, [&](store::Tx& tx) {
    page.total = store::read_one<std::int64_t>(
        tx.query_with("SELECT COUNT(*) FROM submission WHERE " + all.text, all.values).front());
    std::vector<Queued> rows;
    for (const auto& row : tx.query_with(
             fmt::format("SELECT {}, k.place, "
                         "(SELECT COUNT(*) FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id), "
                         "(SELECT MAX(x.received_at) FROM submission x WHERE x.party_id = s.party_id AND x.root_id = "
                         "s.root_id AND x.kind = 'supplement'), "
                         "(SELECT MAX(x.urgent) FROM submission x WHERE x.party_id = s.party_id AND x.root_id = "
                         "s.root_id), "
                         "(SELECT COUNT(*) FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id "
                         "AND x.opened_at IS NULL), "
                         "(SELECT x.open_count FROM submission x WHERE x.party_id = s.party_id AND x.root_id = "
                         "s.root_id ORDER BY x.committed_at DESC, x.instance_id DESC LIMIT 1) "
                         "FROM (SELECT {} AS place, party_id, instance_id FROM submission WHERE {} "
                         "ORDER BY {}, party_id, instance_id LIMIT ?) k "
                         "JOIN submission s ON s.party_id = k.party_id AND s.instance_id = k.instance_id "
                         "ORDER BY k.place, k.party_id, k.instance_id",
                         submission_columns, key, wanted.text, key),
             wanted.values))
      rows.push_back(read_queued(row));
    return rows;
  }));
  if (found.size() > limit) {
    found.resize(limit);
    const auto& last = found.back();
    const auto& at = last.sealed.submission.at;
    page.next = base::to_page_token(last.key, at.party.value, at.id.uuid);
  }
  ALTING_CHECK(database_.write_down(scope, listing_entry(scope, received, found.size())));
  const auto holder = agency_holder(*scope.agency());
  for (auto& row : found) {
    auto summary = to_summary(row);
    const auto app = apps_.find(summary.at.app);
    // One that was erased for the agency stands there without its answers.
    const auto opened = open_sealed(vault_, std::move(row.sealed), holder);
    if (!opened && opened.error().kind != base::ErrorKind::gone) return opened.error();
    if (app && opened) summary.columns = columns_of(*app, opened->document["data"], language);
    page.rows.push_back(std::move(summary));
  }
  return page;
}

base::Result<Matter> Agency::open(const terms::Permit& permit, base::Instant received) {
  if (!is_for_reading(permit)) return not_found();
  ALTING_TRY(sealed, database_.read(permit, [&](store::Tx& tx) -> std::vector<SealedSubmission> {
    const auto row = tx.query_one("SELECT root_id FROM submission WHERE party_id = ? AND instance_id = ?",
                                  {permit.party(), *permit.instance()});
    if (!row) return {};
    return submissions_of_matter(tx, permit.party(), store::read_one<terms::InstanceId>(*row));
  }));
  if (sealed.empty()) return not_found();
  const auto app_id = sealed.front().submission.at.app;
  auto entry = reading_entry(permit, received, "form", sealed.front().submission.archive_reference);
  entry.agency = app_id.org;
  ALTING_CHECK(database_.write_down(permit, std::move(entry), [&](store::Tx& tx) {
    tx.run("UPDATE submission SET opened_at = ? WHERE party_id = ? AND root_id = ? AND opened_at IS NULL",
           {received, permit.party(), sealed.front().submission.at.root});
  }));
  const auto app = apps_.find(app_id);
  return open_matter(vault_, std::move(sealed), agency_holder(app_id.org), app.get());
}

base::Result<Submission> Agency::open_submission(const terms::Permit& permit, base::Instant received) {
  if (!is_for_reading(permit)) return not_found();
  ALTING_TRY(sealed, database_.read(permit, [&](store::Tx& tx) {
    return find_submission(tx, permit.party(), *permit.instance());
  }));
  if (!sealed) return not_found();
  const auto& submission = sealed->submission;
  auto entry =
      reading_entry(permit, received, submission.supplement ? "supplement" : "form", submission.archive_reference);
  entry.agency = submission.at.app.org;
  ALTING_CHECK(database_.write_down(permit, std::move(entry), [&](store::Tx& tx) {
    tx.run("UPDATE submission SET opened_at = ? WHERE party_id = ? AND instance_id = ? AND opened_at IS NULL",
           {received, permit.party(), *permit.instance()});
  }));
  const auto holder = agency_holder(submission.at.app.org);
  return open_sealed(vault_, std::move(*sealed), holder);
}

base::Result<AgencyReading> Agency::open_attachment(const terms::Permit& permit, const terms::DataElementId& element,
                                                    base::Instant received) {
  if (!is_for_reading(permit)) return not_found();
  struct Found {
    Attachment attachment;
    std::string org, reference;
  };
  ALTING_TRY(found, database_.read(permit, [&](store::Tx& tx) -> std::optional<Found> {
    // Only what was sent: the row of the submission must be there, a file of a draft has none.
    const auto row =
        tx.query_one("SELECT org, archive_reference FROM submission WHERE party_id = ? AND instance_id = ?",
                     {permit.party(), *permit.instance()});
    if (!row) return std::nullopt;
    const auto [org, reference] = store::read_row<std::string, std::string>(*row);
    for (auto& one : attachments_of(tx, permit.party(), *permit.instance()))
      if (one.id == element) return Found{std::move(one), org, reference};
    return std::nullopt;
  }));
  if (!found) return not_found();
  auto entry = reading_entry(permit, received, "attachment", std::move(found->reference));
  entry.agency = found->org;
  bool to_be_shared = false;
  ALTING_CHECK(database_.write_down(permit, std::move(entry), [&](store::Tx& tx) {
    to_be_shared = store::is_waiting(tx, keys_to_share, permit.instance()->text());
  }));
  if (to_be_shared)
    ALTING_CHECK(
        vault_.share({found->attachment.blob.key_id}, party_holder(permit.party()), agency_holder(found->org)));
  return AgencyReading(std::move(found->attachment), std::move(found->org));
}

base::Status Agency::read_attachment(const AgencyReading& reading, const std::function<void(base::ByteView)>& take) {
  return vault_.read_blob(reading.attachment_.blob, agency_holder(reading.org_), take);
}

}  // namespace alting::instances
