#include "inbox/background.h"

#include "base/json.h"
#include "inbox/message_rows.h"
#include "inbox/topics.h"
#include "instances/topics.h"
#include "store/failpoint.h"

namespace alting::inbox {

std::vector<store::Job> background_jobs(MessageSending& sending, Messages& messages, EndedMessages& ended,
                                        store::HoldsNow holds) {
  return {
      // What was begun by a process that died: nobody was told that it was sent, and nobody has seen it.
      {.code = "sweep_messages",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::minutes(1),
       .run = [&sending] { return sending.sweep(); },
       .until_none_left = true},
      // What a business deleted, once the time in which it can be had back is over.
      {.code = "end_deleted_messages",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(1),
       .run = [&messages, holds] { return messages.end_deleted(holds); },
       .until_none_left = true,
       .counts_itself = true},
      // The agencies' copies, by the rules of their services' folders.
      {.code = "end_agency_messages",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e; arkivlova § 13",
       .every = base::Duration::hours(1),
       .run = [&ended, holds] { return ended.end_copies(holds); },
       .until_none_left = true,
       .counts_itself = true},
      // Drafts that were to be answers: those that were thrown away; and those sent of which this process was not told,
      // since one of the version before delivered it while an upgrade rolled.
      {.code = "settle_form_replies",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav d",
       .every = base::Duration::minutes(10),
       .run = [&messages] { return messages.settle_form_replies(); },
       .until_none_left = true},
  };
}

std::vector<store::Subscription> subscriptions(MessageSending& sending, store::Vault& vault, base::Random& random,
                                               const base::Clock& clock) {
  return {{&batch_due, "inbox",
           [&sending, &random, &clock](const store::OutboxMessage& message) -> store::Delivered {
             const auto asked = base::Json::parse(message.payload);
             const auto id = asked ? BatchId::parse(asked->text("batch")) : std::nullopt;
             if (!id) throw std::logic_error("which batch is due cannot be read");
             if (sending.publish(*id)) return store::Delivery::done;
             // Some were told, and more are left: soon again, behind what others wait for.
             return {store::Delivery::done,
                     [&random, &clock, key = message.key, payload = message.payload](store::Tx& tx) {
                       store::emit(tx, random, clock.now(), batch_due, key, payload,
                                   clock.now() + base::Duration::milliseconds(10));
                     }};
           }},
          {&instances::process_completed, "inbox",
           [](const store::OutboxMessage& message) -> store::Delivered {
             const auto told = base::Json::parse(message.payload);
             const auto instance = told ? terms::InstanceId::parse(told->text("instance")) : std::nullopt;
             if (!instance) throw std::logic_error("which form was sent cannot be read");
             const terms::PartyId party{(*told)["party"].integer_or(0)};
             return {store::Delivery::done, [party, instance = *instance](store::Tx& tx) {
                       note_form_sent(tx, party, instance);
                       store::failpoint::pass("inbox.form_noted");
                     }};
           }},
          {&keys_to_erase, "inbox", [&vault](const store::OutboxMessage& message) -> store::Delivered {
             deliver_keys(vault, message.payload);
             return store::Delivery::done;
           }}};
}

}  // namespace alting::inbox
