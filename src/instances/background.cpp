#include "instances/background.h"

#include "instances/topics.h"

namespace alting::instances {

std::vector<store::Job> background_jobs(KeptDraftKeys& kept, Deleting& deleting, AgencyRetention& agency,
                                        store::HoldsNow holds) {
  constexpr std::int64_t keys_at_once = 200;
  return {
      // Keys of drafts sent by a version that kept them: what was saved before sending shall not be readable in old
      // copies.
      {.code = "retire_draft_keys",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(1),
       .run = [&kept] { return kept.retire(keys_at_once); },
       .until_none_left = true},
      // What a business deleted, once the time in which it can be had back is over.
      {.code = "end_deleted_forms",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(1),
       .run = [&deleting, holds] { return deleting.end_deleted(holds); },
       .until_none_left = true,
       .counts_itself = true},
      // The agencies' copies, by the rules of their app folders.
      {.code = "end_agency_copies",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e; arkivlova § 13",
       .every = base::Duration::hours(1),
       .run = [&agency, holds] { return agency.end_copies(holds); },
       .until_none_left = true,
       .counts_itself = true},
  };
}

std::vector<store::Subscription> subscriptions(KeyErasure& erasure, KeySharing& sharing) {
  return {{&keys_to_erase, "instances",
           [&erasure](const store::OutboxMessage& message) {
             erasure.deliver(message.payload);
             return store::Delivery::done;
           }},
          {&keys_of_holder_to_erase, "instances",
           [&erasure](const store::OutboxMessage& message) {
             erasure.deliver_for(message.payload);
             return store::Delivery::done;
           }},
          {&keys_to_share, "instances", [&sharing](const store::OutboxMessage& message) {
             sharing.deliver(message.payload);
             return store::Delivery::done;
           }}};
}

}  // namespace alting::instances
