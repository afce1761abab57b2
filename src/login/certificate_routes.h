// What answers at the addresses of the certificate login: two of the portal's and one of the door's (certificate_login.h).
#pragma once
#include <string>
#include <string_view>

#include "access/certificates.h"
#include "base/metrics.h"
#include "base/texts.h"
#include "login/attempts.h"
#include "login/certificate_login.h"
#include "login/enterprise_certificate.h"
#include "login/routes.h"
#include "login/session_store.h"
#include "parties/parties.h"
#include "terms/mode.h"
#include "web/assets.h"
#include "web/cookies.h"
#include "web/router.h"

namespace alting::login {

// The method of such a session, as people read it.
inline constexpr std::string_view certificate_method = "Virksomhetssertifikat";
// How sure such a login is: substantial, as Altinn rates it (level 3). It names no person, so it is never more.
inline constexpr auto certificate_level = terms::AssuranceLevel::substantial;

struct CertificateLoginParts {
  SessionStore& sessions;
  Attempts& attempts;
  CertificateTurns& turns;
  parties::Parties& parties;
  access::Certificates& certificates;  // what the organisation has said of its certificates
  const web::Cookies& cookies;
  const base::Texts& texts;  // texts/certificate.*.toml
  const base::Clock& clock;
  PageFrame frame;       // of the portal; empty: a plain page
  std::string door_url;  // without a final slash
};
// The portal's. What `parts` refers to must outlive the router.
void add_certificate_routes(web::Router& router, CertificateLoginParts parts);

struct DoorParts {
  CertificateChecks& checks;
  CertificateTurns& turns;
  const base::Texts& texts;
  const web::Assets& assets;
  const base::Clock& clock;
  base::Metrics& metrics;
  terms::Mode mode;
  std::string portal_url;  // without a final slash
};
// The door's, and its error page.
void add_door_routes(web::Router& router, DoorParts parts);

}  // namespace alting::login
