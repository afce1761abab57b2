// In test mode alone: the mail of the demo as it left, since it goes to nobody. Everyone may read it, for all it names are
// people who do not exist.
#pragma once
#include "notify/mail_copies.h"
#include "portal/page_set.h"

namespace alting::portal {

struct MailCopyUses {
  notify::MailCopies& copies;
};
[[nodiscard]] PageSet mail_copy_pages(const MailCopyUses& uses);

}  // namespace alting::portal
