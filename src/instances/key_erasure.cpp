#include "instances/key_erasure.h"

#include "base/log.h"
#include "instances/key_messages.h"
#include "instances/letting_go.h"
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

void KeyErasure::emit_let_go_by(store::Tx& tx, terms::PartyId party) { emit_let_go(tx, random_, clock_.now(), party); }

void KeyErasure::emit_for(store::Tx& tx, const store::Holder& holder, const std::vector<base::Uuid>& keys,
                          const terms::InstanceId& instance) {
  for (auto& message : key_messages(keys)) {
    message.set("holder", holder);
    store::emit(tx, random_, clock_.now(), keys_of_holder_to_erase, instance.text(), message.dump());
  }
}

void KeyErasure::erase_at_once_for(const store::Holder& holder, const std::vector<base::Uuid>& keys) {
  if (keys.empty()) return;
  try {
    vault_.erase(keys, holder);
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "instances.keys_not_erased_yet", {{"reason", error.what()}});
  }
}

void KeyErasure::deliver_for(std::string_view payload) {
  const auto asked = base::Json::parse(payload);
  const std::string holder = asked ? std::string(asked->text("holder")) : std::string();
  if (holder.empty()) throw std::logic_error("whose keys are to be erased cannot be read");
  vault_.erase(keys_of_message(*asked), holder);
}

}  // namespace alting::instances
