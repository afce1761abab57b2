// Open pages that the law asks for: the privacy statement (personvernforordningen art. 13 and 14), the cookies (ekomloven
// § 3-15) and the declaration of accessibility (forskrift om universell utforming av ikt-løsninger).
//
// What the privacy statement says of laws and times is read out of the catalogues of the rooms (store/catalogue.h), and
// of the controllers out of the app folders; privacy/privacy_kinds.h has how the tables are grouped for people to read.
#pragma once
#include <optional>

#include "forms/catalogue.h"
#include "portal/page_set.h"
#include "portal/rights_pages.h"
#include "store/catalogue.h"

namespace alting::portal {

struct LawUses {
  const forms::AppCatalogue& apps;
  const store::Catalogue& catalogue;
  std::optional<RightsUses> rights = {};  // none: the statement alone
};
[[nodiscard]] PageSet law_pages(const LawUses& uses);

}  // namespace alting::portal
