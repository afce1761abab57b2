#include "privacy/unnamed_parties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "parties/ended_parties.h"
#include "store/catalogue_rows.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

constexpr std::int64_t looked_at_once = 200, marked_ended_at_once = 50, rows_looked_at_in_a_run = 2'000;

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

// What one table names of them.
std::set<std::int64_t> named_in(store::Tx& tx, const terms::Table& table, const std::vector<std::int64_t>& parties,
                                const Said& said) {
  std::set<std::int64_t> named;
  const auto users = keys_in(said.users);
  const auto words = keys_in(said.in_words);
  for (const auto& column : table.columns) {
    // Every personal number is looked at as if it were a party's: one that is none is rarely equal to one, and then its
    // party stays a while longer.
    if (column.type == terms::ColumnType::number && column.personal) {
      for (const auto id : store::parties_named(tx, table, column.name, parties)) named.insert(id);
    }
    for (const auto& subject : table.subjects) {
      if (subject.column != column.name || !subject.table.empty()) continue;
      if (subject.form == terms::SubjectForm::user_id) {
        for (const auto id : store::parties_named(tx, table, column.name, users)) named.insert(said.users.at(id));
      } else if (column.type != terms::ColumnType::number) {
        for (const auto& name : store::names_held(tx, table, column.name, words)) named.insert(said.in_words.at(name));
      } else if (!column.personal) {
        for (const auto id : store::parties_named(tx, table, column.name, parties)) named.insert(id);
      }
    }
  }
  return named;
}

}  // namespace

std::vector<std::int64_t> UnnamedParties::unnamed(std::vector<std::int64_t> parties) {
  // The log and what was sent know most of them: nothing else is asked about those.
  auto tables = catalogue_.tables();
  std::ranges::stable_partition(
      tables, [](const auto* table) { return table->name == "ledger_activity" || table->name == "submission"; });
  for (const auto* table : tables) {
    if (parties.empty()) break;
    if (table->in_keystore || says_only_who(*table)) continue;
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

std::int64_t UnnamedParties::end_some(const store::HoldsNow& holds) {
  for (std::int64_t looked = 0; looked < rows_looked_at_in_a_run && mark_some(); looked += looked_at_once) {
  }
  const auto before = terms::ended_before(catalogue_.rule(rule_of_known_parties), clock_.now());
  if (!before) return 0;
  const auto marked = database_.read([&](store::Tx& tx) {
    const auto held = holds ? holds(tx) : store::Holds();
    std::vector<std::int64_t> ids;
    if (held.whole(rule_of_known_parties)) return ids;
    for (const auto& row :
         tx.query("SELECT party_id FROM party_unnamed WHERE unnamed_since < ? ORDER BY unnamed_since, "
                  "party_id LIMIT ?",
                  {*before, marked_ended_at_once})) {
      const auto id = store::read_one<std::int64_t>(row);
      if (!held.holds(rule_of_known_parties, {id})) ids.push_back(id);
    }
    return ids;
  });
  // Once more: what was marked long ago may be named by now.
  const auto ends = unnamed(marked);
  const std::set<std::int64_t> still(ends.begin(), ends.end());
  return database_
      .write([&](store::Tx& tx) -> base::Result<std::int64_t> {
        std::int64_t ended = 0;
        for (const auto id : marked) {
          if (still.contains(id) && parties::end_party(tx, {id}, *before)) ++ended;
          tx.run("DELETE FROM party_unnamed WHERE party_id = ?", {id});
        }
        return ended;
      })
      .value();
}

std::int64_t UnnamedParties::would_end(store::Tx& tx, base::Instant at) const {
  const auto before = terms::ended_before(catalogue_.rule(rule_of_known_parties), at);
  if (!before) return 0;
  return store::read_one<std::int64_t>(
      *tx.query_one("SELECT COUNT(*) FROM party_unnamed WHERE unnamed_since < ?", {*before}));
}

}  // namespace alting::privacy
