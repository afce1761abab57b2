// The registers that say where people and businesses are reached, for demonstration and tests: they answer at the
// documented addresses of the contact and reservation register and of Enhetsregisteret, on the test issuer's site, to who
// brings a token of the built-in token issuer. What they say is the test population's. So the portal itself comes to
// them over HTTP, as it would to the real ones.
#pragma once
#include "base/time.h"
#include "login/token_issuer/token_issuer.h"
#include "parties/krr.h"
#include "parties/organisation_register.h"
#include "web/router.h"

namespace alting::login {

// What a token must say.
inline constexpr std::string_view test_krr_scope = "krr:global/kontaktinformasjon.read",
                                  test_contacts_scope = "brreg:kofuvi/varslingsadresser.read";

struct TestRegistersParts {
  parties::Krr& krr;  // the local ones
  parties::OrganisationRegister& organisations;
  const TokenIssuer& tokens;
  const base::Clock& clock;
};

// Adds the routes; what `parts` refers to must outlive the router. The token issuer exists in test mode only, and so do
// these.
void add_test_registers(web::Router& router, const TestRegistersParts& parts);

}  // namespace alting::login
