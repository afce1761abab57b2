// What checks enterprise certificates, put together from the settings: whom it trusts, and how it asks about revocation.
// In test mode the test authority is trusted too, and asked on the test issuer's site.
#pragma once
#include <memory>

#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "login/enterprise_certificate.h"
#include "login/test_authority/test_authority.h"
#include "main/settings.h"
#include "net/http_client.h"
#include "parties/parties.h"
#include "store/data_folder.h"

namespace alting::main {

struct CertificateParts {
  std::unique_ptr<login::TestAuthority> test_authority;  // nullptr in production
  std::unique_ptr<net::HttpClient> http;
  std::unique_ptr<login::RevocationChecks> revocation;
  std::unique_ptr<login::CertificateChecks> checks;
};

// All that is passed in must outlive them.
[[nodiscard]] base::Result<CertificateParts> make_certificate_parts(const Settings& settings, store::DataFolder& folder,
                                                                    parties::Parties& parties, const base::Clock& clock,
                                                                    base::Random& random, base::Metrics& metrics);

}  // namespace alting::main
