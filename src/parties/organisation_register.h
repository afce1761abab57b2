// The addresses for official notices that organisations have in Enhetsregisteret (KoFuVi; enhetsregisterforskriften
// § 8 a): not public, for authorities to look up. What was sent in and not yet accepted by the register is not in its
// answer, and so not in force.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_client.h"
#include "net/token_client.h"
#include "store/database.h"

namespace alting::parties {

struct OfficialAddresses {
  std::vector<std::string> emails, mobiles;  // mobiles as "+4791234567"
};

class OrganisationRegister {
 public:
  virtual ~OrganisationRegister() = default;
  // Of exactly this unit, by its number: none when it has none of its own, or is not known. `unavailable` when the
  // register does not answer.
  [[nodiscard]] virtual base::Result<OfficialAddresses> official_addresses(std::string_view organisation_number) = 0;
};

struct OrganisationRegisterOptions {
  std::string url;  // of the unit's resource without its number: ".../enhetsregisteret/api/varslingsadresser"
};

// GET <url>/{number}, as application/vnd.brreg.kofuvi.varslingsadresser.v1+json. Both must outlive it.
[[nodiscard]] std::unique_ptr<OrganisationRegister> make_organisation_register_client(
    net::HttpClient& http, net::TokenSource& tokens, OrganisationRegisterOptions options);
// The local register behind the demo.
[[nodiscard]] std::unique_ptr<OrganisationRegister> make_local_organisation_register(store::Database& database);

}  // namespace alting::parties
