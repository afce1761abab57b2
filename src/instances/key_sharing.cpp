// The agency gets the keys of a submission's attachments when the submission is there, and not before: a send that
// fails, or a process that ends on the way, leaves the agency no key of what was not sent. The submission's transaction
// puts a row into the outbox; the keys are shared right after it, and by that row when the process or the disk fails
// between. Who reads for the agency in that moment shares them first.
#include "base/log.h"
#include "instances/rows.h"
#include "instances/topics.h"

namespace alting::instances {

using base::Json;

void Instances::emit_key_sharing(store::Tx& tx, const std::vector<base::Uuid>& keys, const Location& at) {
  for (auto& message : key_messages(keys)) {
    message.set("party", at.party.value);
    message.set("org", at.app.org);
    store::emit(tx, env_.random, env_.clock.now(), keys_to_share, at.id.text(), message.dump());
  }
}

void Instances::share_at_once(const std::vector<base::Uuid>& keys, const Location& at) {
  if (keys.empty()) return;
  try {
    if (env_.vault.share(keys, party_holder(at.party), agency_holder(at.app.org))) return;
    base::log(base::LogLevel::error, "instances.keys_not_shared_yet", {{"reason", "the party has no key"}});
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "instances.keys_not_shared_yet", {{"reason", error.what()}});
  }
}

void Instances::share_keys(std::string_view payload) {
  const auto asked = Json::parse(payload);
  if (!asked) throw std::logic_error("what keys are to be shared cannot be read");
  const terms::PartyId party{(*asked)["party"].integer().value()};
  if (!env_.vault.share(keys_of_message(*asked), party_holder(party), agency_holder((*asked).text("org"))))
    throw std::runtime_error("keys of what was sent are not the party's to share");
}

}  // namespace alting::instances
