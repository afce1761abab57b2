#include "privacy/make_privacy.h"

#include "privacy/room_plans.h"

namespace alting::privacy {

Privacy::Privacy(const PrivacyNeeds& needs)
    : unnamed_parties(needs.database, needs.catalogue, needs.clock),
      retention({.database = needs.database,
                 .ledger = needs.ledger,
                 .parties = needs.parties,
                 .catalogue = needs.catalogue,
                 .clock = needs.clock,
                 .random = needs.random,
                 .plans = room_plans(needs, unnamed_parties)}),
      copies({.database = needs.database,
              .vault = needs.vault,
              .ledger = needs.ledger,
              .decider = needs.access.decider(),
              .clock = needs.clock,
              .random = needs.random,
              .quotas = needs.quotas,
              .has_disk_room = needs.has_disk_room,
              .organisation_number =
                  [&parties = needs.parties](terms::PartyId id) {
                    const auto party = parties.find(id);
                    return party ? party->organisation_number : std::string();
                  }}),
      copy_maker({.database = needs.database,
                  .vault = needs.vault,
                  .ledger = needs.ledger,
                  .decider = needs.access.decider(),
                  .parties = needs.parties,
                  .clock = needs.clock,
                  .random = needs.random,
                  .texts = needs.texts,
                  .spool = needs.spool,
                  .gathering = gathering_by({needs.database, needs.vault, needs.catalogue, needs.ledger, needs.numbers,
                                             needs.apps, needs.clock}),
                  .has_disk_room = needs.has_disk_room}),
      requests({.database = needs.database,
                .vault = needs.vault,
                .ledger = needs.ledger,
                .decider = needs.access.decider(),
                .parties = needs.parties,
                .clock = needs.clock,
                .random = needs.random,
                .quotas = needs.quotas,
                .apps = needs.apps,
                .permits = needs.instances.permits,
                .messages = needs.messages.messages}),
      disputes({.database = needs.database,
                .ledger = needs.ledger,
                .decider = needs.access.decider(),
                .quotas = needs.quotas}),
      erasures(
          {.database = needs.database,
           .vault = needs.vault,
           .ledger = needs.ledger,
           .decider = needs.access.decider(),
           .catalogue = needs.catalogue,
           .drafts = needs.instances.drafts,
           .messages = needs.messages.messages,
           .delete_sent = [&deleting = needs.instances.deleting](
                              const terms::Permit& permit, base::Instant at,
                              std::string_view post) { return deleting.remove(permit, at, post); },
           .forget_copies = [this](terms::PartyId party) { return copies.forget_all(party); },
           .held_until = [this](terms::PartyId party, base::Instant at) { return held_until(retention, party, at); },
           .clock = needs.clock,
           .random = needs.random,
           .quotas = needs.quotas}),
      estates({.database = needs.database,
               .catalogue = needs.catalogue,
               .clock = needs.clock,
               .erase_own = [this](terms::PartyId party, base::Instant at) { return erasures.erase_gone(party, at); },
               .holds = retention.holds_now()}) {}

std::unique_ptr<Privacy> make_privacy(const PrivacyNeeds& needs) { return std::make_unique<Privacy>(needs); }

}  // namespace alting::privacy
