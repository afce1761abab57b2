#include "login/client_key.h"

#include "base/file.h"

namespace alting::login {

base::Result<crypto::PrivateKey> load_or_make_key(const std::filesystem::path& pem_file, terms::Mode mode,
                                                  crypto::KeyType type) {
  auto pem = base::read_file(pem_file, 64 * 1024);
  if (pem) return crypto::PrivateKey::from_pem(crypto::SecretBytes(std::move(*pem)));
  if (pem.error().kind != base::ErrorKind::not_found || mode != terms::Mode::test) return std::move(pem.error());
  auto key = crypto::PrivateKey::generate(type);
  base::write_file_durably(pem_file, key.pem().reveal(), 0600);
  return key;
}

base::Result<ClientKey> load_client_key(const std::filesystem::path& pem_file, terms::Mode mode, std::string kid) {
  ALTING_TRY(key, load_or_make_key(pem_file, mode, crypto::KeyType::rsa));
  if (kid.empty()) kid = key.public_key().thumbprint();
  return ClientKey{std::move(key), std::move(kid)};
}

base::Json public_jwks(const ClientKey& key) {
  auto jwk = crypto::to_jwk(key.key.public_key());
  jwk.kid = key.kid;
  return crypto::JwkSet({std::move(jwk)}).json();
}

}  // namespace alting::login
