// What an operator may set of the login.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/setting.h"
#include "login/attempts.h"
#include "login/certificate_options.h"
#include "login/session_store.h"
#include "terms/mode.h"

namespace alting::login {

struct LoginOptions {
  std::string issuer;  // "https://idporten.no"
  std::string client_id = "alting";
  std::filesystem::path key;          // PEM; "": keys/login.pem of the data folder
  std::string key_id;                 // as registered with the issuer
  std::filesystem::path certificate;  // "": the key is known by its id
  AttemptLimits attempts;
  CertificateOptions certificates;     // of who logs in with an enterprise certificate
  SessionLimits sessions;              // without quotas: those are the portal's
  std::uint16_t test_issuer_port = 0;  // 0: none; test mode only
};

// `into` gets what is other in this mode. The port of the test issuer is a row of its own (test_issuer_settings).
[[nodiscard]] std::vector<base::Setting> settings(LoginOptions& into, terms::Mode mode);
[[nodiscard]] std::vector<base::Setting> test_issuer_settings(LoginOptions& into);
[[nodiscard]] std::vector<base::Setting> certificate_settings(CertificateOptions& into, terms::Mode mode);
// What the settings must be to each other, once they are read. Where the test issuer is, it is the issuer when no other
// is named.
[[nodiscard]] base::Status settle(LoginOptions& options);
// `server_tls`: the portal's own server does TLS itself, with a certificate that the door uses when it has none of its own.
[[nodiscard]] base::Status settle(CertificateOptions& options, terms::Mode mode, std::string_view portal_url,
                                  bool server_tls);

}  // namespace alting::login
