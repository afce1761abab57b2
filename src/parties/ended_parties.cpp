#include "parties/ended_parties.h"

#include "store/row_reader.h"

namespace alting::parties {

bool end_party(store::Tx& tx, terms::PartyId party, base::Instant before) {
  const auto young = tx.query_one(
      "SELECT (SELECT COUNT(*) FROM party WHERE id = ? AND made_at >= ?) + (SELECT COUNT(*) FROM person WHERE party = "
      "? "
      "AND fetched_at >= ?)",
      {party, before, party, before});
  if (!young || store::read_one<std::int64_t>(*young) > 0) return false;
  tx.run("DELETE FROM portal_user WHERE party = ?", {party});
  tx.run("DELETE FROM person WHERE party = ?", {party});
  tx.run("DELETE FROM party_identifier WHERE party = ?", {party});
  return tx.run("DELETE FROM party WHERE id = ?", {party}) == 1;
}

}  // namespace alting::parties
