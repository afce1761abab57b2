#include "inbox/inbox.h"

#include "base/page_token.h"
#include "base/text.h"
#include "store/row_reader.h"

namespace alting::inbox {

namespace {

constexpr std::size_t max_looked = 5'000;  // rows that one search opens
constexpr std::size_t search_batch = 200;  // rows that it reads at once

std::string_view state_of(Folder folder) {
  switch (folder) {
    case Folder::drafts: return "draft";
    case Folder::sent: return "sent";
    case Folder::archive: return "archived";
  }
  return "";
}

// A condition on `instance`, under the name `i`.
struct Filter {
  std::string sql;
  std::vector<store::Value> values;
};

// The scopes: parties, and for each the apps when not all are open.
Filter to_filter(const std::vector<const terms::Scope*>& scopes) {
  Filter filter;
  for (const auto* scope : scopes) {
    for (const auto& grant : scope->grants()) {
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
      if (grant.only_sent) one += fmt::format(" AND i.state <> '{}'", state_of(Folder::drafts));
      filter.sql += filter.sql.empty() ? "(" + one + ")" : " OR (" + one + ")";
    }
  }
  filter.sql = filter.sql.empty() ? "1 = 0" : "(" + filter.sql + ")";
  return filter;
}
Filter to_filter(const terms::Scope& scope) { return to_filter(std::vector{&scope}); }

Filter to_filter(const terms::Scope& scope, const Query& query) {
  auto filter = to_filter(scope);
  if (query.app) {
    filter.sql += " AND i.org = ? AND i.app = ?";
    filter.values.emplace_back(query.app->org);
    filter.values.emplace_back(query.app->app);
  }
  // Written out: the index of drafts holds no others.
  filter.sql += fmt::format(" AND i.state = '{}'", state_of(query.folder));
  return filter;
}

constexpr std::int64_t no_deadline = 9'000'000'000'000'000'000;  // as in the index of migration 6 of instances
constexpr std::string_view deadline_key = "COALESCE(i.deadline_at, 9000000000000000000)";

struct Place {                          // of a row in the list
  std::int64_t deadline = no_deadline;  // of a draft
  std::int64_t changed = 0;
  base::Uuid id;
};
std::optional<Place> place_from(std::string_view token) {
  const auto read = base::from_page_token<std::int64_t, std::int64_t, base::Uuid>(token);
  if (!read) return std::nullopt;
  const auto& [deadline, changed, id] = *read;
  return Place{deadline, changed, id};
}
std::string to_token(const Place& place) { return base::to_page_token(place.deadline, place.changed, place.id); }

// How a folder is ordered, and what of it lies behind a place.
std::string order_of(Folder folder) {
  return folder == Folder::drafts ? fmt::format("{}, -i.changed_at, i.instance_id", deadline_key)
                                  : std::string("i.changed_at DESC, i.instance_id DESC");
}
Filter behind(Folder folder, const Place& place) {
  if (folder == Folder::drafts)
    return {fmt::format(" AND ({}, -i.changed_at, i.instance_id) > (?, ?, ?)", deadline_key),
            {store::Value(place.deadline), store::Value(-place.changed), store::Value(place.id)}};
  return {" AND (i.changed_at < ? OR (i.changed_at = ? AND i.instance_id < ?))",
          {store::Value(place.changed), store::Value(place.changed), store::Value(place.id)}};
}

// A row of the list, its caption still sealed.
struct Found {
  instances::Summary summary;
  base::Uuid key_id;
  std::optional<base::Bytes> caption;
  [[nodiscard]] Place place() const {
    const bool draft = summary.at.state == instances::State::draft;
    return {draft && summary.deadline_at ? summary.deadline_at->micros : no_deadline, summary.changed_at.micros,
            summary.at.id.uuid};
  }
};

Found read_found(const store::Row& row) {
  store::RowReader from(row);
  Found one;
  auto& summary = one.summary;
  summary.at.party = from.next<terms::PartyId>();
  summary.at.id = from.next<terms::InstanceId>();
  summary.at.app.org = from.next<std::string>();
  summary.at.app.app = from.next<std::string>();
  summary.at.state = instances::to_state(from.next<std::string>());
  summary.at.parent = from.next<std::optional<terms::InstanceId>>();
  summary.at.root = from.next<terms::InstanceId>();
  one.key_id = from.next<base::Uuid>();
  one.caption = from.next<std::optional<std::string>>();
  summary.changed_at = from.next<base::Instant>();
  summary.created_at = from.next<base::Instant>();
  // Of what was sent; empty of a draft.
  summary.archive_reference = from.next_or_empty();
  summary.received_at = from.next<std::optional<base::Instant>>();
  summary.deadline_at = from.next<std::optional<base::Instant>>();
  summary.late = from.next<std::optional<bool>>().value_or(false);
  summary.open_count = from.next<std::optional<std::int64_t>>().value_or(0);
  return one;
}

// `after`: conditions, order and limit.
std::vector<Found> select(store::Database& database, const std::vector<store::Value>& values, std::string_view after) {
  const auto sql = fmt::format(
      "SELECT i.party_id, i.instance_id, i.org, i.app, i.state, i.parent_id, i.root_id, i.key_id, i.caption, "
      "i.changed_at, i.created_at, s.archive_reference, s.received_at, COALESCE(s.deadline_at, i.deadline_at), s.late, "
      "(SELECT x.open_count FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id ORDER BY "
      "x.committed_at DESC, x.instance_id DESC LIMIT 1) "
      "FROM instance i LEFT JOIN submission s ON s.party_id = i.party_id AND s.instance_id = i.instance_id WHERE {}",
      after);
  return database.read([&](store::Tx& tx) {
    std::vector<Found> found;
    for (const auto& row : tx.query_with(sql, values)) found.push_back(read_found(row));
    return found;
  });
}

instances::Summary opened(Found one, store::Vault& vault, parties::Parties& parties) {
  auto summary = std::move(one.summary);
  if (const auto party = parties.find(summary.at.party)) {
    summary.party_name = party->name;
    summary.party_uuid = party->uuid;
  }
  if (one.caption)
    summary.caption = vault.open(one.key_id, *one.caption, instances::party_holder(summary.at.party)).value_or("");
  return summary;
}

// The next rows of the list, after this place.
std::vector<Found> read_batch(store::Database& database, const Filter& filter, Folder folder,
                              const std::optional<Place>& after, std::size_t size) {
  auto values = filter.values;
  std::string more;
  if (after) {
    auto rest = behind(folder, *after);
    more = std::move(rest.sql);
    values.insert(values.end(), rest.values.begin(), rest.values.end());
  }
  values.emplace_back(static_cast<std::int64_t>(size));
  return select(database, values, fmt::format("{}{} ORDER BY {} LIMIT ?", filter.sql, more, order_of(folder)));
}

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
  const auto batch = words.empty() ? limit + 1 : search_batch;
  const auto filter = to_filter(scope, query);
  auto place = place_from(query.after);
  Listing listing;
  // The captions are sealed, so a search opens rows until the page is full or a bounded number was looked at.
  for (std::size_t looked = 0; looked < max_looked;) {
    auto found = read_batch(database_, filter, query.folder, place, batch);
    for (auto& one : found) {
      if (listing.rows.size() == limit) {  // and here is one more
        listing.next = to_token(*place);
        return listing;
      }
      ++looked;
      place = one.place();
      auto summary = opened(std::move(one), vault_, parties_);
      if (words.empty() || matches(summary, query.titles, words)) listing.rows.push_back(std::move(summary));
    }
    if (found.size() < batch) return listing;
  }
  listing.next = to_token(*place);
  return listing;
}

std::vector<instances::Summary> Inbox::rows(const terms::Scope& scope, const std::vector<terms::InstanceId>& ids) {
  constexpr std::size_t most = 100;
  if (ids.empty()) return {};
  auto filter = to_filter(scope);
  std::string places;
  for (std::size_t i = 0; i < std::min(ids.size(), most); ++i) {
    places += places.empty() ? "?" : ", ?";
    filter.values.emplace_back(ids[i]);
  }
  std::vector<instances::Summary> rows;
  for (auto& one : select(database_, filter.values, fmt::format("{} AND i.instance_id IN ({})", filter.sql, places)))
    rows.push_back(opened(std::move(one), vault_, parties_));
  return rows;
}

std::map<terms::PartyId, Waiting> Inbox::waiting(const std::vector<terms::Scope>& scopes) {
  std::vector<const terms::Scope*> all;
  for (const auto& scope : scopes) all.push_back(&scope);
  const auto filter = to_filter(all);
  std::map<terms::PartyId, Waiting> found;
  for (const auto& row : database_.read([&](store::Tx& tx) {
         return tx.query_with(fmt::format("SELECT i.party_id, COUNT(*), MIN(i.deadline_at) FROM instance i WHERE {} "
                                          "AND i.state = 'draft' GROUP BY i.party_id",
                                          filter.sql),
                              filter.values);
       })) {
    const auto [party, drafts, deadline] =
        store::read_row<terms::PartyId, std::int64_t, std::optional<base::Instant>>(row);
    found[party] = {.drafts = drafts, .deadline = deadline};
  }
  return found;
}

Counts Inbox::count(const terms::Scope& scope) {
  const auto filter = to_filter(scope);
  Counts counts;
  for (const auto& row : database_.read([&](store::Tx& tx) {
         return tx.query_with(
             fmt::format("SELECT i.state, COUNT(*) FROM instance i WHERE {} GROUP BY i.state", filter.sql),
             filter.values);
       })) {
    const auto [state, count] = store::read_row<std::string, std::int64_t>(row);
    if (state == state_of(Folder::drafts)) counts.drafts = count;
    if (state == state_of(Folder::sent)) counts.sent = count;
    if (state == state_of(Folder::archive)) counts.archive = count;
  }
  return counts;
}

}  // namespace alting::inbox
