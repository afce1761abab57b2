#include "inbox/inbox.h"

#include "base/page_token.h"
#include "base/text.h"
#include "inbox/message_rows.h"
#include "instances/kept_deleted.h"
#include "store/row_reader.h"

namespace alting::inbox {

namespace {

constexpr std::size_t max_looked = 5'000;  // rows that one search opens
constexpr std::size_t search_batch = 200;  // rows that it reads at once
constexpr std::size_t few_groups = 8;      // of more, each reading costs more than rows do: it reads all at once
// So few parties are asked one by one, each from the beginning of its index; of more, some hundred together.
constexpr std::size_t asked_alone = 8, asked_together = 200;

// Where a form lies that is in this state; "" where no form can lie.
std::string_view state_of(Folder folder) {
  switch (folder) {
    case Folder::work: return "draft";
    case Folder::sent: return "sent";
    case Folder::archive: return "archived";
    case Folder::deleted: return "deleted";
    case Folder::received: return "";
  }
  return "";
}
// The same of a message.
std::string_view folder_name(Folder folder) {
  switch (folder) {
    case Folder::received: return in_received;
    case Folder::archive: return in_archive;
    case Folder::deleted: return in_deleted;
    case Folder::work:
    case Folder::sent: return "";
  }
  return "";
}

// A condition on a table.
struct Filter {
  std::string sql;
  std::vector<store::Value> values;
  void add(std::string_view condition, std::initializer_list<store::Value> more = {}) {
    sql += condition;
    values.insert(values.end(), more.begin(), more.end());
  }
};

using Grants = std::vector<const terms::Scope::Grant*>;

Grants grants_of(const terms::Scope& scope) {
  Grants all;
  for (const auto& grant : scope.grants()) all.push_back(&grant);
  return all;
}

// Some parties at a time; the grants of one party stay together, so that no row comes twice.
std::vector<Grants> in_groups(Grants all) {
  std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->party < b->party; });
  const auto size = all.size() <= asked_alone ? std::size_t{1} : asked_together;
  std::vector<Grants> groups;
  for (const auto* one : all) {
    if (groups.empty() || (groups.back().size() >= size && groups.back().back()->party != one->party))
      groups.emplace_back();
    groups.back().push_back(one);
  }
  return groups;
}

void add_apps(Filter& filter, std::string_view name, const std::vector<terms::AppId>& apps) {
  std::string all;
  for (const auto& app : apps) {
    all += fmt::format("{}({}.org = ? AND {}.app = ?)", all.empty() ? "" : " OR ", name, name);
    filter.values.emplace_back(app.org);
    filter.values.emplace_back(app.app);
  }
  filter.sql += all.empty() ? "1 = 0" : "(" + all + ")";
}

// Forms, under the name `i`: parties, and for each the apps when not all are open.
Filter forms_of(const Grants& grants) {
  Filter filter;
  for (const auto* grant : grants) {
    filter.sql += filter.sql.empty() ? "(" : " OR (";
    filter.add("i.party_id = ?", {grant->party});
    if (!grant->apps.empty()) {
      filter.add(" AND ");
      add_apps(filter, "i", grant->apps);
    }
    if (grant->only_sent) filter.add(fmt::format(" AND i.state <> '{}'", state_of(Folder::work)));
    filter.sql += ")";
  }
  filter.sql = filter.sql.empty() ? "1 = 0" : "(" + filter.sql + ")";
  return filter;
}

// Messages, or what is counted of them, under this name: what is confidential only where it was given by name.
Filter messages_of(const Grants& grants, std::string_view name) {
  Filter filter;
  for (const auto* grant : grants) {
    filter.sql += filter.sql.empty() ? "(" : " OR (";
    filter.add(fmt::format("{}.party_id = ?", name), {grant->party});
    if (!grant->apps.empty()) {
      filter.add(" AND ");
      add_apps(filter, name, grant->apps);
    }
    if (!grant->all_confidential) {
      filter.add(fmt::format(" AND ({}.confidential = 0 OR ", name));
      add_apps(filter, name, grant->confidential_apps);
      filter.add(")");
    }
    filter.sql += ")";
  }
  filter.sql = filter.sql.empty() ? "1 = 0" : "(" + filter.sql + ")";
  return filter;
}

constexpr std::int64_t no_deadline = 9'000'000'000'000'000'000;  // as in the indexes
constexpr std::string_view deadline_key = "COALESCE(i.deadline_at, 9000000000000000000)",
                           due_key = "COALESCE(m.due_at, 9000000000000000000)";

struct Place {                          // of a row in the list
  std::int64_t deadline = no_deadline;  // of a draft; of a message that was received, when it is due
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

bool soonest_first(Folder folder) { return folder == Folder::work || folder == Folder::received; }

bool comes_before(Folder folder, const Place& a, const Place& b) {
  if (soonest_first(folder)) return std::tuple(a.deadline, -a.changed, a.id) < std::tuple(b.deadline, -b.changed, b.id);
  return std::tie(a.changed, a.id) > std::tie(b.changed, b.id);
}

// How a folder is ordered, by the columns of one kind, and what of it lies behind a place.
struct Order {
  std::string_view deadline, changed, id;
  [[nodiscard]] std::string words(Folder folder) const {
    return soonest_first(folder) ? fmt::format("{}, -{}, {}", deadline, changed, id)
                                 : fmt::format("{} DESC, {} DESC", changed, id);
  }
  void behind(Folder folder, const Place& place, Filter& filter) const {
    if (soonest_first(folder)) {
      filter.add(fmt::format(" AND ({}, -{}, {}) > (?, ?, ?)", deadline, changed, id),
                 {place.deadline, -place.changed, place.id});
      return;
    }
    filter.add(fmt::format(" AND ({0} < ? OR ({0} = ? AND {1} < ?))", changed, id),
               {place.changed, place.changed, place.id});
  }
};
constexpr Order order_of_forms{deadline_key, "i.changed_at", "i.instance_id"};
constexpr Order order_of_received{due_key, "m.listed_at", "m.message_id"};
constexpr Order order_of_messages{due_key, "m.changed_at", "m.message_id"};

// A row of the list, its caption still sealed.
struct Line {
  Item item;
  Place place;
  base::Uuid key_id;
  std::optional<base::Bytes> caption;
};

Line next_form(store::RowReader& from) {
  Line one;
  auto& summary = one.item;
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
  const bool draft = summary.at.state == instances::State::draft;
  if (const auto removed = from.next<std::optional<base::Instant>>())
    summary.at.goes_at = instances::goes_for_good(*removed);
  one.place = {draft && summary.deadline_at ? summary.deadline_at->micros : no_deadline, summary.changed_at.micros,
               summary.at.id.uuid};
  return one;
}

// `after`: conditions, order and limit.
std::vector<Line> select_forms(store::Tx& tx, const std::vector<store::Value>& values, std::string_view after) {
  const auto sql = fmt::format(
      "SELECT i.party_id, i.instance_id, i.org, i.app, i.state, i.parent_id, i.root_id, i.key_id, i.caption, "
      "i.changed_at, i.created_at, s.archive_reference, s.received_at, COALESCE(s.deadline_at, i.deadline_at), s.late, "
      "(SELECT x.open_count FROM submission x WHERE x.party_id = s.party_id AND x.root_id = s.root_id ORDER BY "
      "x.committed_at DESC, x.instance_id DESC LIMIT 1), i.removed_at "
      "FROM instance i LEFT JOIN submission s ON s.party_id = i.party_id AND s.instance_id = i.instance_id WHERE {}",
      after);
  std::vector<Line> found;
  for (const auto& row : tx.query_with(sql, values)) {
    store::RowReader from(row);
    found.push_back(next_form(from));
  }
  return found;
}

Line line_of(StoredMessage message, Folder folder) {
  Line one;
  auto& item = one.item;
  item.at.party = message.place.party;
  item.at.app = message.place.service;
  item.at.state = message.folder == in_archive ? instances::State::archived : instances::State::sent;
  item.created_at = item.changed_at = message.published_at.value_or(message.listed_at);
  item.received_at = item.created_at;
  item.deadline_at = message.due;
  MessageRow row{.id = message.place.id, .batch = message.place.batch};
  row.sender_name = std::move(message.sender_name);
  row.unread = !message.opened_at;
  row.confidential = message.place.confidential;
  row.must_confirm = message.must_confirm;
  row.confirmed = message.confirmed_at.has_value();
  row.answered = message.answered_at.has_value();
  row.reply = reply_from(message.reply);
  row.due = message.batch_due;
  row.goes_at = message.goes_at;
  row.files = message.files;
  one.place = {message.due ? message.due->micros : no_deadline,
               folder == Folder::received ? message.listed_at.micros : message.changed_at.micros,
               message.place.id.uuid};
  one.key_id = message.key_id;
  one.caption = std::move(message.caption);
  item.message = std::move(row);
  return one;
}

std::vector<Line> select_messages(store::Tx& tx, const std::vector<store::Value>& values, std::string_view after,
                                  Folder folder) {
  std::vector<Line> found;
  for (const auto& row : tx.query_with(
           fmt::format(
               "SELECT {} FROM message m JOIN message_batch b ON b.batch_id = m.batch_id WHERE b.published_at IS "
               "NOT NULL AND {}",
               listed_columns, after),
           values)) {
    store::RowReader from(row);
    found.push_back(line_of(next_message(from), folder));
  }
  return found;
}

// What a query asks of either kind, after the filter of the scope.
void narrow(Filter& filter, const Query& query, std::string_view name, std::string_view time) {
  if (query.app)
    filter.add(fmt::format(" AND {}.org = ? AND {}.app = ?", name, name), {query.app->org, query.app->app});
  if (!query.agency.empty()) filter.add(fmt::format(" AND {}.org = ?", name), {query.agency});
  if (query.from) filter.add(fmt::format(" AND {} >= ?", time), {*query.from});
  if (query.to) filter.add(fmt::format(" AND {} < ?", time), {*query.to});
}

std::vector<Line> read_forms(store::Tx& tx, const Grants& grants, const Query& query, const std::optional<Place>& after,
                             std::size_t size) {
  auto filter = forms_of(grants);
  narrow(filter, query, "i", "i.changed_at");
  // Written out: the index of drafts holds no others.
  filter.add(fmt::format(" AND i.state = '{}'", state_of(query.folder)));
  if (after) order_of_forms.behind(query.folder, *after, filter);
  filter.values.emplace_back(static_cast<std::int64_t>(size));
  return select_forms(tx, filter.values,
                      fmt::format("{} ORDER BY {} LIMIT ?", filter.sql, order_of_forms.words(query.folder)));
}

std::vector<Line> read_messages(store::Tx& tx, const Grants& grants, const Query& query,
                                const std::optional<Place>& after, std::size_t size) {
  const auto& order = query.folder == Folder::received ? order_of_received : order_of_messages;
  auto filter = messages_of(grants, "m");
  narrow(filter, query, "m", "m.listed_at");
  filter.add(fmt::format(" AND m.folder = '{}'", folder_name(query.folder)));  // written out, for the indexes
  if (query.standing == Standing::unread) filter.add(" AND m.opened_at IS NULL");
  if (query.standing == Standing::waiting)
    filter.add(
        " AND ((b.must_confirm = 1 AND m.confirmed_at IS NULL) OR (b.reply <> 'none' AND m.answered_at IS NULL))");
  if (after) order.behind(query.folder, *after, filter);
  filter.values.emplace_back(static_cast<std::int64_t>(size));
  return select_messages(tx, filter.values,
                         fmt::format("{} ORDER BY {} LIMIT ?", filter.sql, order.words(query.folder)), query.folder);
}

// The next rows of the list, after this place.
std::vector<Line> read_batch(store::Database& database, const std::vector<Grants>& groups, const Query& query,
                             const std::optional<Place>& after, std::size_t size) {
  const bool forms = !state_of(query.folder).empty() && query.standing == Standing::any;
  const bool messages = !folder_name(query.folder).empty();
  std::vector<Line> lines;
  database.read([&](store::Tx& tx) {
    lines.clear();
    for (const auto& group : groups) {
      std::vector<Line> more;
      if (forms) more = read_forms(tx, group, query, after, size);
      if (messages)
        for (auto& one : read_messages(tx, group, query, after, size)) more.push_back(std::move(one));
      for (auto& one : more) lines.push_back(std::move(one));
      // What cannot be on this page any more is let go on the way.
      const auto sooner = [&](const Line& a, const Line& b) { return comes_before(query.folder, a.place, b.place); };
      if (lines.size() > 4 * size) {
        std::nth_element(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(size), lines.end(), sooner);
        lines.resize(size);
      }
    }
  });
  std::sort(lines.begin(), lines.end(),
            [&](const Line& a, const Line& b) { return comes_before(query.folder, a.place, b.place); });
  if (lines.size() > size) lines.resize(size);
  return lines;
}

// Nothing for a message whose key its party has no more: it was erased since the row was written, by a restore.
std::optional<Item> opened(Line one, store::Vault& vault, parties::Parties& parties) {
  auto item = std::move(one.item);
  if (const auto party = parties.find(item.at.party)) {
    item.party_name = party->name;
    item.party_uuid = party->uuid;
  }
  if (!one.caption) return item;
  const auto words = vault.open(one.key_id, *one.caption, instances::party_holder(item.at.party));
  if (!item.message) {
    item.caption = words.value_or("");
    return item;
  }
  if (!words) return std::nullopt;
  auto caption = caption_from(*words);
  item.caption = std::move(caption.title);
  item.message->case_reference = std::move(caption.case_reference);
  return item;
}

bool matches(const Item& row, const std::map<std::string, std::string>& titles, std::string_view words) {
  const auto title = titles.find(row.at.app.text());
  const auto all = base::search_words(
      fmt::format("{} {} {} {} {} {} {}", row.caption, row.archive_reference, row.party_name, row.at.app.text(),
                  title == titles.end() ? "" : title->second, row.message ? row.message->sender_name : "",
                  row.message ? row.message->case_reference : ""));
  for (const auto word : base::split(words, ' ')) {
    if (!word.empty() && all.find(word) == std::string::npos) return false;
  }
  return true;
}

// "?, ?, ?" with the values put into the filter; of at most so many.
template <class Id>
std::string places_for(Filter& filter, const std::vector<Id>& ids) {
  constexpr std::size_t most = 100;
  std::string places;
  for (std::size_t i = 0; i < std::min(ids.size(), most); ++i) {
    places += places.empty() ? "?" : ", ?";
    filter.values.emplace_back(ids[i]);
  }
  return places;
}

}  // namespace

Listing Inbox::list(const terms::Scope& scope, const Query& query) {
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 100));
  const auto words = base::search_words(std::string_view(query.search).substr(0, 200));
  const auto groups = in_groups(grants_of(scope));
  const auto batch = words.empty() ? limit + 1 : groups.size() <= few_groups ? search_batch : max_looked;
  auto place = place_from(query.after);
  Listing listing;
  // The captions are sealed, so a search opens rows until the page is full or a bounded number was looked at.
  for (std::size_t looked = 0; looked < max_looked;) {
    auto found = read_batch(database_, groups, query, place, batch);
    for (auto& one : found) {
      if (listing.rows.size() == limit) {  // and here is one more
        listing.next = to_token(*place);
        return listing;
      }
      ++looked;
      place = one.place;
      auto item = opened(std::move(one), vault_, parties_);
      if (item && (words.empty() || matches(*item, query.titles, words))) listing.rows.push_back(*std::move(item));
    }
    if (found.size() < batch) return listing;
  }
  listing.next = to_token(*place);
  return listing;
}

std::vector<instances::Summary> Inbox::rows(const terms::Scope& scope, const std::vector<terms::InstanceId>& ids) {
  if (ids.empty()) return {};
  std::vector<instances::Summary> rows;
  for (const auto& group : in_groups(grants_of(scope))) {
    auto filter = forms_of(group);
    const auto places = places_for(filter, ids);
    for (auto& one : database_.read([&](store::Tx& tx) {
           return select_forms(tx, filter.values, fmt::format("{} AND i.instance_id IN ({})", filter.sql, places));
         }))
      if (auto item = opened(std::move(one), vault_, parties_)) rows.push_back(*std::move(item));
  }
  return rows;
}

std::vector<Item> Inbox::messages(const terms::Scope& scope, const std::vector<MessageId>& ids) {
  if (ids.empty()) return {};
  std::vector<Item> rows;
  for (const auto& group : in_groups(grants_of(scope))) {
    auto filter = messages_of(group, "m");
    const auto places = places_for(filter, ids);
    for (auto& one : database_.read([&](store::Tx& tx) {
           return select_messages(
               tx, filter.values,
               fmt::format("{} AND m.folder <> '{}' AND m.message_id IN ({})", filter.sql, in_none, places),
               Folder::received);
         }))
      if (auto item = opened(std::move(one), vault_, parties_)) rows.push_back(*std::move(item));
  }
  return rows;
}

std::map<terms::PartyId, Waiting> Inbox::waiting(const std::vector<terms::Scope>& scopes) {
  Grants all;
  for (const auto& scope : scopes)
    for (const auto* one : grants_of(scope)) all.push_back(one);
  std::map<terms::PartyId, Waiting> found;
  if (all.empty()) return found;
  const auto forms = forms_of(all), messages = messages_of(all, "c");
  const auto [drafts, unread] = database_.read([&](store::Tx& tx) {
    return std::pair(
        tx.query_with(fmt::format("SELECT i.party_id, COUNT(*), MIN(i.deadline_at) FROM instance i WHERE {} "
                                  "AND i.state = 'draft' GROUP BY i.party_id",
                                  forms.sql),
                      forms.values),
        tx.query_with(fmt::format("SELECT c.party_id, CAST(SUM(c.unread) AS BIGINT) FROM message_count c "
                                  "WHERE {} AND c.folder = 'received' GROUP BY c.party_id",
                                  messages.sql),
                      messages.values));
  });
  for (const auto& row : drafts) {
    const auto [party, count, deadline] =
        store::read_row<terms::PartyId, std::int64_t, std::optional<base::Instant>>(row);
    found[party].drafts = count;
    found[party].deadline = deadline;
  }
  for (const auto& row : unread)
    if (const auto [party, count] = store::read_row<terms::PartyId, std::int64_t>(row); count > 0)
      found[party].unread = count;
  return found;
}

Counts Inbox::count(const terms::Scope& scope) {
  Counts counts;
  for (const auto& group : in_groups(grants_of(scope))) {
    const auto forms = forms_of(group), messages = messages_of(group, "c");
    const auto [states, folders] = database_.read([&](store::Tx& tx) {
      return std::pair(
          tx.query_with(fmt::format("SELECT i.state, COUNT(*) FROM instance i WHERE {} GROUP BY i.state", forms.sql),
                        forms.values),
          tx.query_with(fmt::format("SELECT c.folder, CAST(SUM(c.total) AS BIGINT), CAST(SUM(c.unread) AS BIGINT) FROM "
                                    "message_count c WHERE {} GROUP BY c.folder",
                                    messages.sql),
                        messages.values));
    });
    for (const auto& row : states) {
      const auto [state, count] = store::read_row<std::string, std::int64_t>(row);
      if (state == state_of(Folder::work)) counts.work += count;
      if (state == state_of(Folder::sent)) counts.sent += count;
      if (state == state_of(Folder::archive)) counts.archive += count;
      if (state == state_of(Folder::deleted)) counts.deleted += count;
    }
    for (const auto& row : folders) {
      const auto [folder, total, unread] = store::read_row<std::string, std::int64_t, std::int64_t>(row);
      if (folder == in_received) {
        counts.received += total;
        counts.unread += unread;
      }
      if (folder == in_archive) counts.archive += total;
      if (folder == in_deleted) counts.deleted += total;
    }
  }
  return counts;
}

}  // namespace alting::inbox
