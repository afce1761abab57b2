// What one may print beforehand: all of a form's questions, to be filled in on paper and sent another way when the portal
// is down. For everyone, and asked of no database; and what the error pages say then (PageSet::when_down).
#pragma once
#include "forms/catalogue.h"
#include "portal/page_set.h"

namespace alting::portal {

struct PrintUses {
  const forms::AppCatalogue& apps;
};
[[nodiscard]] PageSet print_pages(const PrintUses& uses);

}  // namespace alting::portal
