// Drop a receipt and documents; what is proved, what is not, in words. Nothing is
// stored.
#pragma once
#include "ledger/ledger.h"
#include "portal/page_set.h"

namespace alting::portal {

struct VerifyUses {
  ledger::Ledger& ledger;
};
[[nodiscard]] PageSet verify_pages(const VerifyUses& uses);

}  // namespace alting::portal
