// How a receiver knows that a webhook is ours: signed with Ed25519 as Standard Webhooks have it (`v1a`), over
// "<webhook-id>.<webhook-timestamp>.<body>". The key is asymmetric, so that there is no secret for each subscription, to
// be sent, kept or lost; the public one is served at /events/api/v1/keys.
#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "crypto/ed25519.h"

namespace alting::events {

class WebhookSigner {
 public:
  // 32 octets, of the data folder's keys: the same for all processes of an installation.
  explicit WebhookSigner(const crypto::SecretBytes& seed);
  // The header `webhook-signature`: "v1a,<base64>".
  [[nodiscard]] std::string sign(std::string_view id, std::int64_t timestamp, std::string_view body) const;
  // {"keys": [{...}]}: RFC 8037's JWK, and the same as Standard Webhooks write it ("whpk_<base64>").
  [[nodiscard]] base::Json public_keys() const;

 private:
  crypto::Ed25519Key key_;
};

}  // namespace alting::events
