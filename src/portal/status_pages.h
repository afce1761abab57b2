// The state of the portal for everyone: what was measured, and when. It works while the database does not.
#pragma once
#include <functional>
#include <vector>

#include "forms/catalogue.h"
#include "ledger/ledger.h"
#include "portal/measurements.h"
#include "portal/page_set.h"

namespace alting::portal {

struct StatusUses {
  std::function<std::vector<Measured>()> measure;
  const forms::AppCatalogue& apps;
  const ledger::Ledger& ledger;
};
[[nodiscard]] PageSet status_pages(const StatusUses& uses);

}  // namespace alting::portal
