// What one was told by e-mail, and why.
#pragma once
#include "forms/catalogue.h"
#include "notify/orders.h"
#include "portal/page_set.h"

namespace alting::portal {

struct NoticeUses {
  const forms::AppCatalogue& apps;
  notify::Orders& orders;
};
// Every notice to the one who is logged in, with masked addresses.
[[nodiscard]] PageSet notice_pages(const NoticeUses& uses);

}  // namespace alting::portal
