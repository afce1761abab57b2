// The agency's side. Nothing here names the draft table, and each reading is in the log before anything is handed out.
#include <charconv>

#include "base/text.h"
#include "instances/draft_content.h"
#include "instances/rows.h"

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

std::string like(std::string_view words) {
  std::string pattern = "%";
  for (char c : words) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

base::Result<Instances::AgencyPage> Instances::agency_list(const terms::Scope& scope, const AgencyQuery& query,
                                                           base::Language language, base::Instant received) {
  if (!scope.agency()) return not_found();
  const std::string& org = *scope.agency();
  const bool by_deadline = query.order != "received";
  // What has no deadline comes after what has one.
  const std::string key = by_deadline ? "COALESCE(s.deadline_at, 9000000000000000000)" : "-s.received_at";
  const auto limit = std::clamp(query.limit, 1, 200);
  std::string where = "s.org = ? AND s.kind = 'notice'";
  std::vector<store::Value> values{store::Value(org)};
  const auto pattern = like(query.search);
  if (query.app) {
    where += " AND s.app = ?";
    values.emplace_back(*query.app);
  }
  if (!query.search.empty()) {
    where +=
        " AND (LOWER(s.party_name) LIKE LOWER(?) ESCAPE '\\' OR LOWER(s.archive_reference) LIKE LOWER(?) ESCAPE '\\')";
    values.emplace_back(pattern);
    values.emplace_back(pattern);
  }
  const auto count_where = where;
  const auto count_values = values;
  const auto after = read_after(query.after);
  if (after) {
    where +=
        fmt::format(" AND ({0} > ? OR ({0} = ? AND (s.party_id > ? OR (s.party_id = ? AND s.instance_id > ?))))", key);
    values.insert(values.end(), {store::Value(after->at), store::Value(after->at), store::Value(after->party),
                                 store::Value(after->party), store::Value(after->instance)});
  }
  values.emplace_back(limit + 1);

  struct Found {
    SealedSubmission sealed;
    std::int64_t additions, order;
    std::optional<base::Instant> latest;
  };
  AgencyPage page;
  auto entry = ledger::NewEntry{.kind = ledger::EventKind::agency_listed,
                                .at = received,
                                .actor = scope.actor(),
                                .party = {},
                                .party_uuid = {},
                                .party_name = {},
                                .resource = "agency:" + org,
                                .instance = {},
                                .evidence = scope.evidence(),
                                .documents = {},
                                .parameters = base::Json::object(),
                                .personal = {},
                                .agency = org};
  std::vector<Found> found;
  const auto logged = env_.database.write([&](store::Tx& tx) -> base::Status {
    found.clear();
    page.total =
        tx.query_with("SELECT COUNT(*) FROM submission s WHERE " + count_where, count_values).front().number(0);
    const auto columns = [] {
      std::string all;
      for (const auto part : base::split(submission_columns, ','))
        all += (all.empty() ? "s." : ", s.") + std::string(base::trim(part));
      return all;
    }();
    for (const auto& row :
         tx.query_with(fmt::format("SELECT {}, {}, (SELECT COUNT(*) FROM submission x WHERE x.party_id = s.party_id "
                                   "AND x.root_id = s.root_id), "
                                   "(SELECT MAX(x.received_at) FROM submission x WHERE x.party_id = s.party_id AND "
                                   "x.root_id = s.root_id AND x.kind = 'supplement'), "
                                   "(SELECT x.open_count FROM submission x WHERE x.party_id = s.party_id AND x.root_id "
                                   "= s.root_id ORDER BY x.committed_at DESC, x.instance_id DESC LIMIT 1) "
                                   "FROM submission s WHERE {} ORDER BY {}, s.party_id, s.instance_id LIMIT ?",
                                   columns, key, where, key),
                       values)) {
      found.push_back({submission_from(row), row.number(21) - 1, row.number(20), row.maybe_instant(22)});
      found.back().sealed.submission.open_count = row.number(23);  // what the matter still lacks, additions counted
    }
    entry.parameters = base::Json::object(
        {{"count", static_cast<std::int64_t>(std::min<std::size_t>(found.size(), static_cast<std::size_t>(limit)))}});
    env_.ledger.append(tx, entry);
    return {};
  });
  if (!logged) return logged.error();

  if (found.size() > static_cast<std::size_t>(limit)) {
    found.resize(static_cast<std::size_t>(limit));
    const auto& last = found.back();
    page.next =
        fmt::format("{}:{}:{}", last.order, last.sealed.submission.at.party.value, last.sealed.submission.at.id.text());
  }
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
                          row.latest,
                          {}};
    const auto app = env_.apps.find(s.at.app);
    if (app) {
      ALTING_TRY(opened, open_submission(env_.vault, std::move(row.sealed), agency_holder(org)));
      for (const auto& path : app->agency_columns()) {
        const auto* value = find_path(opened.document["data"], path);
        summary.columns.emplace_back(app->agency_column_label(language, path),
                                     value == nullptr ? "" : app->in_words(language, path, *value));
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
  std::vector<SealedSubmission> sealed;
  const auto logged = env_.database.write([&](store::Tx& tx) -> base::Status {
    sealed.clear();
    const auto row = tx.query_one("SELECT root_id, org FROM submission WHERE party_id = ? AND instance_id = ?",
                                  {permit.party(), *permit.instance()});
    if (!row) return not_found();
    sealed = submissions_of_matter(tx, permit.party(), {row->uuid(0)});
    if (sealed.empty()) return not_found();
    auto entry = reading(permit, received, "form", sealed.front().submission.archive_reference);
    entry.agency = row->text(1);
    env_.ledger.append(tx, entry);
    return {};
  });
  if (!logged) return logged.error();
  const auto org = sealed.front().submission.at.app.org;
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
  std::optional<SealedSubmission> sealed;
  const auto logged = env_.database.write([&](store::Tx& tx) -> base::Status {
    const auto row = tx.query_one(
        fmt::format("SELECT {} FROM submission WHERE party_id = ? AND instance_id = ?", submission_columns),
        {permit.party(), *permit.instance()});
    if (!row) return not_found();
    sealed = submission_from(*row);
    sealed->submission.attachments = attachments_of(tx, permit.party(), *permit.instance());
    auto entry = reading(permit, received, sealed->submission.supplement ? "supplement" : "form",
                         sealed->submission.archive_reference);
    entry.agency = sealed->submission.at.app.org;
    env_.ledger.append(tx, entry);
    return {};
  });
  if (!logged) return logged.error();
  const auto holder = agency_holder(sealed->submission.at.app.org);
  return open_submission(env_.vault, std::move(*sealed), holder);
}

base::Status Instances::agency_read_attachment(const terms::Permit& permit, const Attachment& attachment,
                                               base::Instant received,
                                               const std::function<void(base::ByteView)>& take) {
  if (!permit.instance() || permit.action() != terms::Action::agency_read) return not_found();
  std::string org;
  auto logged = env_.database.write([&](store::Tx& tx) -> base::Status {
    // Only what was sent: the row of the submission must be there, not the instance's alone.
    const auto row = tx.query_one(
        "SELECT s.org, s.archive_reference FROM submission s JOIN attachment a ON a.party_id = s.party_id AND "
        "a.instance_id = s.instance_id "
        "WHERE s.party_id = ? AND s.instance_id = ? AND a.element_id = ?",
        {permit.party(), *permit.instance(), attachment.id});
    if (!row) return not_found();
    org = row->text(0);
    auto entry = reading(permit, received, "attachment", row->text(1));
    entry.agency = org;
    env_.ledger.append(tx, entry);
    return {};
  });
  if (!logged) return logged;
  return env_.vault.read_blob(attachment.blob, agency_holder(org), take);
}

}  // namespace alting::instances
