// The keys of what was thrown away, or sent. The rows go first, and with them, in the same transaction, goes a row of the
// outbox: when the process or the disk fails before the keystore has erased the keys, it is done again until it is.
//
// What is erased here is a draft's, and erased for whoever holds a key: nobody but its party should, and nobody will.
#include "base/log.h"
#include "instances/rows.h"
#include "instances/topics.h"

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

void Instances::emit_key_erasure(store::Tx& tx, const std::vector<base::Uuid>& keys,
                                 const terms::InstanceId& instance) {
  for (const auto& message : key_messages(keys))
    store::emit(tx, env_.random, env_.clock.now(), keys_to_erase, instance.text(), message.dump());
}

void Instances::erase_at_once(const std::vector<base::Uuid>& keys) {
  try {
    env_.vault.erase_everywhere(keys);
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "instances.keys_not_erased_yet", {{"reason", error.what()}});
  }
}

void Instances::erase_keys(std::string_view payload) {
  const auto asked = Json::parse(payload);
  if (!asked) throw std::logic_error("what keys are to be erased cannot be read");
  env_.vault.erase_everywhere(keys_of_message(*asked));
}

}  // namespace alting::instances
