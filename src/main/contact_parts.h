// The registers that say where people and organisations are reached, put together from the settings. Where the test
// issuer is and nothing else is set, they are asked over HTTP on its site, with tokens of the built-in token issuer; where
// there is neither, the local tables are read.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "login/token_issuer/token_issuer.h"
#include "main/settings.h"
#include "net/http_client.h"
#include "net/token_client.h"
#include "parties/krr.h"
#include "parties/number_vault.h"
#include "parties/organisation_register.h"
#include "store/data_folder.h"

namespace alting::main {

struct ContactParts {
  std::unique_ptr<net::HttpClient> http;
  std::unique_ptr<net::TokenSource> krr_tokens, organisation_tokens;
  std::unique_ptr<parties::Krr> krr, local_krr;  // the local ones answer at the test issuer's site
  std::unique_ptr<parties::OrganisationRegister> organisations, local_organisations;
  std::optional<login::PortalClient> portal;  // as the token issuer knows it
};

// All that is passed in must outlive them. error.settings when a key cannot be read.
[[nodiscard]] base::Result<ContactParts> make_contact_parts(const Settings& settings, store::DataFolder& folder,
                                                            const parties::NumberVault& numbers,
                                                            const base::Clock& clock, base::Random& random);

// Whether the registers that the settings name answer, each with its key of the settings: for `alting doctor`.
struct RegisterProbe {
  std::string_view setting;
  base::Status answered;
};
[[nodiscard]] std::vector<RegisterProbe> probe_registers(const Settings& settings, const base::Clock& clock,
                                                         base::Random& random);
// What the settings of production leave out, without which somebody cannot be told of anything by e-mail: a line each,
// the setting first. For the same.
[[nodiscard]] std::vector<std::string> missing_for_notices(const Settings& settings);

}  // namespace alting::main
