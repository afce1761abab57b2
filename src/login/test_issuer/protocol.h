// The protocol of the test issuer without its pages: what a pushed request must have, who a client is, what a token
// says.
#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/random.h"
#include "base/time.h"
#include "crypto/jose.h"
#include "login/test_issuer/test_issuer.h"
#include "login/test_issuer/timed_map.h"
#include "terms/actor.h"
#include "web/http.h"

namespace alting::login::test_issuer {

// An error of RFC 6749 section 5.2 (and the drafts that extend it), as the client is told.
struct OAuthError {
  int status = 400;
  std::string error;
  std::string description;  // English, for the developer
};
[[nodiscard]] web::Response to_response(const OAuthError& error);

struct Method {
  std::string_view id;    // in addresses: "minid"
  std::string_view name;  // "MinID"
  std::string_view amr;   // as ID-porten says it
  terms::AssuranceLevel level;
};
inline constexpr std::array<Method, 5> methods{{
    {"minid", "MinID", "Minid-OTC", terms::AssuranceLevel::substantial},
    {"bankid", "BankID", "BankID", terms::AssuranceLevel::high},
    {"bankid-mobil", "BankID på mobil", "BankID Mobil", terms::AssuranceLevel::high},
    {"buypass", "Buypass", "Buypass", terms::AssuranceLevel::high},
    {"commfides", "Commfides", "Commfides", terms::AssuranceLevel::high},
}};
[[nodiscard]] const Method* find_method(std::string_view id_or_name);

// What a client asked for, checked.
struct PushedRequest {
  std::string client_id, redirect_uri, state, nonce, code_challenge;
  terms::AssuranceLevel level = terms::AssuranceLevel::substantial;  // the least that acr_values takes
  base::Language language = base::Language::nb;
  const Method* hinted = nullptr;  // login_hint "eid:BankID"
  bool prompt_login = false, prompt_none = false;
};
// RFC 9126 section 2.1; state, nonce and S256 are mandatory as at ID-porten.
[[nodiscard]] std::expected<PushedRequest, OAuthError> read_pushed_request(const web::Fields& form,
                                                                           const IssuerClient& client);

// RFC 7523 section 3: iss and sub are the client, aud is the issuer or the endpoint, exp at most two minutes ahead, jti
// used once.
class ClientAuthentication {
 public:
  ClientAuthentication(std::string issuer, const std::vector<IssuerClient>& clients)
      : issuer_(std::move(issuer)), clients_(clients) {}
  [[nodiscard]] std::expected<const IssuerClient*, OAuthError> authenticate(const web::Request& request,
                                                                            base::Instant now);

 private:
  std::string issuer_;
  const std::vector<IssuerClient>& clients_;
  TimedMap<char> used_;
};

// Who is logged in at the issuer, for all clients.
struct SsoSession {
  std::string sid;
  std::string national_id;
  const Method* method = nullptr;
  base::Instant started, last_seen;
  std::vector<std::string> clients;  // that have a token of this session: told when it ends
};

// What the code stands for until it is exchanged.
struct Grant {
  PushedRequest request;
  std::string sid, national_id;
  const Method* method = nullptr;
  base::Instant logged_in;
};
[[nodiscard]] base::Json id_token_claims(const Grant& grant, const std::string& issuer,
                                         const std::string& pairwise_salt, base::Instant now, base::Random& random);

// The value of a field that may come only once; nothing when it is missing. Twice is an error of the caller to find:
// see has_repeated.
[[nodiscard]] std::string_view field(const web::Fields& fields, std::string_view name);
[[nodiscard]] bool has_repeated(const web::Fields& fields);

}  // namespace alting::login::test_issuer
