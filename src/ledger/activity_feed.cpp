#include "ledger/activity_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/page_token.h"
#include "base/text.h"
#include "ledger/event_kinds.h"
#include "ledger/own_reads.h"
#include "store/row_reader.h"

namespace alting::ledger {

namespace {

constexpr std::size_t entries_read_at_once = 1000;
constexpr std::size_t opened_at_once = 500;
constexpr std::string_view personal_path = "personal.";  // before the names of personal fields (entry.h)
constexpr std::size_t max_waiting = 100'000;  // in memory; beyond that rows are made from the entries themselves

// The titles of a kind in all languages, folded for search: the same for every entry of the kind, and most of its text.
std::string_view title_words(EventKind kind) {
  static const auto all = [] {
    std::map<EventKind, std::string> words;
    for (const auto& one : event_catalogue())
      words[one.kind] = base::search_words(fmt::format("{}", fmt::join(one.titles, " ")));
    return words;
  }();
  return all.at(kind);
}

// By the whole name of the form: the words of the search are found in longer names too.
bool is_asked_for(const ActivityQuery& query, const Activity& activity) {
  if (query.only && activity.resource != *query.only) return false;
  return !query.only_instance || activity.instance == query.only_instance;
}

// An agency's staff are shown as the agency's (C-579/21), so they are not to be found by their names either.
std::string search_text(EventKind kind, std::string_view actor_name, std::string_view party_name,
                        std::string_view resource, const base::Json& parameters) {
  if (info(kind).of_agency) actor_name = {};
  return fmt::format(
      " {} {} ", title_words(kind),
      base::search_words(fmt::format("{} {} {} {}", actor_name, party_name, resource, parameters.text("reference"))));
}

std::string value_at(const EntryText& text, std::string_view path) {
  for (const auto* list : {&text.of_actor, &text.of_party})
    for (const auto& one : *list)
      if (one.path == path) return one.value;
  return {};
}

std::string escape_like(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// How a resource stands in the text of search. Whoever is named the same is not found either, which tells nothing.
std::string resource_words(const std::string& resource) { return fmt::format(" {} ", base::search_words(resource)); }

std::vector<std::string> words_of(const std::string& search) {
  const std::string folded = base::search_words(search.substr(0, 200));
  std::vector<std::string> words;
  for (const auto word : base::split(folded, ' '))
    if (!word.empty() && words.size() < 8) words.emplace_back(word);
  return words;
}

Activity erased_activity(const EntryRow& row) {  // only that there was something
  Activity activity;
  activity.entry_id = row.entry_id;
  activity.at = row.committed_at;
  activity.index = row.position;
  return activity;
}

}  // namespace

std::string activity_words(const EntryText& text, std::string_view actor_name) {
  const auto entry = base::Json::parse(text.canonical);
  const auto kind = entry ? event_kind_from(entry->text("kind")) : std::nullopt;
  if (!kind) return {};
  return search_text(*kind, actor_name, value_at(text, "party.name"), entry->text("resource"), (*entry)["parameters"]);
}

std::optional<EntryText> open_entry(Sealer& sealer, const EntryRow& row) {
  if (!row.body) return std::nullopt;
  const auto body = sealer.open(*row.body);
  if (!body) return std::nullopt;
  auto text = unpack_entry(*body);
  if (!text) throw store::DatabaseError("a sealed entry of the log is malformed");
  if (row.actor) {
    if (const auto opened = sealer.open(*row.actor)) {
      auto part = unpack_actor(*opened);
      if (!part) throw store::DatabaseError("a sealed entry of the log is malformed");
      text->of_actor = std::move(part->disclosures);
      if (part->actor != 0) text->actor = part->actor;
    }
  }
  return text;
}

void ActivityFeed::begin(std::int64_t log, std::uint64_t size) {
  const auto indexed = database_.read([&](store::Tx& tx) {
    const auto row = tx.query_one("SELECT position FROM ledger_indexed WHERE log = ?", {log});
    return row ? store::read_one<std::int64_t>(*row) : 0;
  });
  const std::lock_guard lock(mutex_);
  log_ = log;
  indexed_ = indexed;
  known_ = static_cast<std::int64_t>(size);
  waiting_.clear();
}

void ActivityFeed::add(std::shared_ptr<PendingEntry> entry) {
  const std::lock_guard lock(mutex_);
  known_ = std::max(known_, entry->position + 1);
  if (waiting_.size() < max_waiting) waiting_.push_back(std::move(entry));
}

void ActivityFeed::grow(std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  known_ = std::max(known_, static_cast<std::int64_t>(size));
}

bool ActivityFeed::has_work() const {
  const std::lock_guard lock(mutex_);
  return indexed_ < known_;
}

std::optional<ActivityFeed::Row> ActivityFeed::row_of(std::int64_t place, const base::Uuid& id, const EntryText& text) {
  const auto entry = base::Json::parse(text.canonical);
  const auto kind = entry ? event_kind_from(entry->text("kind")) : std::nullopt;
  const auto at = entry ? base::from_rfc3339(entry->text("at")) : std::nullopt;
  if (!kind || !at) return std::nullopt;  // of a newer program: it will write the row
  return Row{place,
             id,
             text.party,
             text.actor,
             *at,
             *kind,
             search_text(*kind, value_at(text, "actor.name"), value_at(text, "party.name"), entry->text("resource"),
                         (*entry)["parameters"])};
}

ActivityFeed::Row ActivityFeed::row_of(const PendingEntry& pending) {
  const auto& entry = pending.entry;
  return {place_of(pending.log, pending.position),
          pending.id,
          entry.party ? entry.party->value : 0,
          entry.actor.party.value,
          entry.at,
          entry.kind,
          search_text(entry.kind, entry.actor.name, entry.party_name, entry.resource, entry.parameters)};
}

void ActivityFeed::write() {
  const std::lock_guard writing(writing_);
  while (write_some()) {
  }
}

bool ActivityFeed::write_some() {
  std::vector<std::shared_ptr<PendingEntry>> batch;
  std::int64_t log = 0, from = 0, to = 0;
  {
    const std::lock_guard lock(mutex_);
    while (!waiting_.empty() && waiting_.front()->position < indexed_) waiting_.pop_front();
    log = log_;
    from = indexed_;
    to = waiting_.empty() ? known_ : waiting_.front()->position;
    if (to == from)
      for (const auto& one : waiting_) {
        if (batch.size() == entries_read_at_once || one->position != from + static_cast<std::int64_t>(batch.size()))
          break;
        batch.push_back(one);
      }
  }
  std::vector<Row> rows;
  if (!batch.empty()) {
    for (const auto& one : batch) rows.push_back(row_of(*one));
    to = from + static_cast<std::int64_t>(batch.size());
  } else if (to > from) {  // a start after a crash, or too many at once
    to = std::min(to, from + static_cast<std::int64_t>(opened_at_once));
    const auto entries =
        database_.read([&](store::Tx& tx) { return entries_from(tx, log, from, static_cast<int>(to - from)); });
    for (const auto& one : entries) {
      const auto text = open_entry(sealer_, one);
      auto row = text && one.position ? row_of(place_of(log, *one.position), one.entry_id, *text) : std::nullopt;
      if (row) rows.push_back(std::move(*row));
    }
  } else {
    return false;
  }
  write_rows(rows, to);
  const std::lock_guard lock(mutex_);
  indexed_ = to;
  while (!waiting_.empty() && waiting_.front()->position < indexed_) waiting_.pop_front();
  return true;
}

void ActivityFeed::write_rows(const std::vector<Row>& rows, std::int64_t to) {
  const auto maybe = [](std::int64_t id) { return id == 0 ? store::Value(nullptr) : store::Value(id); };
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    for (const auto& row : rows)
      tx.run(
          "INSERT INTO ledger_activity (place, entry_id, party, actor, at, kind, search) VALUES (?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (place) DO NOTHING",
          {row.place, row.entry_id, maybe(row.party), maybe(row.actor), row.at, info(row.kind).name, row.search});
    tx.run("UPDATE ledger_indexed SET position = ? WHERE log = ?", {to, log_});
    return {};
  });
  if (!done) throw store::DatabaseError("the activity log could not be written");
}

bool ActivityFeed::matches(const Row& row, const ActivityQuery& query, std::int64_t before) {
  if (row.place >= before) return false;
  if (query.party && row.party != query.party->value) return false;
  if (query.actor && row.actor != query.actor->value) return false;
  if (query.kind && row.kind != *query.kind) return false;
  if (query.own_reads_of && row.kind == EventKind::own_read && row.actor != query.own_reads_of->value) return false;
  if (std::ranges::find(query.without_kinds, row.kind) != query.without_kinds.end()) return false;
  if (query.from && row.at < *query.from) return false;
  if (query.to && row.at >= *query.to) return false;
  const auto is_of = [&](const std::string& resource) {
    return row.search.find(resource_words(resource)) != std::string::npos;
  };
  if (std::any_of(query.without.begin(), query.without.end(), is_of)) return false;
  if (query.only && !is_of(*query.only)) return false;
  const auto words = words_of(query.search);
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return row.search.find(" " + word) != std::string::npos; });
}

Activity ActivityFeed::activity_of(const EntryText& text, const base::Uuid& id, std::int64_t place) {
  Activity activity;
  activity.entry_id = id;
  activity.index = place % places_of_log;
  const auto entry = base::Json::parse(text.canonical);
  if (!entry) throw store::DatabaseError("an entry of the log is no JSON");
  activity.kind = event_kind_from(entry->text("kind"));
  activity.at = base::from_rfc3339(entry->text("at")).value_or(base::Instant{});
  // The actor's part is read with the part of one it concerns, which may leave the name out.
  activity.without_actor = (*entry)["actor"].find("name") == nullptr;
  if (!activity.without_actor) activity.actor_name = value_at(text, "actor.name");
  activity.actor_kind = actor_kind_from((*entry)["actor"].text("kind"));
  if (!activity.without_actor) activity.supplier = value_at(text, "actor.supplier");
  activity.actor_is_agency = activity.kind && info(*activity.kind).of_agency;
  activity.party_name = value_at(text, "party.name");
  if (const auto uuid = terms::PartyUuid::parse(value_at(text, "party.id"))) activity.party_uuid = *uuid;
  activity.resource = entry->text("resource");
  activity.instance = terms::InstanceId::parse(entry->text("instance"));
  activity.evidence = (*entry)["evidence"];
  activity.parameters = (*entry)["parameters"];
  for (const auto& one : text.of_party)
    if (one.path.starts_with(personal_path))
      activity.disclosed.emplace_back(one.path.substr(personal_path.size()), one.value);
  return activity;
}

// What is stored of `select`, a join of rows `a` (with place, party, at, kind, search) and their entries.
void ActivityFeed::find_stored(Found& found, std::string_view select, const ActivityQuery& query, std::int64_t before,
                               std::size_t wanted) {
  std::string sql(select);
  std::vector<std::string> patterns;
  std::vector<store::Value> values{before};
  sql += " WHERE a.place < ?";
  const auto add = [&](std::string_view condition, const store::Value& value) {
    sql += condition;
    values.push_back(value);
  };
  if (query.party) add(" AND a.party = ?", query.party->value);
  if (query.actor) add(" AND a.actor = ?", query.actor->value);
  if (query.kind) add(" AND a.kind = ?", info(*query.kind).name);
  if (query.own_reads_of) {
    add(" AND (a.kind <> ?", own_read_name());
    add(" OR a.actor = ?)", query.own_reads_of->value);
  }
  for (const auto kind : query.without_kinds) add(" AND a.kind <> ?", info(kind).name);
  if (query.from) add(" AND a.at >= ?", *query.from);
  if (query.to) add(" AND a.at < ?", *query.to);
  for (const auto& word : words_of(query.search)) patterns.push_back("% " + escape_like(word) + "%");
  for (const auto& pattern : patterns) add(" AND a.search LIKE ? ESCAPE '\\'", pattern);
  std::vector<std::string> without;
  for (const auto& resource : query.without) without.push_back("%" + escape_like(resource_words(resource)) + "%");
  for (const auto& pattern : without) add(" AND a.search NOT LIKE ? ESCAPE '\\'", pattern);
  std::string only;
  if (query.only) {
    only = "%" + escape_like(resource_words(*query.only)) + "%";
    add(" AND a.search LIKE ? ESCAPE '\\'", only);
  }
  add(" ORDER BY a.place DESC LIMIT ?", std::int64_t{0});
  // Of a row whose actor was erased, only the entry itself says what it is of: then more are asked for.
  for (bool all_read = false; !all_read && found.size() < wanted;) {
    const auto missing = wanted - found.size();
    values.back() = static_cast<std::int64_t>(missing);
    const auto rows = database_.read([&](store::Tx& tx) { return entries_by(tx, sql, values); });
    all_read = rows.size() < missing;
    for (const auto& row : rows) {
      const auto text = open_entry(sealer_, row);
      const auto place = place_of(row.log, row.position.value_or(0));
      values.front() = place;
      auto activity = text ? activity_of(*text, row.entry_id, place) : erased_activity(row);
      if (std::find(query.without.begin(), query.without.end(), activity.resource) == query.without.end() &&
          is_asked_for(query, activity))
        found.emplace_back(place, std::move(activity));
    }
  }
}

ActivityFeed::Found ActivityFeed::find(const ActivityQuery& query, std::int64_t before, std::size_t wanted) {
  std::vector<std::shared_ptr<PendingEntry>> unwritten;
  {
    const std::lock_guard lock(mutex_);
    unwritten.assign(waiting_.begin(), waiting_.end());
  }
  Found found;
  for (auto one = unwritten.rbegin(); one != unwritten.rend() && found.size() < wanted; ++one) {
    const auto row = row_of(**one);
    if (!matches(row, query, before)) continue;
    auto activity = activity_of((*one)->text, row.entry_id, row.place);
    if (is_asked_for(query, activity)) found.emplace_back(row.place, std::move(activity));
  }
  find_stored(found,
              "SELECT e.entry_id, e.log, e.position, e.commitment, e.committed_at, e.body_key, e.body, e.actor_key, "
              "e.actor_body, e.shares_key FROM ledger_activity a JOIN ledger_entry e ON e.entry_id = a.entry_id",
              query, found.empty() ? before : std::min(before, found.back().first), wanted);
  return found;
}

// A part of the entry stands where its body would; the actor's part is read with it.
ActivityFeed::Found ActivityFeed::find_concerning(const ActivityQuery& query, std::int64_t before, std::size_t wanted) {
  Found found;
  if (!query.party || query.actor) return found;
  auto of_others = query;
  of_others.own_reads_of.reset();  // these rows have no actor, and an own read concerns nobody else
  find_stored(found,
              "SELECT e.entry_id, e.log, e.position, e.commitment, e.committed_at, a.key_id, a.body, e.actor_key, "
              "e.actor_body, a.shares_key FROM ledger_concerned a JOIN ledger_entry e ON e.entry_id = a.entry_id",
              of_others, before, wanted);
  for (auto& [place, activity] : found) {
    activity.concerned = true;
    if (activity.without_actor) activity.actor_name = activity.party_name;
  }
  return found;
}

ActivityPage ActivityFeed::page(const ActivityQuery& query) {
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 200));
  // Nothing comes after a token that is none.
  const auto before = query.after.empty() ? std::numeric_limits<std::int64_t>::max()
                                          : base::from_page_token<std::int64_t>(query.after).value_or(0);
  auto found = find(query, before, limit + 1);
  auto concerning = find_concerning(query, before, limit + 1);
  const auto middle = static_cast<std::ptrdiff_t>(found.size());
  std::ranges::move(concerning, std::back_inserter(found));
  std::inplace_merge(found.begin(), found.begin() + middle, found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
  ActivityPage page;
  const bool more = found.size() > limit;
  if (more) found.resize(limit);
  if (more) page.next = base::to_page_token(found.back().first);
  for (auto& [place, activity] : found) page.rows.push_back(std::move(activity));
  return page;
}

}  // namespace alting::ledger
