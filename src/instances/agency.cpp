// The agency's side. Nothing here names the draft table, and each reading is in the log before anything is handed out.
#include <charconv>

#include "base/text.h"
#include "instances/draft_content.h"
#include "instances/rows.h"
#include "store/outbox.h"

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

Condition condition_of(const terms::Scope& scope, const Instances::AgencyQuery& query) {
  Condition condition{"org = ? AND kind = 'notice'", {store::Value(*scope.agency())}};
  if (scope.withheld()) {  // not every form of the org
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
  return {.kind = ledger::EventKind::agency_listed,
          .at = received,
          .actor = scope.actor(),
          .party = {},
          .party_uuid = {},
          .party_name = {},
          .resource = "agency:" + *scope.agency(),
          .instance = {},
          .evidence = scope.evidence(),
          .documents = {},
          .parameters = base::Json::object({{"count", static_cast<std::int64_t>(count)}}),
          .personal = {},
          .agency = *scope.agency()};
}

}  // namespace

base::Result<Instances::AgencyPage> Instances::agency_list(const terms::Scope& scope, const AgencyQuery& query,
                                                           base::Language language, base::Instant received) {
  if (!scope.agency()) return not_found();
  const std::string& org = *scope.agency();
  // The orders of the two indexes of migration 3. What has no deadline comes after what has one.
  const std::string_view key =
      query.order != "received" ? "COALESCE(deadline_at, 9000000000000000000)" : "-received_at";
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 200));
  const auto all = condition_of(scope, query);
  auto after = all;
  if (auto place = read_after(query.after)) {
    after.text += fmt::format(" AND ({}, party_id, instance_id) > (?, ?, ?)", key);
    after.values.insert(after.values.end(), {store::Value(place->at), store::Value(place->party),
                                             store::Value(std::move(place->instance))});
  }
  after.values.emplace_back(static_cast<std::int64_t>(limit + 1));

  AgencyPage page;
  auto found = env_.database.read([&](store::Tx& tx) {
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
  });
  if (found.size() > limit) {
    found.resize(limit);
    const auto& last = found.back();
    page.next =
        fmt::format("{}:{}:{}", last.place, last.sealed.submission.at.party.value, last.sealed.submission.at.id.text());
  }
  const auto prepared = env_.ledger.prepare(listing(scope, received, found.size()));
  const auto logged = env_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(env_.quotas.spend(tx, store::Spending::entries, received, scope.actor().party));
    env_.ledger.append(tx, prepared);
    return {};
  });
  if (!logged) return logged.error();
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
    const auto app = env_.apps.find(s.at.app);
    // One that was erased for the agency stands there without its answers.
    const auto opened = open_submission(env_.vault, std::move(row.sealed), agency_holder(org));
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

namespace {

ledger::NewEntry reading(const terms::Permit& permit, base::Instant received, std::string what, std::string reference) {
  auto entry = ledger::entry_for(ledger::EventKind::agency_read, permit, received);
  entry.parameters.set("element_kind", std::move(what));
  entry.parameters.set("reference", std::move(reference));
  return entry;
}

}  // namespace

base::Result<Matter> Instances::agency_open(const terms::Permit& permit, base::Instant received) {
  if (!permit.instance() || permit.action() != terms::Action::agency_read) return not_found();
  auto sealed = env_.database.read([&](store::Tx& tx) -> std::vector<SealedSubmission> {
    const auto row = tx.query_one("SELECT root_id FROM submission WHERE party_id = ? AND instance_id = ?",
                                  {permit.party(), *permit.instance()});
    if (!row) return {};
    return submissions_of_matter(tx, permit.party(), {row->uuid(0)});
  });
  if (sealed.empty()) return not_found();
  const auto org = sealed.front().submission.at.app.org;
  auto entry = reading(permit, received, "form", sealed.front().submission.archive_reference);
  entry.agency = org;
  const auto prepared = env_.ledger.prepare(std::move(entry));
  const auto logged = env_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(env_.quotas.spend(tx, store::Spending::entries, received, permit.actor().party));
    env_.ledger.append(tx, prepared);
    return {};
  });
  if (!logged) return logged.error();
  const auto app = env_.apps.find(sealed.front().submission.at.app);
  std::vector<Submission> all;
  for (auto& one : sealed) {
    ALTING_TRY(opened, open_submission(env_.vault, std::move(one), agency_holder(org)));
    all.push_back(std::move(opened));
  }
  return to_matter(app.get(), std::move(all));
}

base::Result<Submission> Instances::agency_submission(const terms::Permit& permit, base::Instant received) {
  if (!permit.instance() || permit.action() != terms::Action::agency_read) return not_found();
  auto sealed = env_.database.read([&](store::Tx& tx) -> std::optional<SealedSubmission> {
    const auto row = tx.query_one(
        fmt::format("SELECT {} FROM submission WHERE party_id = ? AND instance_id = ?", submission_columns),
        {permit.party(), *permit.instance()});
    if (!row) return std::nullopt;
    auto found = submission_from(*row);
    found.submission.attachments = attachments_of(tx, permit.party(), *permit.instance());
    return found;
  });
  if (!sealed) return not_found();
  auto entry = reading(permit, received, sealed->submission.supplement ? "supplement" : "form",
                       sealed->submission.archive_reference);
  entry.agency = sealed->submission.at.app.org;
  const auto prepared = env_.ledger.prepare(std::move(entry));
  const auto logged = env_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(env_.quotas.spend(tx, store::Spending::entries, received, permit.actor().party));
    env_.ledger.append(tx, prepared);
    return {};
  });
  if (!logged) return logged.error();
  const auto holder = agency_holder(sealed->submission.at.app.org);
  return open_submission(env_.vault, std::move(*sealed), holder);
}

base::Result<Instances::AgencyReading> Instances::agency_attachment(const terms::Permit& permit,
                                                                    const terms::DataElementId& element,
                                                                    base::Instant received) {
  if (!permit.instance() || permit.action() != terms::Action::agency_read) return not_found();
  std::optional<Attachment> found;
  std::string org, reference;
  env_.database.read([&](store::Tx& tx) {
    // Only what was sent: the row of the submission must be there, not the instance's alone.
    const auto row =
        tx.query_one("SELECT org, archive_reference FROM submission WHERE party_id = ? AND instance_id = ?",
                     {permit.party(), *permit.instance()});
    if (!row) return;
    org = row->text(0);
    reference = row->text(1);
    for (auto& one : attachments_of(tx, permit.party(), *permit.instance()))
      if (one.id == element) found = std::move(one);
  });
  if (!found) return not_found();
  auto entry = reading(permit, received, "attachment", std::move(reference));
  entry.agency = org;
  const auto prepared = env_.ledger.prepare(std::move(entry));
  bool to_be_shared = false;
  const auto logged = env_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(env_.quotas.spend(tx, store::Spending::entries, received, permit.actor().party));
    to_be_shared = store::is_waiting(tx, key_sharing_topic, permit.instance()->text());
    env_.ledger.append(tx, prepared);
    return {};
  });
  if (!logged) return logged.error();
  if (to_be_shared)
    ALTING_CHECK(env_.vault.share({found->blob.key_id}, party_holder(permit.party()), agency_holder(org)));
  return AgencyReading(std::move(*found), std::move(org));
}

base::Status Instances::agency_read_attachment(const AgencyReading& reading,
                                               const std::function<void(base::ByteView)>& take) {
  return env_.vault.read_blob(reading.attachment_.blob, agency_holder(reading.org_), take);
}

}  // namespace alting::instances
