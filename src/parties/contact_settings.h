// What an operator may set of the registers that say where people and organisations are reached.
#pragma once
#include <vector>

#include "base/result.h"
#include "base/setting.h"
#include "net/token_client.h"
#include "parties/krr_client.h"
#include "parties/organisation_register.h"
#include "terms/mode.h"

namespace alting::parties {

struct ContactOptions {
  KrrOptions krr;
  net::TokenClientOptions krr_tokens;
  OrganisationRegisterOptions organisations;
  net::TokenClientOptions organisation_tokens;
};

[[nodiscard]] std::vector<base::Setting> settings(ContactOptions& into);
// error.settings: an address without what a token needs; what is not encrypted in production.
[[nodiscard]] base::Status check_settings(const ContactOptions& options, terms::Mode mode);

}  // namespace alting::parties
