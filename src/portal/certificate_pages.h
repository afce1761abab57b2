// The enterprise certificates that an organisation logs in with: which have been used, what they may do, and their end.
#pragma once
#include "access/certificates.h"
#include "portal/page_set.h"

namespace alting::portal {

struct CertificateUses {
  access::Certificates& certificates;
};
[[nodiscard]] PageSet certificate_pages(const CertificateUses& uses);

// On the page of access: what they hold, and the way to the page that changes it. `permit`: as Certificates::list().
[[nodiscard]] Html certificates_in_short(const View& view, access::Certificates& certificates,
                                         const terms::Permit& permit);

}  // namespace alting::portal
