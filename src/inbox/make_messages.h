// How main makes the use cases of messages, from what they need of the rooms above. Pages and interfaces take the ones they
// use, and never this.
#pragma once
#include <memory>

#include "inbox/ended_messages.h"
#include "inbox/message_sending.h"
#include "inbox/messages.h"
#include "inbox/sent_messages.h"
#include "inbox/staged_files.h"

namespace alting::inbox {

// All must outlive what is made of them.
struct MessagesNeeds {
  store::Database& database;
  store::Vault& vault;
  ledger::Ledger& ledger;
  access::Decider& decider;
  parties::Parties& parties;
  const forms::AppCatalogue& apps;
  instances::Scanner& scanner;
  paper::FileInspector& inspector;
  const base::Clock& clock;
  base::Random& random;
  store::Quotas quotas = {};
  instances::HeldUntil held = {};
};

// They know of each other: it stays where it was made.
struct MessageUses {
  explicit MessageUses(const MessagesNeeds& needs)
      : files({needs.database, needs.vault, needs.decider, needs.scanner, needs.inspector, needs.clock, needs.random,
               needs.quotas}),
        sending({needs.database, needs.vault, needs.ledger, needs.decider, needs.parties, needs.apps, files,
                 needs.clock, needs.random, needs.quotas}),
        messages({needs.database, needs.vault, needs.ledger, needs.decider, needs.parties, files, needs.clock,
                  needs.random, needs.quotas, needs.held}),
        sent({needs.database, needs.vault, needs.ledger, needs.decider, needs.parties, needs.quotas}),
        ended({needs.database, needs.vault, needs.ledger, needs.decider, needs.parties, needs.apps, needs.clock,
               needs.random}) {}
  MessageUses(const MessageUses&) = delete;
  MessageUses& operator=(const MessageUses&) = delete;

  StagedFiles files;
  MessageSending sending;
  Messages messages;
  SentMessages sent;
  EndedMessages ended;
};

}  // namespace alting::inbox
