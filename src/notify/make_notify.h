// How main makes what this room does, from what it needs of the rooms above. Pages take Orders, Reaching and MailCopies,
// and never this.
#pragma once
#include <memory>
#include <string>

#include "crypto/secret_bytes.h"
#include "net/mail_relay.h"
#include "net/mailbox.h"
#include "notify/bounces.h"
#include "notify/deliverer.h"
#include "notify/mail_copies.h"
#include "notify/orders.h"
#include "notify/reaching.h"
#include "notify/service_messages.h"
#include "notify/settings.h"
#include "notify/telling.h"
#include "terms/mode.h"

namespace alting::notify {

// All must outlive what is made of them.
struct NotifyNeeds {
  store::Database& database;
  store::Vault& vault;
  ledger::Ledger& ledger;
  access::Decider& decider;
  parties::Parties& parties;
  parties::ContactPoints& contacts;
  const forms::AppCatalogue& apps;
  const base::Clock& clock;
  base::Random& random;
  base::Metrics& metrics;
  crypto::SecretBytes bounce_secret;  // of return paths
  std::string public_url;             // "https://alting.example.no": people are told the host
  terms::Mode mode = terms::Mode::production;
  net::MailOptions mail = {};
  NotifyOptions options = {};
  // Nothing: by `mail`. Of tests and the bench.
  std::unique_ptr<net::MailRelay> relay = {};
  std::unique_ptr<net::Mailbox> mailbox = {};
};

// It stays where it was made. Nothing is sent before `deliverer.start()`.
struct Notify {
  explicit Notify(NotifyNeeds needs);
  Notify(const Notify&) = delete;
  Notify& operator=(const Notify&) = delete;

  const crypto::SecretBytes bounce_secret;
  const std::unique_ptr<net::MailRelay> relay;
  const std::unique_ptr<net::Mailbox> mailbox;  // nullptr where no bounces are read
  MailCopies copies;                            // of test mode without a relay; else there are none
  Orders orders;
  OrderRows rows;
  Addressing addressing;
  Reaching reaching;
  Deliverer deliverer;
  Bounces bounces;
  Telling telling;
  ServiceMessages service_messages;
};

// Errors: `invalid` (error.settings), with what is wrong in the detail.
[[nodiscard]] base::Result<std::unique_ptr<Notify>> make_notify(NotifyNeeds needs);

}  // namespace alting::notify
