#include "parties/party_rows.h"

#include "base/text.h"
#include "store/row_reader.h"

namespace alting::parties {

std::int64_t next_number(store::Tx& tx, std::string_view counter) {
  const auto number = store::read_one<std::int64_t>(
      tx, "UPDATE party_sequence SET next = next + 1 WHERE name = ? RETURNING next - 1", {counter});
  if (number >= 2'147'483'647) throw std::runtime_error("a counter of parties is used up");
  return number;
}

std::optional<PartyKey> find_by_identifier(store::Tx& tx, std::string_view kind, std::string_view number) {
  const auto row = tx.query_one(
      "SELECT p.id, p.uuid FROM party_identifier i JOIN party p ON p.id = i.party WHERE i.kind = ? AND i.number = ?",
      {kind, number});
  if (!row) return std::nullopt;
  const auto [id, uuid] = store::read_row<terms::PartyId, terms::PartyUuid>(*row);
  return PartyKey{id, uuid};
}

PartyName make_party_name(std::string_view name) {
  auto text = base::one_line(base::trim(name), 400);
  auto key = base::sort_key(text);
  return {std::move(text), std::move(key)};
}

PartyKey insert_party(store::Tx& tx, base::Uuid uuid, PartyKind kind, const PartyName& name, base::Instant at) {
  const PartyKey key{{next_number(tx, "party")}, {uuid}};
  tx.run("INSERT INTO party (id, uuid, kind, name, sort_name, made_at) VALUES (?, ?, ?, ?, ?, ?)",
         {key.id, key.uuid, static_cast<int>(kind), name.name, store::Value::octets(name.sort_name), at});
  return key;
}

OrganisationParty party_of_organisation(store::Tx& tx, std::string_view number, PartyKind kind, const PartyName& name,
                                        base::Uuid uuid_if_new, base::Instant at) {
  if (auto found = find_by_identifier(tx, "organisation", number)) return {*found, false};
  const auto key = insert_party(tx, uuid_if_new, kind, name, at);
  tx.run(
      "INSERT INTO party_identifier (kind, number, party, sealed, valid_from, valid_to) VALUES ('organisation', ?, ?, "
      "NULL, ?, NULL)",
      {number, key.id, at});
  return {key, true};
}

StoredChange store_form(const NumberVault& vault, const NumberChange& change, base::Random& random) {
  return {store_form(vault, change.was, random), store_form(vault, change.became, random), change.from};
}

NumberChanged change_number(store::Tx& tx, const StoredChange& change) {
  const auto was = find_by_identifier(tx, "national", change.was.lookup);
  const auto became = find_by_identifier(tx, "national", change.became.lookup);
  if (!was && !became) return NumberChanged::nobody;
  if (was && became && was->id != became->id) return NumberChanged::two_parties;
  const auto party = was ? was->id : became->id;
  // The register's days count, not the days on which we happened to hear of the numbers. When the old one began is not
  // told: 0 is "before we knew".
  constexpr std::string_view put =
      "INSERT INTO party_identifier (kind, number, party, sealed, valid_from, valid_to) VALUES ('national', ?, ?, ?, "
      "?, ?) ON CONFLICT (kind, number) DO ";
  tx.run(std::string(put) + "UPDATE SET valid_to = excluded.valid_to",
         {change.was.lookup, party, store::Value::octets(change.was.sealed), base::Instant{}, change.from});
  tx.run(std::string(put) + "UPDATE SET valid_from = excluded.valid_from",
         {change.became.lookup, party, store::Value::octets(change.became.sealed), change.from, nullptr});
  return was && became ? NumberChanged::known_already : NumberChanged::joined;
}

PartyKey upsert_person(store::Tx& tx, const StoredNumber& number, const FolkeregisterPerson& person,
                       const PartyName& name, base::Uuid uuid_if_new, base::Instant at) {
  auto key = find_by_identifier(tx, "national", number.lookup);
  if (!key) {
    key = insert_party(tx, uuid_if_new, PartyKind::person, name, at);
    tx.run(
        "INSERT INTO party_identifier (kind, number, party, sealed, valid_from, valid_to) VALUES ('national', ?, ?, ?, "
        "?, NULL)",
        {number.lookup, key->id, store::Value::octets(number.sealed), at});
  } else {
    tx.run("UPDATE party SET name = ?, sort_name = ? WHERE id = ?",
           {name.name, store::Value::octets(name.sort_name), key->id});
  }
  const auto& address = person.is_protected ? std::nullopt : person.address;
  const auto lines = address && !address->lines.empty() ? std::optional(address->lines.front()) : std::nullopt;
  const auto part = [&](auto member) { return address ? std::optional((*address).*member) : std::nullopt; };
  tx.run(
      "INSERT INTO person (party, first_name, middle_name, last_name, birth_date, dead, is_protected, address, "
      "postal_code, postal_place, "
      "municipality, country, source, fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (party) DO UPDATE SET first_name = excluded.first_name, middle_name = excluded.middle_name, "
      "last_name = excluded.last_name, birth_date = excluded.birth_date, dead = excluded.dead, is_protected = "
      "excluded.is_protected, "
      "address = excluded.address, postal_code = excluded.postal_code, postal_place = excluded.postal_place, "
      "municipality = excluded.municipality, country = excluded.country, source = excluded.source, fetched_at = "
      "excluded.fetched_at",
      {key->id, person.first_name, person.middle_name, person.last_name, person.birth_date, person.dead(),
       person.is_protected, lines, part(&Address::postal_code), part(&Address::postal_place),
       part(&Address::municipality), part(&Address::country), person.source, at});
  return *key;
}

std::int64_t user_of(store::Tx& tx, terms::PartyId party, base::Instant at) {
  if (const auto row = tx.query_one("SELECT user_id FROM portal_user WHERE party = ?", {party}))
    return store::read_one<std::int64_t>(*row);
  const auto user = next_number(tx, "user");
  tx.run("INSERT INTO portal_user (user_id, party, made_at) VALUES (?, ?, ?)", {user, party, at});
  return user;
}

void insert_organisation(store::Tx& tx, std::int64_t generation, terms::PartyId party, const OrganisationRow& row) {
  tx.run(
      "INSERT INTO organisation (generation, party, number, name, sort_name, form, parent_number, deleted, bankrupt, "
      "dissolving, content) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (generation, party) DO NOTHING",
      {generation, party, row.number, row.name.name, store::Value::octets(row.name.sort_name), row.form,
       row.parent_number, row.deleted, row.bankrupt, row.dissolving, row.content});
}

void insert_role_fact(store::Tx& tx, std::int64_t generation, terms::PartyId organisation, std::string_view role,
                      terms::PartyId holder) {
  tx.run("INSERT INTO role_fact (generation, organisation, role, holder) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
         {generation, organisation, role, holder});
}

std::int64_t begin_generation(store::Tx& tx, std::string_view register_name, std::string_view source_name,
                              std::string_view fingerprint, base::Instant at) {
  const auto generation = next_number(tx, "generation");
  tx.run(
      "INSERT INTO register_generation (generation, register, state, source_name, fingerprint, elements, stored, "
      "faults, started_at, "
      "finished_at) VALUES (?, ?, 'filling', ?, ?, 0, 0, 0, ?, NULL)",
      {generation, register_name, source_name, fingerprint, at});
  return generation;
}

void switch_on(store::Tx& tx, std::string_view register_name, std::int64_t generation, base::Instant at) {
  tx.run("UPDATE register_generation SET state = 'done', finished_at = ? WHERE generation = ?", {at, generation});
  tx.run(
      "INSERT INTO register_current (register, generation) VALUES (?, ?) ON CONFLICT (register) DO UPDATE SET "
      "generation = excluded.generation",
      {register_name, generation});
  (void)next_number(tx, "switch");
}

}  // namespace alting::parties
