#include "privacy/unnamed_parties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "parties/ended_parties.h"
#include "store/catalogue_rows.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

constexpr std::int64_t looked_at_once = 200, marked_ended_at_once = 200, rows_looked_at_in_a_run = 2'000,
                       rows_read_at_once = 2'000;
constexpr auto longest_look = std::chrono::seconds(2);  // a part of the work: a stop waits for it

// Tables that say who a party is, and nothing of what it has.
constexpr std::array<std::string_view, 6> says_who{"party",       "party_identifier", "person",
                                                   "portal_user", "party_unnamed",    "party_gone"};

// How other tables say these parties, and which party each way means.
struct Said {
  std::map<std::int64_t, std::int64_t> users;    // number of the user
  std::map<std::string, std::int64_t> in_words;  // uuid, holder, identity number's hash, organisation number
};

// A register of invented persons says who they are, too.
bool says_only_who(const terms::Table& table) {
  return std::ranges::find(says_who, table.name) != says_who.end() ||
         std::ranges::any_of(table.keepings, [](const auto& keeping) { return keeping.rule == "parties.demo"; });
}

std::string places_of(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

Said said_of(store::Tx& tx, const std::vector<std::int64_t>& parties) {
  Said said;
  const std::vector<store::Value> values(parties.begin(), parties.end());
  const auto places = places_of(parties.size());
  for (const auto id : parties)
    for (const auto* kind : {"party", "person"}) said.in_words[fmt::format("{}:{}", kind, id)] = id;
  for (const auto& row : tx.query_with(fmt::format("SELECT uuid, id FROM party WHERE id IN ({})", places), values)) {
    auto [uuid, id] = store::read_row<std::string, std::int64_t>(row);
    said.in_words[std::move(uuid)] = id;
  }
  for (const auto& row :
       tx.query_with(fmt::format("SELECT number, party FROM party_identifier WHERE party IN ({})", places), values)) {
    auto [number, id] = store::read_row<std::string, std::int64_t>(row);
    said.in_words[std::move(number)] = id;
  }
  for (const auto& row :
       tx.query_with(fmt::format("SELECT user_id, party FROM portal_user WHERE party IN ({})", places), values)) {
    const auto [user, id] = store::read_row<std::int64_t, std::int64_t>(row);
    said.users[user] = id;
  }
  return said;
}

template <class Map>
std::vector<typename Map::key_type> keys_in(const Map& map) {
  std::vector<typename Map::key_type> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

// Whether a row of the table may name somebody, who is then known.
bool names_parties(const terms::Table& table) { return !table.in_keystore && !says_only_who(table); }

// What the columns with an index name of them.
std::set<std::int64_t> named_in(store::Tx& tx, const terms::Table& table, const std::vector<std::int64_t>& parties,
                                const Said& said) {
  std::set<std::int64_t> named;
  for (const auto& subject : table.subjects) {
    if (!subject.table.empty() || !subject.is_indexed) continue;
    if (subject.form == terms::SubjectForm::party_id) {
      for (const auto id : store::parties_named(tx, table, subject.column, parties)) named.insert(id);
    } else if (subject.form == terms::SubjectForm::user_id) {
      for (const auto id : store::parties_named(tx, table, subject.column, keys_in(said.users)))
        named.insert(said.users.at(id));
    } else {
      for (const auto& name : store::names_held(tx, table, subject.column, keys_in(said.in_words)))
        named.insert(said.in_words.at(name));
    }
  }
  return named;
}

// Which party a cell of a subject's column means, of those that were said; 0: none.
std::int64_t meant_by(const store::Cell& cell, terms::SubjectForm form, const std::set<std::int64_t>& parties,
                      const Said& said) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    if (form != terms::SubjectForm::user_id) return parties.contains(*number) ? *number : 0;
    const auto user = said.users.find(*number);
    return user == said.users.end() ? 0 : user->second;
  }
  const auto* text = std::get_if<std::string>(&cell);
  const auto found = text == nullptr ? said.in_words.end() : said.in_words.find(*text);
  return found == said.in_words.end() ? 0 : found->second;
}

}  // namespace

// Some that are to be ended, and how far the columns without an index are read.
struct UnnamedParties::Looking {
  std::vector<std::int64_t> parties;  // in the order they were marked
  std::set<std::int64_t> unnamed;     // so far
  Said said;
  std::size_t next_table = 0;
  std::vector<terms::SubjectForm> forms;  // of the columns that are read
  std::optional<store::TableReader> reader;
};

UnnamedParties::UnnamedParties(store::Database& database, const store::Catalogue& catalogue, const base::Clock& clock)
    : database_(database), catalogue_(catalogue), clock_(clock) {}
UnnamedParties::~UnnamedParties() = default;

std::vector<std::int64_t> UnnamedParties::unnamed(std::vector<std::int64_t> parties) {
  // The log and what was sent know most of them: nothing else is asked about those.
  auto tables = catalogue_.tables();
  std::ranges::stable_partition(
      tables, [](const auto* table) { return table->name == "ledger_activity" || table->name == "submission"; });
  for (const auto* table : tables) {
    if (parties.empty()) break;
    if (!names_parties(*table)) continue;
    const auto named =
        database_.read([&](store::Tx& tx) { return named_in(tx, *table, parties, said_of(tx, parties)); });
    std::erase_if(parties, [&](std::int64_t id) { return named.contains(id); });
  }
  return parties;
}

bool UnnamedParties::mark_some() {
  const auto parties = database_.read([&](store::Tx& tx) {
    std::vector<std::int64_t> ids;
    for (const auto& row :
         tx.query("SELECT id FROM party WHERE id > ? ORDER BY id LIMIT ?", {looked_to_.load(), looked_at_once}))
      ids.push_back(store::read_one<std::int64_t>(row));
    return ids;
  });
  looked_to_ = parties.empty() ? 0 : parties.back();
  if (parties.empty()) return false;
  const auto none = unnamed(parties);
  const std::set<std::int64_t> marked(none.begin(), none.end());
  const auto now = clock_.now();
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    for (const auto id : parties) {
      if (marked.contains(id))
        tx.run("INSERT INTO party_unnamed (party_id, unnamed_since) VALUES (?, ?) ON CONFLICT (party_id) DO NOTHING",
               {id, now});
      else
        tx.run("DELETE FROM party_unnamed WHERE party_id = ?", {id});
    }
    return {};
  });
  if (!done) throw store::DatabaseError("parties that nothing names could not be marked");
  return true;
}

void UnnamedParties::look_at_all() {
  looked_to_ = 0;
  while (mark_some()) {
  }
}

std::vector<std::int64_t> UnnamedParties::marked_before(base::Instant before, const store::HoldsNow& holds) {
  return database_.read([&](store::Tx& tx) {
    const auto held = holds ? holds(tx) : store::Holds();
    std::vector<std::int64_t> ids;
    if (held.whole(rule_of_known_parties)) return ids;
    const auto unless = held.none_of(catalogue_.table("party_unnamed"), rule_of_known_parties);
    std::vector<store::Value> values{before};
    values.insert(values.end(), unless.values.begin(), unless.values.end());
    values.emplace_back(marked_ended_at_once);
    for (const auto& row : tx.query_with(
             fmt::format(
                 "SELECT party_id FROM party_unnamed WHERE unnamed_since < ?{} ORDER BY unnamed_since, party_id "
                 "LIMIT ?",
                 unless.sql),
             values))
      ids.push_back(store::read_one<std::int64_t>(row));
    return ids;
  });
}

bool UnnamedParties::look_on(Looking& looking) {
  const auto stop = std::chrono::steady_clock::now() + longest_look;
  const auto tables = catalogue_.tables();
  while (!looking.unnamed.empty()) {
    if (!looking.reader) {
      if (looking.next_table == tables.size()) return true;
      const auto& table = *tables[looking.next_table++];
      std::vector<std::string_view> columns;
      looking.forms.clear();
      for (const auto& subject : table.subjects) {
        if (!names_parties(table) || !subject.table.empty() || subject.is_indexed || subject.column.empty()) continue;
        columns.push_back(subject.column);
        looking.forms.push_back(subject.form);
      }
      if (!columns.empty()) looking.reader.emplace(table, std::move(columns));
      continue;
    }
    const auto rows = looking.reader->next(database_, rows_read_at_once);
    for (const auto& row : rows)
      for (std::size_t i = 0; i < row.cells.size(); ++i)
        looking.unnamed.erase(meant_by(row.cells[i], looking.forms[i], looking.unnamed, looking.said));
    if (rows.empty()) looking.reader.reset();
    if (std::chrono::steady_clock::now() >= stop) return false;
  }
  return true;
}

bool UnnamedParties::end_one(std::int64_t party, base::Instant before, const store::HoldsNow& holds) {
  return database_
      .write([&](store::Tx& tx) -> base::Result<bool> {
        const auto held = holds ? holds(tx) : store::Holds();
        if (held.whole(rule_of_known_parties) || held.holds(rule_of_known_parties, {party})) return false;
        // Once more: what names it may have come a moment ago.
        const std::vector<std::int64_t> one{party};
        const auto said = said_of(tx, one);
        const bool is_named = std::ranges::any_of(catalogue_.tables(), [&](const auto* table) {
          return names_parties(*table) && !named_in(tx, *table, one, said).empty();
        });
        const bool ended = !is_named && parties::end_party(tx, {party}, before);
        tx.run("DELETE FROM party_unnamed WHERE party_id = ?", {party});
        held.count(tx, rule_of_known_parties, "party", ended ? 1 : 0);
        return ended;
      })
      .value();
}

std::int64_t UnnamedParties::end_some(const store::HoldsNow& holds) {
  const std::lock_guard lock(ending_);
  const auto before = terms::ended_before(catalogue_.rule(rule_of_known_parties), clock_.now());
  if (!looking_) {
    for (std::int64_t looked = 0; looked < rows_looked_at_in_a_run && mark_some(); looked += looked_at_once) {
    }
    if (!before) return 0;
    auto looking = std::make_unique<Looking>();
    looking->parties = marked_before(*before, holds);
    if (looking->parties.empty()) return 0;
    const auto unnamed_yet = unnamed(looking->parties);
    looking->unnamed = {unnamed_yet.begin(), unnamed_yet.end()};
    looking->said = database_.read([&](store::Tx& tx) { return said_of(tx, looking->parties); });
    looking_ = std::move(looking);
  }
  if (!look_on(*looking_)) return 1;
  const auto looked = std::move(looking_);
  std::vector<std::int64_t> named;
  std::int64_t ended = 0;
  for (const auto id : looked->parties) {
    if (!looked->unnamed.contains(id))
      named.push_back(id);
    else if (before && end_one(id, *before, holds))
      ++ended;
  }
  // The time of those that are named begins anew.
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    for (const auto id : named) tx.run("DELETE FROM party_unnamed WHERE party_id = ?", {id});
    return {};
  });
  if (!done) throw store::DatabaseError("parties that are named could not be noted");
  return ended;
}

std::int64_t UnnamedParties::would_end(store::Tx& tx, base::Instant at) const {
  const auto before = terms::ended_before(catalogue_.rule(rule_of_known_parties), at);
  if (!before) return 0;
  return store::read_one<std::int64_t>(
      *tx.query_one("SELECT COUNT(*) FROM party_unnamed WHERE unnamed_since < ?", {*before}));
}

}  // namespace alting::privacy
