#include "inbox/inbox.h"

#include "base/page_token.h"
#include "base/text.h"

namespace alting::inbox {

namespace {

std::string_view states(Folder folder) {
  switch (folder) {
    case Folder::drafts: return "'draft'";
    case Folder::sent: return "'sent'";
    case Folder::archive: return "'archived'";
  }
  return "''";
}

// The scope as a condition of the query: parties, and for each the apps when not all are open.
struct Filter {
  std::string sql;
  std::vector<store::Value> values;
};

Filter to_filter(const terms::Scope& scope) {
  Filter filter;
  for (const auto& grant : scope.grants()) {
    std::string one = "i.party_id = ?";
    filter.values.emplace_back(grant.party);
    if (!grant.apps.empty()) {
      std::string apps;
      for (const auto& app : grant.apps) {
        apps += apps.empty() ? "(i.org = ? AND i.app = ?)" : " OR (i.org = ? AND i.app = ?)";
        filter.values.emplace_back(app.org);
        filter.values.emplace_back(app.app);
      }
      one += " AND (" + apps + ")";
    }
    filter.sql += filter.sql.empty() ? "(" + one + ")" : " OR (" + one + ")";
  }
  filter.sql = filter.sql.empty() ? "1 = 0" : "(" + filter.sql + ")";
  return filter;
}

struct Place {  // of a row in the list, which is in the order of the latest change
  std::int64_t changed = 0;
  base::Uuid id;
};
std::optional<Place> place_from(std::string_view token) {
  const auto read = base::from_page_token<std::int64_t, base::Uuid>(token);
  if (!read) return std::nullopt;
  const auto& [changed, id] = *read;
  return Place{changed, id};
}
std::string to_token(const Place& place) { return base::to_page_token(place.changed, place.id); }

struct Found {
  instances::Summary summary;
  base::Uuid key_id;
  base::Bytes caption;
};

Found from(const store::Row& row) {
  Found one;
  auto& at = one.summary.at;
  at.party = {row.number(0)};
  at.id = {row.uuid(1)};
  at.app = {row.text(2), row.text(3)};
  const auto& state = row.text(4);
  at.state = state == "draft"      ? instances::State::draft
             : state == "archived" ? instances::State::archived
                                   : instances::State::sent;
  if (!row.is_null(5)) at.parent = terms::InstanceId{row.uuid(5)};
  at.root = {row.uuid(6)};
  one.key_id = row.uuid(7);
  if (!row.is_null(8)) one.caption = row.octets(8);
  one.summary.changed_at = row.instant(9);
  one.summary.archive_reference = row.text_or_empty(10);
  one.summary.received_at = row.maybe_instant(11);
  one.summary.deadline_at = row.maybe_instant(12);
  one.summary.late = row.maybe_number(13).value_or(0) != 0;
  one.summary.open_count = row.maybe_number(14).value_or(0);
  return one;
}

constexpr std::string_view columns =
    "i.party_id, i.instance_id, i.org, i.app, i.state, i.parent_id, i.root_id, i.key_id, i.caption, i.changed_at, "
    "s.archive_reference, s.received_at, s.deadline_at, "
    "s.late, (SELECT x.open_count FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id ORDER BY "
    "x.committed_at DESC, x.instance_id DESC LIMIT 1)";
constexpr std::string_view from_both =
    "FROM instance i LEFT JOIN submission s ON s.party_id = i.party_id AND s.instance_id = i.instance_id";

bool matches(const instances::Summary& row, const std::map<std::string, std::string>& titles, std::string_view words) {
  const auto title = titles.find(row.at.app.text());
  const auto all = base::search_words(fmt::format("{} {} {} {} {}", row.caption, row.archive_reference, row.party_name,
                                                  row.at.app.text(), title == titles.end() ? "" : title->second));
  for (const auto word : base::split(words, ' ')) {
    if (!word.empty() && all.find(word) == std::string::npos) return false;
  }
  return true;
}

}  // namespace

Listing Inbox::list(const terms::Scope& scope, const Query& query) {
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 100));
  const auto words = base::search_words(std::string_view(query.search).substr(0, 200));
  auto filter = to_filter(scope);
  if (query.app) {
    filter.sql += " AND i.org = ? AND i.app = ?";
    filter.values.emplace_back(query.app->org);
    filter.values.emplace_back(query.app->app);
  }
  const auto where = fmt::format("{} AND i.state IN ({})", filter.sql, states(query.folder));
  Listing listing;

  // The captions are sealed, so a search opens rows until the page is full or a bounded number was looked at.
  auto after = place_from(query.after);
  std::size_t looked = 0;
  constexpr std::size_t look_limit = 5'000;
  while (listing.rows.size() < limit && looked < look_limit) {
    auto values = filter.values;
    std::string more;
    if (after) {
      more = " AND (i.changed_at < ? OR (i.changed_at = ? AND i.instance_id < ?))";
      values.insert(values.end(),
                    {store::Value(after->changed), store::Value(after->changed), store::Value(after->id)});
    }
    const auto batch = words.empty() ? limit + 1 : std::size_t{200};
    values.emplace_back(static_cast<std::int64_t>(batch));
    const auto sql = fmt::format("SELECT {} {} WHERE {}{} ORDER BY i.changed_at DESC, i.instance_id DESC LIMIT ?",
                                 columns, from_both, where, more);
    auto found = database_.read([&](store::Tx& tx) {
      std::vector<Found> all;
      for (const auto& row : tx.query_with(sql, values)) all.push_back(from(row));
      return all;
    });
    bool full = false;
    for (auto& one : found) {
      ++looked;
      if (listing.rows.size() == limit) {
        full = true;
        break;
      }
      if (const auto party = parties_.find(one.summary.at.party)) {
        one.summary.party_name = party->name;
        one.summary.party_uuid = party->uuid;
      }
      if (!one.caption.empty())
        one.summary.caption =
            vault_.open(one.key_id, one.caption, instances::party_holder(one.summary.at.party)).value_or("");
      after = Place{one.summary.changed_at.micros, one.summary.at.id.uuid};
      if (words.empty() || matches(one.summary, query.titles, words)) listing.rows.push_back(std::move(one.summary));
    }
    if (full) {
      const auto& last = listing.rows.back();
      listing.next = to_token({last.changed_at.micros, last.at.id.uuid});
      break;
    }
    if (found.size() < batch) return listing;
  }
  const bool may_have_more = looked >= look_limit || listing.rows.size() == limit;
  if (listing.next.empty() && after && may_have_more) listing.next = to_token(*after);
  return listing;
}

Counts Inbox::count(const terms::Scope& scope) {
  const auto filter = to_filter(scope);
  Counts counts;
  for (const auto& row : database_.read([&](store::Tx& tx) {
         return tx.query_with(
             fmt::format("SELECT i.state, COUNT(*) FROM instance i WHERE {} GROUP BY i.state", filter.sql),
             filter.values);
       })) {
    if (row.text(0) == "draft") counts.drafts = row.number(1);
    if (row.text(0) == "sent") counts.sent = row.number(1);
    if (row.text(0) == "archived") counts.archive = row.number(1);
  }
  return counts;
}

}  // namespace alting::inbox
