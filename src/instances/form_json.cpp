#include "instances/form_json.h"

#include "store/vault.h"

namespace alting::instances {

using base::Json;

base::Result<Json> read_document(std::string_view bytes) {
  return Json::parse(bytes, {.size = store::largest_document, .depth = 40, .values = 400'000});
}

Json later_to_json(const std::vector<forms::Later>& later) {
  Json list = Json::array();
  for (const auto& one : later) {
    list.push_back(Json::object({{"path", one.path}, {"expected", one.expected}, {"automatic", one.automatic}}));
  }
  return list;
}

std::vector<forms::Later> later_from_json(const Json& json) {
  std::vector<forms::Later> later;
  if (!json.is_array()) return later;
  for (const auto& one : json.items()) {
    later.push_back(
        {std::string(one.text("path")), std::string(one.text("expected")), one["automatic"].bool_or(false)});
  }
  return later;
}

Json changes_to_json(const std::vector<forms::Change>& changes) {
  Json list = Json::array();
  for (const auto& change : changes) {
    list.push_back(Json::object({{"path", change.path}, {"before", change.before}, {"after", change.after}}));
  }
  return list;
}

std::vector<forms::Change> changes_from_json(const Json& json) {
  std::vector<forms::Change> changes;
  if (!json.is_array()) return changes;
  for (const auto& one : json.items()) changes.push_back({std::string(one.text("path")), one["before"], one["after"]});
  return changes;
}

}  // namespace alting::instances
