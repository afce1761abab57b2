// What machines send to prove themselves: tokens, keys that they register, and what a token's claims say. Nothing is taken
// that the one key here did not sign; it signs nothing else than the seed.
#include "base/testing/fuzz.h"
#include "crypto/hash.h"
#include "crypto/jose.h"
#include "login/clients.h"
#include "login/token_check.h"
#include "login/token_issuer/assertion.h"

namespace fuzz = alting::base::fuzz;
using namespace alting;
using namespace alting::login;

namespace {

// The public half of the key that tests/fuzz/corpus/jwt/token.seed was signed with; the private half is nowhere.
constexpr std::string_view jwk_text =
    R"({"kty":"EC","crv":"P-256","x":"gTCcIN2K3zwFep4nWekBwNIPC9ggWXFYKY7x2fZMbxk","y":"voX_9XnX-BvZ97m-XOUDILwkW2wyaR5dKnvaz-EkUxs"})";
constexpr std::string_view signed_claims =
    "4d8f2af822ed9c6476c09abe6fa29d49700bb540023c2811ebb5f4c29a5a23eb";  // SHA-256 of that token's claims

void look_at_scopes(std::string_view text) {
  const auto scopes = read_scopes(text);
  if (!scopes) return;
  fuzz::must_hold(scopes->size() <= max_token_scopes, "there is a limit to scopes");
  std::string again;
  for (const auto& one : *scopes) again += (again.empty() ? "" : " ") + one;
  fuzz::must_hold(again == text, "scopes are written as they were read");
}

void look_at_claims(const base::Json& said) {
  const base::Instant now{1'795'000'000'000'000};
  const auto claims = check_token(said, {.issuer = "https://maskinporten.no/",
                                         .audience = "https://portal.example",
                                         .now = now,
                                         .skew = base::Duration::seconds(10),
                                         .longest = base::Duration::minutes(60),
                                         .mode = terms::Mode::test});
  if (claims) {
    fuzz::must_hold(claims->consumer.size() == 9 && !claims->client_id.empty(), "a caller is somebody");
    fuzz::must_hold(claims->expires > now - base::Duration::seconds(10), "what is taken has not expired");
    fuzz::must_hold(claims->supplier != claims->consumer, "a supplier is another");
  }
  const auto assertion = token_issuer::read_assertion(said, "http://localhost:2/", now, terms::Mode::test);
  if (assertion)
    fuzz::must_hold(!assertion->scopes.empty() && !assertion->jti.empty(), "an assertion asks for something, once");
  fuzz::planted(!claims && claims.error() == TokenFault::expired);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  static const auto keys =
      crypto::JwkSet({crypto::to_jwk(crypto::PublicKey::from_jwk(*base::Json::parse(jwk_text)).value())});
  look_at_scopes(text);
  if (const auto key = read_client_key(text)) {
    const auto again = read_client_key(key->jwk().dump());
    fuzz::must_hold(again && again->thumbprint() == key->thumbprint(), "a key that is written is read as the same");
  }
  if (const auto claims = base::Json::parse(text)) look_at_claims(*claims);
  const auto said = crypto::unverified_jwt(text);
  const auto verified = crypto::verify_jwt(text, keys);
  if (verified)
    fuzz::must_hold(said && base::to_hex(crypto::sha256(verified->claims.dump())) == signed_claims,
                    "only what was signed verifies");
  if (!said) return 0;
  (void)is_access_token_type(said->header);
  (void)crypto::chain_of(*said);
  look_at_claims(said->claims);
  return 0;
}
