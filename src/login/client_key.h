// The key we prove ourselves with to the issuer (private_key_jwt, RFC 7523). In test mode one is made in the data
// folder; in production the operator puts it there, and registers what /.well-known/alting-client-jwks.json shows.
#pragma once
#include <filesystem>
#include <string>

#include "base/result.h"
#include "crypto/jose.h"
#include "crypto/keys.h"
#include "terms/mode.h"

namespace alting::login {

struct ClientKey {
  crypto::PrivateKey key;
  std::string kid;  // as registered with the issuer; the thumbprint when nothing else was said
};

// `not_found` when there is none and the mode is production.
[[nodiscard]] base::Result<crypto::PrivateKey> load_or_make_key(const std::filesystem::path& pem_file, terms::Mode mode,
                                                                crypto::KeyType type);
[[nodiscard]] base::Result<ClientKey> load_client_key(const std::filesystem::path& pem_file, terms::Mode mode,
                                                      std::string kid = {});
[[nodiscard]] base::Json public_jwks(const ClientKey& key);

}  // namespace alting::login
