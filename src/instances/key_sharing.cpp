#include "instances/key_sharing.h"

#include "base/log.h"
#include "instances/key_messages.h"
#include "instances/topics.h"

namespace alting::instances {

void KeySharing::emit(store::Tx& tx, const std::vector<base::Uuid>& keys, const Location& at) {
  for (auto& message : key_messages(keys)) {
    message.set("party", at.party.value);
    message.set("org", at.app.org);
    store::emit(tx, random_, clock_.now(), keys_to_share, at.id.text(), message.dump());
  }
}

void KeySharing::share_at_once(const std::vector<base::Uuid>& keys, const Location& at) {
  if (keys.empty()) return;
  try {
    if (vault_.share(keys, party_holder(at.party), agency_holder(at.app.org))) return;
    base::log(base::LogLevel::error, "instances.keys_not_shared_yet", {{"reason", "the party has no key"}});
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "instances.keys_not_shared_yet", {{"reason", error.what()}});
  }
}

void KeySharing::deliver(std::string_view payload) {
  const auto asked = base::Json::parse(payload);
  if (!asked) throw std::logic_error("what keys are to be shared cannot be read");
  const terms::PartyId party{(*asked)["party"].integer().value()};
  if (!vault_.share(keys_of_message(*asked), party_holder(party), agency_holder((*asked).text("org"))))
    throw std::runtime_error("keys of what was sent are not the party's to share");
}

}  // namespace alting::instances
