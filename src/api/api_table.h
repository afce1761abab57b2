// All machine interfaces in one list. A new one is an entry here, its endpoints and its schemas.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/correspondence.h"
#include "api/endpoint.h"
#include "api/events_endpoints.h"
#include "api/storage.h"

namespace alting::api {

struct Tag {
  std::string name, description;
};

struct ApiTable {
  std::vector<Tag> tags = {};
  std::vector<Endpoint> endpoints = {};
  Components schemas = {};
};

// What the interfaces are made from; all of it outlives the table.
struct ApiUses {
  StorageUses storage;
  EventsUses events;
  CorrespondenceUses correspondence;
};
[[nodiscard]] ApiTable api_table(const ApiUses& uses);

}  // namespace alting::api
