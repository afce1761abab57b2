#include "instances/background.h"

#include "instances/topics.h"

namespace alting::instances {

std::vector<store::Job> background_jobs(KeptDraftKeys& kept) {
  constexpr std::int64_t keys_at_once = 200;
  return {
      // Keys of drafts sent by a version that kept them: what was saved before sending shall not be readable in old
      // copies.
      {.code = "retire_draft_keys",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(1),
       .run = [&kept] { return kept.retire(keys_at_once); },
       .until_none_left = true},
  };
}

std::vector<store::Subscription> subscriptions(KeyErasure& erasure, KeySharing& sharing) {
  return {{&keys_to_erase, "instances",
           [&erasure](const store::OutboxMessage& message) {
             erasure.deliver(message.payload);
             return store::Delivery::done;
           }},
          {&keys_to_share, "instances", [&sharing](const store::OutboxMessage& message) {
             sharing.deliver(message.payload);
             return store::Delivery::done;
           }}};
}

}  // namespace alting::instances
