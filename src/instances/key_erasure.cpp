#include "instances/key_erasure.h"

#include "base/log.h"
#include "instances/key_messages.h"
#include "instances/topics.h"

namespace alting::instances {

void KeyErasure::emit(store::Tx& tx, const std::vector<base::Uuid>& keys, const terms::InstanceId& instance) {
  for (const auto& message : key_messages(keys))
    store::emit(tx, random_, clock_.now(), keys_to_erase, instance.text(), message.dump());
}

void KeyErasure::erase_at_once(const std::vector<base::Uuid>& keys) {
  try {
    vault_.erase_everywhere(keys);
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "instances.keys_not_erased_yet", {{"reason", error.what()}});
  }
}

void KeyErasure::deliver(std::string_view payload) {
  const auto asked = base::Json::parse(payload);
  if (!asked) throw std::logic_error("what keys are to be erased cannot be read");
  vault_.erase_everywhere(keys_of_message(*asked));
}

}  // namespace alting::instances
