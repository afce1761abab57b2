#include "web/cookies.h"

#include <algorithm>
#include <stdexcept>

#include "base/percent.h"
#include "crypto/hash.h"
#include "crypto/seal.h"

namespace alting::web {
namespace {

// The whole list. Nothing else in the program may set a cookie (see Response::set_cookies).
constexpr std::array<CookieInfo, 4> catalogue{{
    {CookieKind::anti_forgery, "alting-token", "cookie.token.purpose", "cookie.until_closed", false, std::nullopt},
    {CookieKind::context, "alting-context", "cookie.context.purpose", "cookie.until_closed", true, std::nullopt},
    {CookieKind::persistent_context, "alting-valg", "cookie.choice.purpose", "cookie.one_year", false,
     base::Duration::days(365)},
    {CookieKind::session, "alting-okt", "cookie.session.purpose", "cookie.until_closed", false, std::nullopt},
}};

const CookieInfo& info_of(CookieKind kind) {
  for (const CookieInfo& info : catalogue)
    if (info.kind == kind) return info;
  throw std::logic_error("a cookie that is not in the catalogue");
}

constexpr std::size_t nonce_size = 18;
constexpr std::size_t mask_size = 32;
constexpr std::size_t max_value =
    3'000;  // browsers keep at least 4096 octets of name, value and attributes (RFC 6265 section 6.1)

// cookie-octet of RFC 6265 section 4.1.1, without '%'.
bool is_plain(char c) {
  auto octet = static_cast<unsigned char>(c);
  return octet > 0x20 && octet < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\' && c != '%';
}

// What write() made, or nothing.
std::optional<std::string> decode(std::string_view stored) {
  if (!std::ranges::all_of(stored, [](char c) { return c == '%' || is_plain(c); })) return std::nullopt;
  return base::percent_decode(stored);
}

base::Bytes exclusive_or(base::ByteView a, base::ByteView b) {
  base::Bytes out(a);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
  return out;
}

}  // namespace

std::span<const CookieInfo> cookie_catalogue() { return catalogue; }

Cookies::Cookies(const base::Bytes& key, bool secure, base::Random& random, std::string_view prefix)
    : seal_key_(crypto::hkdf_sha256(key, "", "alting cookie seal", crypto::seal_key_size)),
      token_key_(crypto::hkdf_sha256(key, "", "alting anti-forgery token", 32)),
      secure_(secure),
      random_(random) {
  if (key.size() != 32) throw std::logic_error("the cookie key has 32 octets");
  for (const CookieInfo& info : catalogue)
    names_[static_cast<std::size_t>(info.kind)] =
        fmt::format("{}{}{}", secure_ ? "__Host-" : "", prefix, info.name.substr(std::string_view("alting").size()));
}

std::string Cookies::line(CookieKind kind, std::string_view value, std::string_view rest) const {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}{}", full_name(kind), value, secure_ ? "; Secure" : "",
                     rest);
}

std::string Cookies::write(CookieKind kind, std::string_view value) const {
  const CookieInfo& info = info_of(kind);
  std::string stored;
  if (info.encrypted) {
    stored = base::to_base64url(crypto::seal(seal_key_, value, info.name, random_));
  } else {
    stored = base::percent_encode(value, is_plain);
  }
  if (stored.size() > max_value) throw std::logic_error("a cookie's value is too long");
  return line(kind, stored,
              info.lifetime ? fmt::format("; Max-Age={}", info.lifetime->micros / 1'000'000) : std::string());
}

std::string Cookies::clear(CookieKind kind) const { return line(kind, "", "; Max-Age=0"); }

std::optional<std::string> Cookies::read(const Request& request, CookieKind kind) const {
  const CookieInfo& info = info_of(kind);
  std::string_view stored = request.cookie(full_name(kind));
  if (stored.empty() || stored.size() > max_value) return std::nullopt;
  if (!info.encrypted) return decode(stored);
  auto sealed = base::from_base64url(stored);
  if (!sealed) return std::nullopt;
  auto opened = crypto::open(seal_key_, *sealed, info.name);
  if (!opened) return std::nullopt;
  return std::move(*opened);
}

// The token cookie is a nonce signed with our key, so that one made elsewhere counts for nothing. The form's value is
// what follows from the nonce and the session under the key, masked with fresh octets for each page: the page never
// shows the same octets twice (BREACH), and knowing the cookies does not give the form's value.
//
// With the session in it, a pair that we gave to another browser counts for nobody who is logged in, even if its cookie
// could be planted, and a page from before a login is none of the session's. A pair made without a session counts in
// any browser without one, where there is nothing to do in another's name.
std::string Cookies::signed_value(std::string_view nonce) const {
  return base::to_base64url(std::string(nonce) +
                            crypto::hmac_sha256(token_key_.reveal(), "cookie" + std::string(nonce)).substr(0, 16));
}

base::Bytes Cookies::mask_of(std::string_view nonce, const Request& request) const {
  const auto session = crypto::sha256(read(request, CookieKind::session).value_or(""));
  return crypto::hmac_sha256(token_key_.reveal(), "form" + std::string(nonce) + session);
}

namespace {

std::optional<base::Bytes> nonce_in(std::string_view stored) {
  auto octets = base::from_base64url(stored);
  if (!octets || octets->size() != nonce_size + 16) return std::nullopt;
  return octets->substr(0, nonce_size);
}

}  // namespace

Cookies::Token Cookies::token(const Request& request) const {
  Token token;
  auto stored = read(request, CookieKind::anti_forgery);
  auto nonce = stored ? nonce_in(*stored) : std::nullopt;
  if (!nonce || !crypto::constant_time_equal(signed_value(*nonce), *stored)) {
    nonce = random_.bytes(nonce_size);
    token.set_cookie = write(CookieKind::anti_forgery, signed_value(*nonce));
  }
  base::Bytes mask = random_.bytes(mask_size);
  token.form_value = base::to_base64url(mask + exclusive_or(mask_of(*nonce, request), mask));
  return token;
}

bool Cookies::has_token(const Request& request) const {
  const auto stored = read(request, CookieKind::anti_forgery);
  const auto nonce = stored ? nonce_in(*stored) : std::nullopt;
  return nonce && crypto::constant_time_equal(signed_value(*nonce), *stored);
}

bool Cookies::token_is_good(const Request& request) const {
  auto stored = read(request, CookieKind::anti_forgery);
  auto nonce = stored ? nonce_in(*stored) : std::nullopt;
  if (!nonce || !crypto::constant_time_equal(signed_value(*nonce), *stored)) return false;
  std::string_view sent = request.form_value("token");
  if (sent.empty()) sent = request.header("alting-token");
  auto octets = base::from_base64url(sent);
  if (!octets || octets->size() != 2 * mask_size) return false;
  base::ByteView mask = base::ByteView(*octets).substr(0, mask_size),
                 masked = base::ByteView(*octets).substr(mask_size);
  return crypto::constant_time_equal(exclusive_or(masked, mask), mask_of(*nonce, request));
}

}  // namespace alting::web
