// Logging in with an enterprise certificate, over two servers: the portal's, where the browser has its cookies, and the
// door's, which asks for the certificate.
//
//   portal  GET /logg-inn/sertifikat             an attempt, bound to the browser (attempts.h)   -> door
//   door    GET /logg-inn/sertifikat?state=      the certificate is checked; who it names is kept under the attempt, with
//                                                a code that is good once                          -> portal
//   portal  GET /logg-inn/sertifikat/svar?state=&kode=      attempt, browser and code fit: a session
//
// The code is known to nobody but the one who showed the certificate, and the attempt is good in one browser only: who
// makes another follow their own attempt to the door gets nothing of it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "login/enterprise_certificate.h"
#include "store/database.h"

namespace alting::login {

class CertificateTurns {
 public:
  CertificateTurns(store::Database& database, const base::Clock& clock, base::Random& random)
      : database_(database), clock_(clock), random_(random) {}

  // Whether there is an attempt of this state that is neither used nor over.
  [[nodiscard]] bool is_awaited(std::string_view state);
  // Keeps who came to the door for such an attempt, in place of who came before; the code. `unauthenticated`
  // login.error.expired when it is no longer awaited.
  [[nodiscard]] base::Result<std::string> keep(std::string_view state, const EnterpriseCertificate& certificate);
  struct Kept {
    terms::PartyUuid organisation;
    std::string serial, issuer_name, fingerprint;
    base::Instant not_after;
  };
  // Once: what was kept is forgotten, whether or not the code fits.
  [[nodiscard]] std::optional<Kept> take(std::string_view state, std::string_view code);

 private:
  store::Database& database_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace alting::login
