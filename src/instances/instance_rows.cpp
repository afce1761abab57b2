#include "instances/instance_rows.h"

#include "instances/kept_deleted.h"
#include "store/row_reader.h"

namespace alting::instances {

std::optional<Location> find_location(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  const auto row = tx.query_one(
      "SELECT org, app, state, parent_id, root_id, removed_at FROM instance WHERE party_id = ? AND instance_id = ?",
      {party, id});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  Location at{.party = party, .id = id};
  at.app.org = from.next<std::string>();
  at.app.app = from.next<std::string>();
  at.state = to_state(from.next<std::string>());
  at.parent = from.next<std::optional<terms::InstanceId>>();
  at.root = from.next<terms::InstanceId>();
  if (const auto removed = from.next<std::optional<base::Instant>>()) at.goes_at = goes_for_good(*removed);
  return at;
}

std::optional<base::Uuid> key_of_instance(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  const auto row = tx.query_one("SELECT key_id FROM instance WHERE party_id = ? AND instance_id = ?", {party, id});
  return row ? std::optional(store::read_one<base::Uuid>(*row)) : std::nullopt;
}

}  // namespace alting::instances
