// Open pages: the front page, login, privacy, cookies, accessibility, help, status, language.
#pragma once
#include "forms/catalogue.h"
#include "ledger/ledger.h"
#include "portal/page_set.h"

namespace alting::portal {

struct OpenUses {
  const forms::AppCatalogue& apps;
  ledger::Ledger& ledger;
};
[[nodiscard]] PageSet open_pages(const OpenUses& uses);

}  // namespace alting::portal
