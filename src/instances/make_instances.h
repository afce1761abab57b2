// How main makes the use cases of this room, from what they need of the rooms above. Pages and interfaces take the ones
// they use, and never this.
#pragma once
#include <memory>

#include "instances/agency.h"
#include "instances/agency_retention.h"
#include "instances/attachments.h"
#include "instances/deleting.h"
#include "instances/drafts.h"
#include "instances/instance_permits.h"
#include "instances/kept_deleted.h"
#include "instances/kept_draft_keys.h"
#include "instances/key_erasure.h"
#include "instances/key_sharing.h"
#include "instances/matters.h"
#include "instances/sending.h"

namespace alting::instances {

// All must outlive what is made of them.
struct InstancesNeeds {
  store::Database& database;
  store::Vault& vault;
  ledger::Ledger& ledger;
  access::Decider& decider;
  parties::Parties& parties;
  const forms::AppCatalogue& apps;
  Scanner& scanner;
  paper::FileInspector& inspector;
  const base::Clock& clock;
  base::Random& random;
  store::Quotas quotas = {};
  HeldUntil held = {};
};

// The use cases, which know of each other: it stays where it was made.
struct Instances {
  explicit Instances(const InstancesNeeds& needs);
  Instances(const Instances&) = delete;
  Instances& operator=(const Instances&) = delete;

  InstancePermits permits;
  KeyErasure erasure;
  KeySharing sharing;
  KeptDraftKeys kept_draft_keys;
  Drafts drafts;
  Attachments attachments;
  Matters matters;
  Deleting deleting;
  Sending sending;
  Agency agency;
  AgencyRetention agency_retention;
};

[[nodiscard]] std::unique_ptr<Instances> make_instances(const InstancesNeeds& needs);

}  // namespace alting::instances
