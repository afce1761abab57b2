// The only place that may set a cookie. Each is declared with purpose and lifetime, and the cookie page is made from
// this list (ekomloven § 3-15: only what is strictly necessary, so no consent is asked for).
//
// All are __Host- (Secure, Path=/, no Domain), HttpOnly, and SameSite=Lax, so that links from elsewhere work. Over plain
// HTTP (`secure` is false: the demonstration on this machine) they have neither prefix nor Secure. What is not sealed is
// stored as it is, percent-encoded where RFC 6265 wants; the persistent context's form is in persistent_context.h.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "crypto/secret_bytes.h"
#include "web/http.h"

namespace alting::web {

enum class CookieKind : std::uint8_t { anti_forgery, context, persistent_context, session };

struct CookieInfo {
  CookieKind kind;
  std::string_view name;        // without the prefix: "alting-token", "alting-context", "alting-valg", "alting-okt"
  std::string_view purpose_id;  // text ids, three languages
  std::string_view lifetime_id;
  bool encrypted;
  std::optional<base::Duration> lifetime;  // nothing: until the browser closes
};
[[nodiscard]] std::span<const CookieInfo> cookie_catalogue();

class Cookies {
 public:
  // `key`: 32 octets for sealing the encrypted ones and for the anti-forgery token.
  // `prefix` takes the place of "alting" in the names: the test issuer shares the host name, and so must not share the
  // names.
  Cookies(const base::Bytes& key, bool secure, base::Random& random, std::string_view prefix = "alting");
  [[nodiscard]] std::optional<std::string> read(const Request& request,
                                                CookieKind kind) const;            // nothing when missing or forged
  [[nodiscard]] std::string write(CookieKind kind, std::string_view value) const;  // a Set-Cookie value
  [[nodiscard]] std::string clear(CookieKind kind) const;

  // The anti-forgery token of this browser and of the session whose cookie it carries (also one that is over), masked
  // anew for each page (BREACH): logging in or out makes the tokens of all pages worthless. The cookie is set when the
  // browser has none.
  struct Token {
    std::string form_value;
    std::optional<std::string> set_cookie;
  };
  [[nodiscard]] Token token(const Request& request) const;
  // Has this browser a token cookie of ours? It has seen a page of ours then, which says little, but is no invention.
  [[nodiscard]] bool has_token(const Request& request) const;
  [[nodiscard]] bool token_is_good(const Request& request) const;  // form field "token" or header Alting-Token

 private:
  [[nodiscard]] const std::string& full_name(CookieKind kind) const { return names_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] std::string line(CookieKind kind, std::string_view value, std::string_view rest) const;
  [[nodiscard]] std::string signed_value(std::string_view nonce) const;
  [[nodiscard]] base::Bytes mask_of(std::string_view nonce, const Request& request) const;
  crypto::SecretBytes seal_key_, token_key_;
  bool secure_;
  base::Random& random_;
  std::array<std::string, 4> names_;  // by kind
};

}  // namespace alting::web
