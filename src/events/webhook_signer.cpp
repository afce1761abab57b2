#include "events/webhook_signer.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "crypto/hash.h"

namespace alting::events {
namespace {

crypto::Ed25519Key key_from(const crypto::SecretBytes& seed) {
  auto key = crypto::Ed25519Key::from_seed(seed);
  if (!key) throw std::logic_error("the key of the webhooks: " + key.error().code);
  return std::move(*key);
}

}  // namespace

WebhookSigner::WebhookSigner(const crypto::SecretBytes& seed) : key_(key_from(seed)) {}

std::string WebhookSigner::sign(std::string_view id, std::int64_t timestamp, std::string_view body) const {
  return "v1a," + base::to_base64(key_.sign(fmt::format("{}.{}.{}", id, timestamp, body)));
}

base::Json WebhookSigner::public_keys() const {
  const auto& key = key_.public_key();
  const auto x = base::to_base64url(key);
  // The key's name is its thumbprint (RFC 7638, RFC 8037 section 2).
  const auto kid = base::to_base64url(crypto::sha256(R"({"crv":"Ed25519","kty":"OKP","x":")" + x + "\"}"));
  auto one = base::Json::object({{"kty", "OKP"},
                                 {"crv", "Ed25519"},
                                 {"x", x},
                                 {"kid", kid},
                                 {"alg", "EdDSA"},
                                 {"use", "sig"},
                                 {"whpk", "whpk_" + base::to_base64(key)}});
  return base::Json::object({{"keys", base::Json::array({std::move(one)})}});
}

}  // namespace alting::events
