#include "instances/agency_database.h"

#include "store/row_reader.h"

namespace alting::instances {

std::optional<Location> AgencyDatabase::locate(terms::PartyId party, const terms::InstanceId& id) {
  const auto row = database_.read([&](store::Tx& tx) {
    return tx.query_one("SELECT org, app, root_id FROM submission WHERE party_id = ? AND instance_id = ?", {party, id});
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
