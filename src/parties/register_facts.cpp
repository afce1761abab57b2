#include "parties/register_facts.h"

#include "store/row_reader.h"

#include <fmt/format.h>

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
