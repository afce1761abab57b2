#include "privacy/held_items.h"

#include "store/row_reader.h"

namespace alting::privacy {

std::optional<base::Instant> held_item(store::Tx& tx, base::Instant now, terms::PartyId party, std::string_view item) {
  const auto row = tx.query_one(
      "SELECT MAX(until_at) FROM retention_hold WHERE lifted_at IS NULL AND until_at > ? AND (rule = '' OR rule LIKE "
      "'instances.%' OR rule LIKE 'inbox.%') AND ((party_id = ? AND item_id IN ('', ?)) OR (party_id IS NULL AND "
      "(item_id = ? OR (item_id = '' AND rule = ''))))",
      {now, party, item, item});
  return row ? store::read_one<std::optional<base::Instant>>(*row) : std::nullopt;
}

}  // namespace alting::privacy
