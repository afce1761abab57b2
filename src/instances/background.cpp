#include "instances/background.h"

#include "instances/topics.h"

namespace alting::instances {

std::vector<store::Job> background_jobs(Instances& instances) {
  constexpr std::int64_t at_once = 200;
  return {
      // Keys of drafts sent by a version that kept them: what was saved before sending shall not be readable in old
      // copies.
      {.code = "retire_draft_keys",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(1),
       .run = [&instances] { return instances.retire_draft_keys(at_once); },
       .until_none_left = true},
  };
}

std::vector<store::Subscription> subscriptions(Instances& instances) {
  return {{&keys_to_erase, "instances",
           [&instances](const store::OutboxMessage& message) {
             instances.erase_keys(message.payload);
             return store::Delivery::done;
           }},
          {&keys_to_share, "instances", [&instances](const store::OutboxMessage& message) {
             instances.share_keys(message.payload);
             return store::Delivery::done;
           }}};
}

}  // namespace alting::instances
