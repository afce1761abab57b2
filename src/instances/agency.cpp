// The agency's side. Nothing here names the draft table, each transaction begins by deciding again, and each reading is
// in the log before anything is handed out.
#include <charconv>

#include "base/text.h"
#include "instances/agency_database.h"
#include "instances/draft_content.h"
#include "instances/rows.h"
#include "instances/topics.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::instances {

namespace {

// The page's order and place: "<micros>:<party>:<instance>".
struct After {
  std::int64_t at = 0, party = 0;
  std::string instance;
};

std::optional<After> read_after(std::string_view text) {
  const auto parts = base::split(text, ':');
  if (parts.size() != 3 || !terms::InstanceId::parse(parts[2])) return std::nullopt;
  After after;
  const auto number = [](std::string_view digits, std::int64_t& into) {
    return std::from_chars(digits.data(), digits.data() + digits.size(), into).ec == std::errc{};
  };
  if (!number(parts[0], after.at) || !number(parts[1], after.party)) return std::nullopt;
  after.instance = parts[2];
  return after;
}

// Which notices the query asks for, as a condition on `submission`.
struct Condition {
  std::string text;
  std::vector<store::Value> values;
};

constexpr std::size_t most_words = 10;

// Whether every form of the org that there is may be listed. What was sent with one that is there no more stays on a
// whole list.
bool is_whole(const terms::Scope& scope, const forms::AppCatalogue& apps) {
  if (scope.withheld()) return false;
  return std::ranges::all_of(apps.all(), [&](const auto& app) {
    return app->id().org != *scope.agency() ||
           std::ranges::find(scope.agency_apps(), app->id()) != scope.agency_apps().end();
  });
}

Condition condition_of(const terms::Scope& scope, const Instances::AgencyQuery& query,
                       const forms::AppCatalogue& apps) {
  Condition condition{"org = ? AND kind = 'notice'", {store::Value(*scope.agency())}};
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
    if (word.empty() || count++ == most_words) break;
    condition.text += " AND search_words LIKE ?";
    condition.values.emplace_back("%" + std::string(word) + "%");  // letters and digits: nothing to escape
  }
  return condition;
}

// A row of the queue, not yet opened.
struct Queued {
  SealedSubmission sealed;
  std::int64_t place, additions;
  std::optional<base::Instant> latest_addition;
};

std::string of_s(std::string_view columns) {
  std::string all;
  for (const auto part : base::split(columns, ','))
    all += (all.empty() ? "s." : ", s.") + std::string(base::trim(part));
  return all;
}

ledger::NewEntry listing(const terms::Scope& scope, base::Instant received, std::size_t count) {
  ledger::NewEntry entry{ledger::EventKind::agency_listed, received};
  entry.actor = scope.actor();
  entry.resource = "agency:" + *scope.agency();
  entry.evidence = scope.evidence();
  entry.set(ledger::parameter::count, static_cast<std::int64_t>(count));
  entry.agency = *scope.agency();
  return entry;
}

ledger::NewEntry reading(const terms::Permit& permit, base::Instant received, std::string what, std::string reference) {
  auto entry = ledger::entry_for(ledger::EventKind::agency_read, permit, received);
  entry.set(ledger::parameter::element_kind, std::move(what));
  entry.set(ledger::parameter::reference, std::move(reference));
  return entry;
}

bool is_for_reading(const terms::Permit& permit) {
  return permit.instance() && permit.action() == terms::Action::agency_read;
}

// What these functions have of the environment. The database is not among it.
class AgencySide {
 public:
  explicit AgencySide(const Environment& env)
      : database_(env.database, env.decider, env.ledger, env.quotas), vault_(env.vault), apps_(env.apps) {}

  base::Result<Instances::AgencyPage> list(const terms::Scope& scope, const Instances::AgencyQuery& query,
                                           base::Language language, base::Instant received);
  base::Result<Matter> open(const terms::Permit& permit, base::Instant received);
  base::Result<Submission> submission(const terms::Permit& permit, base::Instant received);
  struct Reading {
    Attachment attachment;
    std::string org;
  };
  base::Result<Reading> attachment(const terms::Permit& permit, const terms::DataElementId& element,
                                   base::Instant received);

 private:
  AgencyDatabase database_;
  store::Vault& vault_;
  const forms::AppCatalogue& apps_;
};

base::Result<Instances::AgencyPage> AgencySide::list(const terms::Scope& scope, const Instances::AgencyQuery& query,
                                                     base::Language language, base::Instant received) {
  if (!scope.agency()) return not_found();
  const std::string& org = *scope.agency();
  // The orders of the two indexes of migration 3. What has no deadline comes after what has one.
  const std::string_view key =
      query.order != "received" ? "COALESCE(deadline_at, 9000000000000000000)" : "-received_at";
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 200));
  const auto all = condition_of(scope, query, apps_);
  auto after = all;
  if (auto place = read_after(query.after)) {
    after.text += fmt::format(" AND ({}, party_id, instance_id) > (?, ?, ?)", key);
    after.values.insert(after.values.end(), {store::Value(place->at), store::Value(place->party),
                                             store::Value(std::move(place->instance))});
  }
  after.values.emplace_back(static_cast<std::int64_t>(limit + 1));

  Instances::AgencyPage page;
  ALTING_TRY(found, database_.read(scope, [&](store::Tx& tx) {
    page.total = tx.query_with("SELECT COUNT(*) FROM submission WHERE " + all.text, all.values).front().number(0);
    std::vector<Queued> rows;
    for (const auto& row : tx.query_with(
             fmt::format("SELECT {}, k.place, "
                         "(SELECT COUNT(*) FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id), "
                         "(SELECT MAX(x.received_at) FROM submission x WHERE x.party_id = s.party_id AND x.root_id = "
                         "s.root_id AND x.kind = 'supplement'), "
                         "(SELECT x.open_count FROM submission x WHERE x.party_id = s.party_id AND x.root_id = "
                         "s.root_id ORDER BY x.committed_at DESC, x.instance_id DESC LIMIT 1) "
                         "FROM (SELECT {} AS place, party_id, instance_id FROM submission WHERE {} "
                         "ORDER BY {}, party_id, instance_id LIMIT ?) k "
                         "JOIN submission s ON s.party_id = k.party_id AND s.instance_id = k.instance_id "
                         "ORDER BY k.place, k.party_id, k.instance_id",
                         of_s(submission_columns), key, after.text, key),
             after.values)) {
      rows.push_back({submission_from(row), row.number(20), row.number(21) - 1, row.maybe_instant(22)});
      rows.back().sealed.submission.open_count = row.number(23);  // what the matter still lacks, additions counted
    }
    return rows;
  }));
  if (found.size() > limit) {
    found.resize(limit);
    const auto& last = found.back();
    page.next =
        fmt::format("{}:{}:{}", last.place, last.sealed.submission.at.party.value, last.sealed.submission.at.id.text());
  }
  ALTING_CHECK(database_.write_down(scope, listing(scope, received, found.size())));
  for (auto& row : found) {
    const auto& s = row.sealed.submission;
    AgencySummary summary{s.at,
                          s.party_uuid,
                          s.party_name,
                          s.archive_reference,
                          s.received_at,
                          s.deadline_at,
                          s.late,
                          s.open_count,
                          row.additions,
                          row.latest_addition,
                          {}};
    const auto app = apps_.find(s.at.app);
    // One that was erased for the agency stands there without its answers.
    const auto opened = open_submission(vault_, std::move(row.sealed), agency_holder(org));
    if (!opened && opened.error().kind != base::ErrorKind::gone) return opened.error();
    if (app && opened) {
      for (const auto& path : app->agency_columns()) {
        const auto* value = find_path(opened->document["data"], path);
        summary.columns.emplace_back(
            app->agency_column_label(language, path),
            value == nullptr ? "" : app->in_words(language, path, *value, opened->document["data"]));
      }
    }
    page.rows.push_back(std::move(summary));
  }
  return page;
}

base::Result<Matter> AgencySide::open(const terms::Permit& permit, base::Instant received) {
  if (!is_for_reading(permit)) return not_found();
  ALTING_TRY(sealed, database_.read(permit, [&](store::Tx& tx) -> std::vector<SealedSubmission> {
    const auto row = tx.query_one("SELECT root_id FROM submission WHERE party_id = ? AND instance_id = ?",
                                  {permit.party(), *permit.instance()});
    if (!row) return {};
    return submissions_of_matter(tx, permit.party(), {row->uuid(0)});
  }));
  if (sealed.empty()) return not_found();
  const auto org = sealed.front().submission.at.app.org;
  auto entry = reading(permit, received, "form", sealed.front().submission.archive_reference);
  entry.agency = org;
  ALTING_CHECK(database_.write_down(permit, std::move(entry)));
  const auto app = apps_.find(sealed.front().submission.at.app);
  std::vector<Submission> all;
  for (auto& one : sealed) {
    ALTING_TRY(opened, open_submission(vault_, std::move(one), agency_holder(org)));
    all.push_back(std::move(opened));
  }
  return to_matter(app.get(), std::move(all));
}

base::Result<Submission> AgencySide::submission(const terms::Permit& permit, base::Instant received) {
  if (!is_for_reading(permit)) return not_found();
  ALTING_TRY(sealed, database_.read(permit, [&](store::Tx& tx) -> std::optional<SealedSubmission> {
    const auto row = tx.query_one(
        fmt::format("SELECT {} FROM submission WHERE party_id = ? AND instance_id = ?", submission_columns),
        {permit.party(), *permit.instance()});
    if (!row) return std::nullopt;
    auto found = submission_from(*row);
    found.submission.attachments = attachments_of(tx, permit.party(), *permit.instance());
    return found;
  }));
  if (!sealed) return not_found();
  auto entry = reading(permit, received, sealed->submission.supplement ? "supplement" : "form",
                       sealed->submission.archive_reference);
  entry.agency = sealed->submission.at.app.org;
  ALTING_CHECK(database_.write_down(permit, std::move(entry)));
  const auto holder = agency_holder(sealed->submission.at.app.org);
  return open_submission(vault_, std::move(*sealed), holder);
}

base::Result<AgencySide::Reading> AgencySide::attachment(const terms::Permit& permit,
                                                         const terms::DataElementId& element, base::Instant received) {
  if (!is_for_reading(permit)) return not_found();
  struct Found {
    Reading reading;
    std::string reference;
  };
  ALTING_TRY(found, database_.read(permit, [&](store::Tx& tx) -> std::optional<Found> {
    // Only what was sent: the row of the submission must be there, not the instance's alone.
    const auto row =
        tx.query_one("SELECT org, archive_reference FROM submission WHERE party_id = ? AND instance_id = ?",
                     {permit.party(), *permit.instance()});
    if (!row) return std::nullopt;
    for (auto& one : attachments_of(tx, permit.party(), *permit.instance()))
      if (one.id == element) return Found{{std::move(one), row->text(0)}, row->text(1)};
    return std::nullopt;
  }));
  if (!found) return not_found();
  const auto& org = found->reading.org;
  auto entry = reading(permit, received, "attachment", std::move(found->reference));
  entry.agency = org;
  bool to_be_shared = false;
  ALTING_CHECK(database_.write_down(permit, std::move(entry), [&](store::Tx& tx) {
    to_be_shared = store::is_waiting(tx, keys_to_share, permit.instance()->text());
  }));
  if (to_be_shared)
    ALTING_CHECK(
        vault_.share({found->reading.attachment.blob.key_id}, party_holder(permit.party()), agency_holder(org)));
  return std::move(found->reading);
}

}  // namespace

base::Result<Instances::AgencyPage> Instances::agency_list(const terms::Scope& scope, const AgencyQuery& query,
                                                           base::Language language, base::Instant received) {
  return AgencySide(env_).list(scope, query, language, received);
}

base::Result<Matter> Instances::agency_open(const terms::Permit& permit, base::Instant received) {
  return AgencySide(env_).open(permit, received);
}

base::Result<Submission> Instances::agency_submission(const terms::Permit& permit, base::Instant received) {
  return AgencySide(env_).submission(permit, received);
}

base::Result<Instances::AgencyReading> Instances::agency_attachment(const terms::Permit& permit,
                                                                    const terms::DataElementId& element,
                                                                    base::Instant received) {
  ALTING_TRY(reading, AgencySide(env_).attachment(permit, element, received));
  return AgencyReading(std::move(reading.attachment), std::move(reading.org));
}

base::Status Instances::agency_read_attachment(const AgencyReading& reading,
                                               const std::function<void(base::ByteView)>& take) {
  return env_.vault.read_blob(reading.attachment_.blob, agency_holder(reading.org_), take);
}

}  // namespace alting::instances
