#include "login/client_key.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/text_file.h"
#include "crypto/certificate.h"

namespace alting::login {

base::Result<crypto::PrivateKey> load_or_make_key(const std::filesystem::path& pem_file, terms::Mode mode,
                                                  crypto::KeyType type) {
  auto pem = base::read_text_file(pem_file, 64 * 1024);
  if (pem) return crypto::PrivateKey::from_pem(crypto::SecretBytes(std::move(*pem)));
  if (pem.error().kind != base::ErrorKind::not_found || mode != terms::Mode::test) return std::move(pem.error());
  auto key = crypto::PrivateKey::generate(type);
  base::write_file_durably(pem_file, key.pem().reveal(), 0600);
  return key;
}

base::Result<ClientKey> load_client_key(const std::filesystem::path& pem_file, terms::Mode mode, std::string kid) {
  ALTING_TRY(key, load_or_make_key(pem_file, mode, crypto::KeyType::rsa));
  if (kid.empty()) kid = key.public_key().thumbprint();
  return ClientKey{.key = std::move(key), .kid = std::move(kid)};
}

base::Result<ClientKey> with_certificate(ClientKey key, const std::filesystem::path& pem_file) {
  ALTING_TRY(pem, base::read_text_file(pem_file, 64 * 1024));
  ALTING_TRY(chain, crypto::Certificate::list_from_pem(pem));
  if (chain.empty())
    return base::make_error(base::ErrorKind::invalid, "error.certificate.malformed", "no certificate in the file");
  ALTING_TRY(certified, chain.front().public_key());
  if (certified.thumbprint() != key.key.public_key().thumbprint())
    return base::make_error(base::ErrorKind::invalid, "error.key.malformed",
                            "the first certificate in the file is not of the login key");
  for (const auto& certificate : chain) key.x5c.push_back(base::to_base64(certificate.der()));
  return key;
}

base::Json public_jwks(const ClientKey& key) {
  auto jwk = crypto::to_jwk(key.key.public_key());
  jwk.kid = key.kid;
  return crypto::JwkSet({std::move(jwk)}).json();
}

}  // namespace alting::login
