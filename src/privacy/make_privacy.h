// How main makes what this room does, from what it needs of the rooms above. Pages take the parts they use, and never
// this. Each part has its own Needs and is made in make_privacy.cpp.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>

#include "access/make_access.h"
#include "base/random.h"
#include "base/time.h"
#include "forms/catalogue.h"
#include "inbox/inbox.h"
#include "inbox/make_messages.h"
#include "instances/make_instances.h"
#include "ledger/ledger.h"
#include "notify/make_notify.h"
#include "parties/contact_points.h"
#include "parties/number_vault.h"
#include "parties/parties.h"
#include "privacy/copies.h"
#include "privacy/copy_maker.h"
#include "privacy/disputes.h"
#include "privacy/erasure.h"
#include "privacy/estates.h"
#include "privacy/requests.h"
#include "privacy/retention.h"
#include "privacy/unnamed_parties.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/quota.h"
#include "store/vault.h"
#include "terms/mode.h"

namespace alting::privacy {

// All must outlive what is made of them.
struct PrivacyNeeds {
  store::Database& database;
  store::Vault& vault;
  ledger::Ledger& ledger;
  access::Access& access;
  parties::Parties& parties;
  parties::ContactPoints& contacts;
  const forms::AppCatalogue& apps;
  instances::Instances& instances;
  inbox::Inbox& inbox;
  inbox::MessageUses& messages;
  notify::Notify& notify;
  const store::Catalogue& catalogue;
  const parties::NumberVault& numbers;
  const base::Clock& clock;
  base::Random& random;
  terms::Mode mode = terms::Mode::production;
  store::Quotas quotas = {};
  std::filesystem::path texts = {};          // the folder: copies are made in the language of who asked
  std::filesystem::path spool = {};          // folder for what waits while a copy is made
  std::function<bool()> has_disk_room = {};  // for copies; none: always
};

// They know of each other: it stays where it was made.
struct Privacy {
  explicit Privacy(const PrivacyNeeds& needs);
  Privacy(const Privacy&) = delete;
  Privacy& operator=(const Privacy&) = delete;

  UnnamedParties unnamed_parties;
  Retention retention;
  Copies copies;
  CopyMaker copy_maker;  // main starts it
  Requests requests;
  Disputes disputes;
  Erasures erasures;
  Estates estates;
};

[[nodiscard]] std::unique_ptr<Privacy> make_privacy(const PrivacyNeeds& needs);

}  // namespace alting::privacy
