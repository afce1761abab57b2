// The key we prove ourselves with to the issuer (private_key_jwt, RFC 7523). In test mode one is made in the data
// folder; in production the operator puts it there, and registers what /.well-known/alting-client-jwks.json shows, or
// has an enterprise certificate (virksomhetssertifikat) for it: then the certificate says whose key it is, and goes
// with each assertion as `x5c` (RFC 7515 section 4.1.6).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/jose.h"
#include "crypto/keys.h"
#include "terms/mode.h"

namespace alting::login {

struct ClientKey {
  crypto::PrivateKey key;
  std::string kid;                    // as registered with the issuer; the thumbprint when nothing else was said
  std::vector<std::string> x5c = {};  // base64 of DER, the key's own first; empty when the key is known by its kid
};

// `not_found` when there is none and the mode is production.
[[nodiscard]] base::Result<crypto::PrivateKey> load_or_make_key(const std::filesystem::path& pem_file, terms::Mode mode,
                                                                crypto::KeyType type);
[[nodiscard]] base::Result<ClientKey> load_client_key(const std::filesystem::path& pem_file, terms::Mode mode,
                                                      std::string kid = {});
// The key's certificate and those between it and the root, PEM. error.certificate.malformed; error.key.malformed when
// the first is not of this key.
[[nodiscard]] base::Result<ClientKey> with_certificate(ClientKey key, const std::filesystem::path& pem_file);
[[nodiscard]] base::Json public_jwks(const ClientKey& key);

}  // namespace alting::login
