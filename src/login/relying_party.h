// The relying party: OpenID Connect as ID-porten requires it. Authorization code (OIDC Core 3.1) with PKCE (RFC 7636),
// pushed authorization requests (RFC 9126), private_key_jwt (OIDC Core 9, RFC 7523), `iss` in the answer (RFC 9207).
//
// Knows no pages and no database: begin() says where to send the browser, finish() turns the issuer's answer into a
// person.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "login/addresses.h"
#include "login/attempts.h"
#include "login/client_key.h"
#include "login/id_token_check.h"
#include "login/issuer.h"
#include "net/address.h"
#include "net/http_client.h"

namespace alting::login {

struct RelyingPartySettings {
  std::string issuer;  // "https://idporten.no": exactly, without a slash it does not have
  std::string client_id;
  std::string public_url;  // our own, without a final slash
  std::vector<std::string> scopes{"openid", "profile"};
  terms::AssuranceLevel least_level = terms::AssuranceLevel::substantial;
  bool method_hint =
      false;  // sends the chosen method as login_hint "eid:BankID": the test issuer reads it, ID-porten would not
  std::vector<std::string> frame_origins;  // who may frame our front-channel logout, beside the issuer's own addresses
  [[nodiscard]] std::string redirect_uri() const { return public_url + std::string(route::answer); }
  [[nodiscard]] std::string post_logout_redirect_uri() const { return public_url + std::string(route::logged_out); }
  [[nodiscard]] std::string front_channel_logout_uri() const { return public_url + std::string(route::front_channel); }
};

struct Departure {
  base::Language language = base::Language::nb;
  std::string method;  // the person's choice, a hint
};

// The issuer's answer: the parameters of the redirect back to us.
struct Answer {
  std::string state, code, iss, error;
};

struct Arrival {
  IdTokenClaims claims;
  std::string id_token;
};

// A form for the browser to post. The id_token names the person: it stands in the form and never in an address, which
// histories and logs keep.
struct Leave {
  std::string url;
  net::Fields fields;
};

class RelyingParty {
 public:
  RelyingParty(RelyingPartySettings settings, ClientKey key, net::HttpClient& http, const base::Clock& clock,
               base::Random& random);
  [[nodiscard]] const RelyingPartySettings& settings() const { return settings_; }

  // Pushes the request (RFC 9126) and answers with the address to send the browser to. `unavailable`
  // login.error.issuer.
  [[nodiscard]] base::Result<std::string> begin(const Attempt& attempt, const Departure& departure);
  // Errors: login.error.mixed_up (another issuer's answer), .cancelled (the person stopped), .refused (the issuer said
  // no), and those of to_error(IdTokenFault) and begin().
  [[nodiscard]] base::Result<Arrival> finish(const Attempt& attempt, const Answer& answer);
  // Fetches the issuer's metadata when they are not known, or too old: `unavailable` login.error.issuer. Waits on it as
  // begin() does.
  [[nodiscard]] base::Status reach_issuer();
  [[nodiscard]] bool knows_issuer() const { return issuer_.known_metadata().has_value(); }
  // How to log out at the issuer (OpenID Connect RP-Initiated Logout 1.0 section 2, by POST); nothing when it has no such
  // place, or none that is known (reach_issuer). Does not wait.
  [[nodiscard]] std::optional<Leave> leave(std::string_view id_token, base::Language language) const;
  // Whether `iss` of a front-channel logout means our issuer; ID-porten's own example has a slash too many.
  [[nodiscard]] bool is_issuer(std::string_view iss) const;
  // The issuer's own addresses, and those of its metadata as far as they are known: strangers ask for these too, so they
  // never wait on the issuer.
  [[nodiscard]] std::vector<std::string> frame_origins() const;
  [[nodiscard]] std::vector<std::string> issuer_origins() const;
  [[nodiscard]] base::Json client_jwks() const { return public_jwks(key_); }

 private:
  [[nodiscard]] std::string client_assertion();
  [[nodiscard]] base::Result<base::Json> post_form(const std::string& url, net::Fields fields);

  RelyingPartySettings settings_;
  ClientKey key_;
  net::HttpClient& http_;
  const base::Clock& clock_;
  base::Random& random_;
  Issuer issuer_;
};

}  // namespace alting::login
