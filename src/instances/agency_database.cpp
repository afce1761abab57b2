#include "instances/agency_database.h"

#include "store/row_reader.h"

namespace alting::instances {

terms::InstanceId matter_id_of(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  const auto row = tx.query_one("SELECT root_id FROM submission WHERE party_id = ? AND instance_id = ?", {party, id});
  return row ? store::read_one<terms::InstanceId>(*row) : id;
}

std::optional<Location> AgencyDatabase::locate(terms::PartyId party, const terms::InstanceId& id) {
  const auto row = database_.read([&](store::Tx& tx) {
    return tx.query_one(
        "SELECT org, app, root_id FROM submission WHERE party_id = ? AND instance_id = ? AND agency_ended_at IS NULL",
        {party, id});
  });
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  Location at{.party = party, .id = id, .state = State::sent};
  at.app.org = from.next<std::string>();
  at.app.app = from.next<std::string>();
  at.root = from.next<terms::InstanceId>();
  return at;
}

}  // namespace alting::instances
