// JSON Web Tokens: signed (RFC 7515, compact form) and checked against a set of keys (RFC 7517).
//
// What a token may be signed with is the caller's list, never the token's word; "none" and the HMAC family do not exist
// here (RFC 8725 sections 3.1 and 3.2). Which issuer, audience and times are good is for `login` to say: here only the
// signature is.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "crypto/certificate.h"
#include "crypto/keys.h"

namespace alting::crypto {

enum class JoseAlgorithm : std::uint8_t { RS256, RS384, RS512, PS256, ES256 };
[[nodiscard]] std::string_view to_text(JoseAlgorithm algorithm);
[[nodiscard]] std::optional<JoseAlgorithm> jose_algorithm_from(std::string_view text);
inline constexpr std::initializer_list<JoseAlgorithm> all_jose_algorithms{
    JoseAlgorithm::RS256, JoseAlgorithm::RS384, JoseAlgorithm::RS512, JoseAlgorithm::PS256, JoseAlgorithm::ES256};

struct Jwk {
  PublicKey key;
  std::string kid;                         // may be empty in a set from outside
  std::optional<JoseAlgorithm> algorithm;  // the only one for this key, when given
};

// A key of our own as others see it: kid is its thumbprint, alg is RS256 or ES256, use is sig.
[[nodiscard]] Jwk to_jwk(const PublicKey& key);
[[nodiscard]] base::Json to_json(const Jwk& jwk);

class JwkSet {
 public:
  JwkSet() = default;
  explicit JwkSet(std::vector<Jwk> keys) : keys_(std::move(keys)) {}
  // {"keys": [...]}. Keys of other kinds, for other uses or too weak are passed over (RFC 7517 section 5); at most 64
  // keys are taken.
  [[nodiscard]] static base::Result<JwkSet> from_json(const base::Json& json);
  [[nodiscard]] static base::Result<JwkSet> parse(std::string_view text);
  [[nodiscard]] base::Json json() const;
  [[nodiscard]] const std::vector<Jwk>& keys() const { return keys_; }
  // The key with this kid; without a kid, the only key that can be meant.
  [[nodiscard]] const Jwk* find(std::string_view kid, JoseAlgorithm algorithm) const;

 private:
  std::vector<Jwk> keys_;
};

struct Jwt {
  base::Json header;
  base::Json claims;
};

// Signs with RS256 or ES256, as the key is. The header has alg, kid (the key's thumbprint), typ "JWT" and then `more`,
// which may replace kid and typ, or leave them out with null. Claims must be an object.
[[nodiscard]] std::string sign_jwt(const PrivateKey& key, const base::Json& claims, const base::Json& more = {});

// Reads without checking: only to find out whose keys to check with. At most 16 KiB.
[[nodiscard]] base::Result<Jwt> unverified_jwt(std::string_view token);

// error.jose.malformed, .algorithm, .key or .signature (all `unauthenticated`). A header with "crit" is refused: we
// know no extensions.
[[nodiscard]] base::Result<Jwt> verify_jwt(std::string_view token, const JwkSet& keys,
                                           std::initializer_list<JoseAlgorithm> allowed = all_jose_algorithms);

// The certificates in the header (x5c, RFC 7515 section 4.1.6), whose key signed first; none when there is no x5c. At most
// 8. Nothing of them is checked here, nor that the token is signed with the first one's key. error.jose.malformed.
[[nodiscard]] base::Result<std::vector<Certificate>> chain_of(const Jwt& jwt);

}  // namespace alting::crypto
