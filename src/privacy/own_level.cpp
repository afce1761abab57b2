#include "privacy/own_level.h"

#include <algorithm>
#include <optional>

#include "store/row_reader.h"

namespace alting::privacy {

std::vector<terms::AppId> services_of_party(store::Database& database, terms::PartyId party) {
  return database.read([&](store::Tx& tx) {
    std::vector<terms::AppId> found;
    for (const auto& row : tx.query("SELECT DISTINCT org, app FROM instance WHERE party_id = ? UNION SELECT DISTINCT "
                                    "org, app FROM message_count WHERE party_id = ?",
                                    {party, party})) {
      auto [org, app] = store::read_row<std::string, std::string>(row);
      found.push_back({std::move(org), std::move(app)});
    }
    return found;
  });
}

base::Status check_own_level(store::Database& database, access::Decider& decider, const terms::Permit& permit) {
  std::optional<terms::AssuranceLevel> needed;
  for (const auto& app : services_of_party(database, permit.party()))
    needed = std::max(needed, decider.withheld(permit.actor(), app));
  if (!needed) return {};
  return base::make_error(base::ErrorKind::level_too_low, "error.access.level", "the login is too weak",
                          {{"level", std::to_string(static_cast<int>(*needed))}});
}

}  // namespace alting::privacy
