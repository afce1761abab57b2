// Who calls a machine interface: what a bearer token says of it (RFC 6750), checked.
//
// A token is a JWT of an issuer that is trusted here (setting tokens.issuers; in test mode also the built-in one,
// token_issuer/), in the form Maskinporten gives them: `consumer` is the organisation that acts, `supplier` who does it
// for it, `client_id` the registered client, `scope` what it may ask for. Access goes by the consumer, never by the
// client. Which parts of a token are looked at, in which order and why each is refused stands in token_check.h.
//
// A token that was found good is remembered by its SHA-256 for a minute at most, and never longer than it lives.
// Whether a client of the built-in issuer, or its supplier, was ended is asked each time.
#pragma once
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/jose.h"
#include "login/token_check.h"
#include "net/http_client.h"
#include "parties/parties.h"
#include "terms/actor.h"
#include "terms/mode.h"
#include "web/http.h"

namespace alting::login {

struct Caller {
  terms::Actor actor;  // a system; its party is the consumer
  std::string issuer, client_id;
  std::string consumer;                 // organisation number
  std::optional<std::string> supplier;  // organisation number
  std::vector<std::string> scopes;
  base::Instant expires;
  [[nodiscard]] bool has(std::string_view scope) const;
};

// The token of the header Authorization (RFC 6750 section 2.1), and from nowhere else: not of the query, not of a form.
// error.token.missing without the header or with another scheme, error.token.malformed when it stands there twice. What
// it answers is borrowed from the request.
[[nodiscard]] base::Result<std::string_view> bearer_of(const web::Request& request);

// `forbidden` (error.token.scope, with the scopes in "scope") when the caller has none of these; none asked for: good.
[[nodiscard]] base::Status check_scope(const Caller& caller, const std::vector<std::string>& any_of);

class Callers {
 public:
  virtual ~Callers() = default;
  // All refusals are `unauthenticated` (error.token.*, to_error in token_check.h); `unavailable`
  // (error.token.issuer_unavailable) when the issuer's keys cannot be had now.
  [[nodiscard]] virtual base::Result<Caller> check(std::string_view bearer, base::Instant at) = 0;
};

// An issuer of this house: its keys need not be fetched, and its clients can be ended at once.
struct OwnIssuer {
  std::string issuer;
  crypto::JwkSet keys;
  std::function<bool(const Caller&)> in_force;  // asked at each call
};

struct CallersParts {
  TokenOptions options;
  std::string audience;  // what `aud` must name, unless the options say another
  std::optional<OwnIssuer> own;
  net::HttpClient& http;
  parties::Parties& parties;
  terms::Mode mode;
  const base::Clock& clock;
  base::Metrics& metrics;
};
// What `parts` refers to must outlive it.
[[nodiscard]] std::unique_ptr<Callers> make_callers(CallersParts parts);

}  // namespace alting::login
