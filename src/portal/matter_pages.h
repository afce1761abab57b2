// What was sent: the receipt, the matter's timeline, the documents.
#pragma once
#include "forms/catalogue.h"
#include "instances/attachments.h"
#include "instances/deleting.h"
#include "instances/instance_permits.h"
#include "instances/matters.h"
#include "ledger/ledger.h"
#include "portal/page_set.h"

namespace alting::access {
class Restrictions;
}

namespace alting::portal {

struct MatterUses {
  const forms::AppCatalogue& apps;
  instances::InstancePermits& permits;
  instances::Matters& matters;
  instances::Deleting& deleting;
  instances::Attachments& attachments;
  ledger::Ledger& ledger;
  access::Restrictions* restrictions = nullptr;  // what of it is restricted is said there; none: nothing
};
[[nodiscard]] PageSet matter_pages(const MatterUses& uses);

}  // namespace alting::portal
