#include "api/api_table.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace alting::api {

namespace {

void add(ApiTable& table, Tag tag, std::vector<Endpoint> endpoints, Components schemas) {
  table.tags.push_back(std::move(tag));
  std::ranges::move(endpoints, std::back_inserter(table.endpoints));
  for (auto& [name, schema] : schemas) {
    // Two interfaces that mean other things by one name would be taken for the same.
    if (!table.schemas.emplace(name, std::move(schema)).second)
      throw std::logic_error("the table of interfaces has two schemas " + name);
  }
}

}  // namespace

ApiTable api_table(const ApiUses& uses) {
  ApiTable table;
  add(table, {"storage", "What was sent to an agency, for its systems: to find, fetch and confirm"},
      storage_endpoints(uses.storage), storage_schemas());
  add(table, {"events", "What happened, for an agency's systems: a feed to pull, and subscriptions to be told by"},
      events_endpoints(uses.events), events_schemas());
  add(table,
      {"correspondence", "Messages of an agency to people and businesses: to send them, and to see how they fare"},
      correspondence_endpoints(uses.correspondence), correspondence_schemas());
  return table;
}

}  // namespace alting::api
