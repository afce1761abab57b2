// The server that asks for an enterprise certificate: its own port, its own pool of workers, and nothing on it but the
// login (login/certificate_login.h).
#pragma once
#include <memory>

#include "base/texts.h"
#include "login/certificate_login.h"
#include "main/installation.h"
#include "web/assets.h"

namespace alting::main {

class CertificateDoor {
 public:
  // All that is passed in must outlive it. Settings say that there is a door.
  CertificateDoor(Installation& installation, login::CertificateTurns& turns, const base::Texts& texts,
                  const web::Assets& assets);
  ~CertificateDoor();
  void start();
  void stop();
  void reload_tls();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace alting::main
