#include "ledger/concerned.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/pending.h"
#include "store/row_reader.h"

namespace alting::ledger {

namespace {

constexpr std::string_view columns = "entry_id, party, key_id, body, shares_key, place, at, kind, search";

// By name, as JSON objects of an entry are in order.
void copy(base::Json& into, const base::Json& from, std::string_view name) {
  if (const auto* value = from.find(name)) into.set(name, *value);
}

base::Json actor_of(const base::Json& actor, bool with_name) {
  auto seen = base::Json::object();
  copy(seen, actor, "kind");
  if (with_name)
    for (const auto name : {"name", "supplier"}) copy(seen, actor, name);
  return seen;
}

// The ground on which an authority acted; what gives others their access is theirs.
bool is_of_authority(std::string_view kind) { return kind == "agency" || kind == "job" || kind == "case"; }

ConcernedRow row_in(const store::Row& row) {
  store::RowReader from(row);
  return {.entry_id = from.next<base::Uuid>(),
          .party = from.next<std::int64_t>(),
          .part = {.key = from.next<base::Uuid>(), .ciphertext = from.next<base::Bytes>()},
          .shares_key = from.next<bool>(),
          .place = from.next<std::optional<std::int64_t>>(),
          .at = from.next<base::Instant>(),
          .kind = from.next<std::string>(),
          .search = from.next<std::string>()};
}

std::vector<ConcernedRow> rows_in(const std::vector<store::Row>& rows) {
  std::vector<ConcernedRow> all;
  for (const auto& row : rows) all.push_back(row_in(row));
  return all;
}

bool holds(const base::Json& whole, const base::Json& part) {  // every member of `part`, inside objects too
  if (!part.is_object()) return whole == part;
  return std::ranges::all_of(part.members(), [&](const base::JsonMember& member) {
    const auto* value = whole.find(member.first);
    return value != nullptr && holds(*value, member.second);
  });
}

}  // namespace

EntryText view_of(const EntryText& entry, const Concerned& concerned) {
  const auto whole = base::Json::parse(entry.canonical);
  if (!whole) throw std::logic_error("an entry of the log is no JSON");
  auto seen = base::Json::object();
  seen.set("actor", actor_of((*whole)["actor"], !concerned.without_actor));
  for (const auto name : {"agency", "at", "id", "kind", "resource"}) copy(seen, *whole, name);
  if (const auto& evidence = (*whole)["evidence"]; is_of_authority(evidence.text("kind"))) {
    auto ground = base::Json::object();
    for (const auto name : {"kind", "role"}) copy(ground, evidence, name);
    seen.set("evidence", std::move(ground));
  }
  auto parameters = base::Json::object();
  for (const auto& one : concerned.parameters) copy(parameters, (*whole)["parameters"], one.name);
  if (parameters.size() > 0) seen.set("parameters", std::move(parameters));
  auto party = base::Json::object();
  for (const auto name : {"id", "name"}) copy(party, (*whole)["party"], name);
  if (party.size() > 0) seen.set("party", std::move(party));
  auto personal = base::Json::object();
  for (const auto& one : concerned.personal) copy(personal, (*whole)["personal"], one.name);
  if (personal.size() > 0) seen.set("personal", std::move(personal));

  EntryText view;
  auto canonical = base::canonical_json(seen);
  if (!canonical) throw std::logic_error("an entry of the log is not canonical");
  view.canonical = std::move(*canonical);
  view.party = concerned.party.value;
  const auto is_seen = [&](const Disclosure& one) {
    if (one.path == "party.id" || one.path == "party.name") return true;
    return std::ranges::any_of(concerned.personal, [&](const PersonalParameter& personal_one) {
      return one.path == fmt::format("personal.{}", personal_one.name);
    });
  };
  std::ranges::copy_if(entry.of_party, std::back_inserter(view.of_party), is_seen);
  return view;
}

bool is_view_of(const EntryText& view, const EntryText& entry) {
  const auto part = base::Json::parse(view.canonical), whole = base::Json::parse(entry.canonical);
  if (!part || !whole || !holds(*whole, *part)) return false;
  return std::ranges::all_of(view.of_party, [&](const Disclosure& one) {
    const auto dot = one.path.find('.');
    const auto digest = dot == std::string::npos ? std::string_view()
                                                 : (*whole)[one.path.substr(0, dot)].text(one.path.substr(dot + 1));
    return !digest.empty() && digest == one.digest();
  });
}

void insert_concerned(store::Tx& tx, const ConcernedRow& row) {
  tx.run(fmt::format("INSERT INTO ledger_concerned ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns),
         {row.entry_id, row.party, store::Value::octets(row.part.key.view()), store::Value::octets(row.part.ciphertext),
          row.shares_key, row.place, row.at, row.kind, row.search});
}

void place_concerned(store::Tx& tx, std::int64_t log, std::int64_t from) {
  if (!tx.query_one("SELECT 1 FROM ledger_concerned WHERE place IS NULL LIMIT 1")) return;
  tx.run(
      "UPDATE ledger_concerned SET place = (SELECT e.position FROM ledger_entry e WHERE e.entry_id = "
      "ledger_concerned.entry_id) + CAST(? AS BIGINT) WHERE place IS NULL AND entry_id IN (SELECT e.entry_id FROM "
      "ledger_entry e WHERE e.log = ? AND e.position >= ?)",
      {place_of(log, 0), log, from});
}

std::vector<ConcernedRow> concerned_by(store::Tx& tx, const base::Uuid& entry_id) {
  return rows_in(
      tx.query(fmt::format("SELECT {} FROM ledger_concerned WHERE entry_id = ? ORDER BY party", columns), {entry_id}));
}

std::vector<ConcernedRow> concerned_sharing(store::Tx& tx, const base::Uuid& key, int limit) {
  return rows_in(
      tx.query(fmt::format("SELECT {} FROM ledger_concerned WHERE shares_key = 1 AND key_id = ? LIMIT ?", columns),
               {store::Value::octets(key.view()), limit}));
}

std::vector<ConcernedRow> concerned_between(store::Tx& tx, std::int64_t log, std::int64_t from, std::int64_t to) {
  return rows_in(tx.query(fmt::format("SELECT {} FROM ledger_concerned WHERE entry_id IN (SELECT e.entry_id FROM "
                                      "ledger_entry e WHERE e.log = ? AND e.position >= ? AND e.position <= ?) ORDER "
                                      "BY entry_id, party",
                                      columns),
                          {log, from, to}));
}

std::vector<ConcernedRow> concerned_after(store::Tx& tx, const base::Uuid& entry_id, std::int64_t party, int limit) {
  return rows_in(tx.query(fmt::format("SELECT {} FROM ledger_concerned WHERE (entry_id, party) > (?, ?) ORDER BY "
                                      "entry_id, party LIMIT ?",
                                      columns),
                          {entry_id, party, limit}));
}

bool delete_concerned(store::Tx& tx, const ConcernedRow& row) {
  return tx.run("DELETE FROM ledger_concerned WHERE entry_id = ? AND party = ? AND key_id = ?",
                {row.entry_id, row.party, store::Value::octets(row.part.key.view())}) == 1;
}

bool replace_concerned(store::Tx& tx, const ConcernedRow& before, const SealedPart& after) {
  return tx.run("UPDATE ledger_concerned SET key_id = ?, body = ? WHERE entry_id = ? AND party = ? AND key_id = ?",
                {store::Value::octets(after.key.view()), store::Value::octets(after.ciphertext), before.entry_id,
                 before.party, store::Value::octets(before.part.key.view())}) == 1;
}

void forget_words_of_concerned(store::Tx& tx, const base::Uuid& entry_id) {
  tx.run("UPDATE ledger_concerned SET search = '' WHERE entry_id = ?", {entry_id});
}

}  // namespace alting::ledger
