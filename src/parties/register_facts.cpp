#include "parties/register_facts.h"

#include "store/row_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "parties/party_rows.h"

namespace alting::parties {

bool is_dead(store::Tx& tx, terms::PartyId person) {
  const auto row = tx.query_one("SELECT dead FROM person WHERE party = ?", {person});
  return row && store::read_one<bool>(*row);
}

std::optional<Standing> standing_of(store::Tx& tx, terms::PartyId organisation) {
  // Units and sub-units are two registers: of an organisation that is in both, the one that was switched on last counts.
  const auto row = tx.query_one(
      "SELECT o.deleted, o.bankrupt, o.dissolving FROM organisation o JOIN register_current c ON c.generation = "
      "o.generation WHERE o.party = ? ORDER BY o.generation DESC LIMIT 1",
      {organisation});
  if (!row) return std::nullopt;
  const auto [deleted, bankrupt, dissolving] = store::read_row<bool, bool, bool>(*row);
  return Standing{deleted, bankrupt || dissolving};
}

std::string_view to_text(GoneBy by) {
  switch (by) {
    case GoneBy::death: return "death";
    case GoneBy::struck_off: return "struck_off";
    case GoneBy::merger: return "merger";
  }
  return "";
}

std::optional<GoneBy> gone_by(store::Tx& tx, terms::PartyId party) {
  if (is_dead(tx, party)) return GoneBy::death;
  if (!standing_of(tx, party).value_or(Standing{}).struck_off) return std::nullopt;
  const auto taken_over = tx.query_one(
      "SELECT 1 FROM role_fact f JOIN register_current c ON c.generation = f.generation WHERE f.organisation = ? AND "
      "f.role = 'FUSJ' LIMIT 1",
      {party});
  return taken_over ? GoneBy::merger : GoneBy::struck_off;
}

std::vector<GoneParty> gone_parties(store::Tx& tx, terms::PartyId after, std::int64_t limit) {
  for (;;) {
    // Of each kind so many; what lies beyond the end of a list that is full is left for the next. Literals, so that the
    // indexes of the few are used.
    std::vector<terms::PartyId> dead, struck, all;
    for (const auto& row :
         tx.query("SELECT party FROM person WHERE dead = 1 AND party > ? ORDER BY party LIMIT ?", {after, limit}))
      dead.push_back(store::read_one<terms::PartyId>(row));
    for (const auto& row : tx.query("SELECT DISTINCT o.party FROM organisation o WHERE o.deleted = 1 AND o.party > ? "
                                    "ORDER BY o.party LIMIT ?",
                                    {after, limit}))
      struck.push_back(store::read_one<terms::PartyId>(row));
    std::optional<terms::PartyId> end;
    for (const auto* list : {&dead, &struck})
      if (static_cast<std::int64_t>(list->size()) >= limit && (!end || list->back() < *end)) end = list->back();
    std::ranges::merge(dead, struck, std::back_inserter(all));
    std::vector<GoneParty> gone;
    for (const auto party : all) {
      if (end && *end < party) break;
      // A generation that is not in use may have said otherwise.
      if (const auto by = gone_by(tx, party)) gone.push_back({party, *by});
    }
    if (!gone.empty() || !end) return gone;
    after = *end;
  }
}

void forget_roles_in(store::Tx& tx, terms::PartyId organisation) {
  if (!standing_of(tx, organisation).value_or(Standing{}).struck_off) return;
  std::int64_t gone = 0;
  for (const auto& row : tx.query("SELECT generation FROM register_current ORDER BY generation"))
    gone += tx.run("DELETE FROM role_fact WHERE generation = ? AND organisation = ?",
                   {store::read_one<std::int64_t>(row), organisation});
  if (gone > 0) (void)next_number(tx, "switch");
}

std::string birth_year_of(store::Tx& tx, terms::PartyId person) {
  const auto row = tx.query_one("SELECT birth_date FROM person WHERE party = ?", {person});
  return row ? store::read_one<std::string>(*row).substr(0, 4) : std::string();
}

std::optional<terms::PartyId> organisation_with(store::Tx& tx, std::string_view organisation_number) {
  const auto row = tx.query_one("SELECT party FROM party_identifier WHERE kind = 'organisation' AND number = ?",
                                {organisation_number});
  return row ? std::optional(store::read_one<terms::PartyId>(*row)) : std::nullopt;
}

std::optional<StoredName> name_of(store::Tx& tx, terms::PartyId party) {
  const auto row = tx.query_one("SELECT uuid, name FROM party WHERE id = ?", {party});
  if (!row) return std::nullopt;
  auto [uuid, name] = store::read_row<terms::PartyUuid, std::string>(*row);
  return StoredName{uuid, std::move(name)};
}

std::int64_t switch_count(store::Tx& tx) {
  return store::read_one<std::int64_t>(tx, "SELECT next FROM party_sequence WHERE name = 'switch'");
}

std::string source_text(std::string_view register_name, std::int64_t generation) {
  return fmt::format("{}:{}", register_name.substr(0, register_name.find('/')), generation);
}

RolesInForce::RolesInForce(store::Tx& tx) : tx_(tx) {
  for (const auto& row : tx.query("SELECT generation, register FROM register_current ORDER BY generation")) {
    const auto [generation, name] = store::read_row<std::int64_t, std::string>(row);
    generations_.push_back({generation, source_text(name, generation)});
  }
}

std::vector<HeldRole> RolesInForce::held(terms::PartyId holder, terms::PartyId in) const {
  std::vector<HeldRole> found;
  if (is_dead(tx_, holder)) return found;
  for (std::size_t at = 0; at < generations_.size(); ++at)
    for (const auto& row :
         tx_.query("SELECT role FROM role_fact WHERE generation = ? AND organisation = ? AND holder = ? ORDER BY role",
                   {generations_[at].number, in, holder}))
      if (const auto code = find_role_code(store::read_one<std::string>(row)))
        found.push_back({*code, in, static_cast<std::uint8_t>(at)});
  return found;
}

std::vector<HeldRole> RolesInForce::held_by(terms::PartyId holder) const {
  std::vector<HeldRole> found;
  if (is_dead(tx_, holder)) return found;
  for (std::size_t at = 0; at < generations_.size(); ++at)
    for (const auto& row : tx_.query(
             "SELECT organisation, role FROM role_fact WHERE generation = ? AND holder = ? ORDER BY organisation, "
             "role",
             {generations_[at].number, holder})) {
      const auto [organisation, role] = store::read_row<terms::PartyId, std::string>(row);
      if (const auto code = find_role_code(role)) found.push_back({*code, organisation, static_cast<std::uint8_t>(at)});
    }
  return found;
}

std::vector<Holding> RolesInForce::held_in(terms::PartyId organisation) const {
  std::vector<Holding> found;
  for (const auto& generation : generations_)
    for (const auto& row :
         tx_.query("SELECT role, holder FROM role_fact WHERE generation = ? AND organisation = ? ORDER BY role, holder",
                   {generation.number, organisation})) {
      const auto [role, holder] = store::read_row<std::string, terms::PartyId>(row);
      if (const auto code = find_role_code(role)) found.push_back({*code, holder});
    }
  return found;
}

}  // namespace alting::parties
