#include "instances/key_messages.h"

namespace alting::instances {

using base::Json;

namespace {
constexpr std::size_t keys_in_a_message = 100;  // a payload holds 8 KiB
}

std::vector<Json> key_messages(const std::vector<base::Uuid>& keys) {
  std::vector<Json> messages;
  for (std::size_t from = 0; from < keys.size(); from += keys_in_a_message) {
    Json ids = Json::array();
    for (std::size_t i = from; i < std::min(from + keys_in_a_message, keys.size()); ++i) ids.push_back(keys[i].text());
    messages.push_back(Json::object({{"keys", std::move(ids)}}));
  }
  return messages;
}

std::vector<base::Uuid> keys_of_message(const Json& message) {
  std::vector<base::Uuid> keys;
  for (const auto& one : message["keys"].items()) keys.push_back(base::Uuid::parse(one.as_string()).value());
  return keys;
}

}  // namespace alting::instances
