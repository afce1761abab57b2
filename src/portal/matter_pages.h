// What was sent: the receipt, the matter's timeline, the documents.
#pragma once
#include "forms/forms.h"
#include "instances/instances.h"
#include "ledger/ledger.h"
#include "portal/page_set.h"

namespace alting::portal {

struct MatterUses {
  const forms::AppCatalogue& apps;
  instances::Instances& instances;
  ledger::Ledger& ledger;
};
[[nodiscard]] PageSet matter_pages(const MatterUses& uses);

}  // namespace alting::portal
