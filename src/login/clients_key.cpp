// Keys of clients as people and commands hand them in (clients.h).
#include "base/text.h"
#include "login/clients.h"

namespace alting::login {

base::Result<crypto::PublicKey> read_client_key(std::string_view text) {
  const auto refused = [] { return base::make_error(base::ErrorKind::invalid, "error.client.key"); };
  const auto key = base::trim(text);
  if (key.empty() || key.size() > max_client_key) return refused();
  if (key.starts_with("-----BEGIN PUBLIC KEY-----")) {
    auto read = crypto::PublicKey::from_pem(key);
    if (!read) return refused();
    return read;
  }
  const auto json = base::Json::parse(key, {.size = max_client_key, .depth = 6, .values = 200});
  if (!json) return refused();
  const auto* jwk = &*json;
  if (const auto* set = json->find("keys"); set != nullptr) {
    if (set->size() != 1) return refused();
    jwk = &(*set)[0];
  }
  // The private part must never leave its owner: who hands it in has to make another key.
  if (jwk->find("d") != nullptr || jwk->find("k") != nullptr) return refused();
  auto read = crypto::PublicKey::from_jwk(*jwk);
  if (!read) return refused();
  return read;
}

}  // namespace alting::login
