// Open pages: the front page, login, help, language. Those that the law asks for: law_pages.h.
#pragma once
#include "forms/catalogue.h"
#include "portal/page_set.h"

namespace alting::portal {

struct OpenUses {
  const forms::AppCatalogue& apps;
  bool certificates = false;  // an organisation may log in with its enterprise certificate
};
[[nodiscard]] PageSet open_pages(const OpenUses& uses);

}  // namespace alting::portal
