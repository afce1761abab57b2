// The activity log: what I did, what was done for a party, by whom and on what ground.
#pragma once
#include "forms/catalogue.h"
#include "ledger/ledger.h"
#include "portal/page_set.h"

namespace alting::portal {

struct ActivityUses {
  const forms::AppCatalogue& apps;
  ledger::Ledger& ledger;
};
[[nodiscard]] PageSet activity_pages(const ActivityUses& uses);

}  // namespace alting::portal
