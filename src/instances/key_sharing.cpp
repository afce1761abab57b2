#include "instances/key_sharing.h"

#include <algorithm>

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

base::Status KeySharing::share_now(const std::vector<base::Uuid>& keys, const Location& at) {
  return keys.empty() ? base::Status() : vault_.share(keys, party_holder(at.party), agency_holder(at.app.org));
}

void KeySharing::deliver(std::string_view payload) {
  const auto asked = base::Json::parse(payload);
  if (!asked) throw std::logic_error("what keys are to be shared cannot be read");
  const terms::PartyId party{(*asked)["party"].integer().value()};
  const auto keys = keys_of_message(*asked);
  const auto agency = agency_holder((*asked).text("org"));
  if (vault_.share(keys, party_holder(party), agency)) return;
  // The party may have deleted its copy since; then the agency has had the keys before (share_now).
  const auto has = [&](const base::Uuid& key) { return vault_.reseal(key, "", agency).has_value(); };
  if (!std::ranges::all_of(keys, has)) throw std::runtime_error("keys of what was sent are not the party's to share");
}

}  // namespace alting::instances
