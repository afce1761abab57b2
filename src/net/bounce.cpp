#include "net/bounce.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "net/mail_relay.h"
#include "net/mime.h"

namespace alting::net {
namespace {

constexpr std::size_t max_report = 1024 * 1024, max_attempt = 36, mac_digits = 16;
constexpr std::string_view bounce_word = "bounce+";

bool is_attempt_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }
bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool is_attempt(std::string_view text) {
  return !text.empty() && text.size() <= max_attempt && std::all_of(text.begin(), text.end(), is_attempt_letter);
}

bool is_token(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || text.size() != dot + 1 + mac_digits) return false;
  const auto mac = text.substr(dot + 1);
  return is_attempt(text.substr(0, dot)) && std::all_of(mac.begin(), mac.end(), is_hex_digit);
}

std::string mac_of(std::string_view secret, std::string_view attempt) {
  return base::to_hex(crypto::hmac_sha256(secret, "mail return path\n" + std::string(attempt))).substr(0, mac_digits);
}

std::string ascii_lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

// Where servers note whom a mail came to. Some change the case of letters on the way.
std::string token_in(const MimeEntity& mail) {
  for (const auto* name : {"delivered-to", "x-original-to", "envelope-to", "to"}) {
    for (const auto& [header, value] : mail.headers) {
      if (header != name) continue;
      const std::string text = ascii_lower(value);
      const auto begin = text.find(bounce_word);
      if (begin == std::string::npos) continue;
      const auto token = text.substr(begin + bounce_word.size(), text.find('@', begin) - begin - bounce_word.size());
      if (is_token(token)) return token;
    }
  }
  return {};
}

std::optional<BounceAction> action_of(std::string_view value) {
  const auto word = ascii_lower(base::trim(value.substr(0, value.find_first_of(" (;"))));
  if (word == "failed") return BounceAction::failed;
  if (word == "delayed") return BounceAction::delayed;
  if (word == "delivered") return BounceAction::delivered;
  if (word == "relayed") return BounceAction::relayed;
  return std::nullopt;
}

// "5.1.1" of "5.1.1 (no such user)"; "" when it is none (RFC 3463 section 2).
std::string status_of(std::string_view value) {
  const auto text = value.substr(0, value.find_first_of(" ("));
  const auto parts = base::split(text, '.');
  if (parts.size() != 3) return {};
  for (const auto part : parts)
    if (part.empty() || part.size() > 3 || part.find_first_not_of("0123456789") != std::string_view::npos) return {};
  if (parts[0] != "2" && parts[0] != "4" && parts[0] != "5") return {};
  return std::string(text);
}

// And what servers say who give no reason, or whose domain is not there. A full mailbox, a mail that is too large and a
// path that fails may pass; what is refused for its sender or its content says nothing of the address.
bool is_permanent(std::string_view status) {
  return says_address_is_bad(status) || status == "5.0.0" || status == "5.2.0" || status == "5.4.4";
}

// "rfc822; kari@example.no" -> "kari@example.no"
std::string_view after_type(std::string_view value) {
  const auto semicolon = value.find(';');
  return base::trim(semicolon == std::string_view::npos ? value : value.substr(semicolon + 1));
}

// The first block of a recipient (RFC 3464 section 2.3): a mail of ours has one.
std::optional<Bounce> recipient_in(std::string_view report) {
  for (int blocks = 0; !report.empty() && blocks < 20; ++blocks) {
    const MimeEntity block = read_entity(report);
    report = block.body;
    const auto action = action_of(block.header("action"));
    const auto status = status_of(block.header("status"));
    if (!action || status.empty()) continue;
    Bounce bounce;
    bounce.action = *action;
    bounce.status = status;
    bounce.permanent = *action == BounceAction::failed && is_permanent(status);
    bounce.words =
        carriers_words(after_type(block.header("diagnostic-code")), after_type(block.header("final-recipient")));
    return bounce;
  }
  return std::nullopt;
}

}  // namespace

bool says_address_is_bad(std::string_view status) {
  constexpr std::array bad{"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.7.13"};
  return std::find(bad.begin(), bad.end(), status) != bad.end();
}

std::optional<Bounce> read_bounce(std::string_view mail) {
  const MimeEntity whole = read_entity(mail.substr(0, max_report));
  const auto type = whole.header("content-type");
  if (media_type(type) != "multipart/report" || ascii_lower(parameter_of(type, "report-type")) != "delivery-status")
    return std::nullopt;
  auto token = token_in(whole);
  if (token.empty()) return std::nullopt;
  for (const auto part : parts_of(whole.body, parameter_of(type, "boundary"))) {
    const MimeEntity entity = read_entity(part);
    const auto kind = media_type(entity.header("content-type"));
    if (kind != "message/delivery-status" && kind != "message/global-delivery-status") continue;
    auto bounce = recipient_in(entity.body);
    if (bounce) bounce->token = std::move(token);
    return bounce;
  }
  return std::nullopt;
}

std::string return_path(std::string_view secret, std::string_view attempt, std::string_view domain) {
  if (!is_attempt(attempt)) throw std::invalid_argument("not an id that can stand in a return path");
  return std::string(bounce_word) + std::string(attempt) + '.' + mac_of(secret, attempt) + '@' + std::string(domain);
}

std::optional<std::string> attempt_of(std::string_view secret, std::string_view token) {
  if (!is_token(token)) return std::nullopt;
  const auto attempt = token.substr(0, token.find('.'));
  if (!crypto::constant_time_equal(token.substr(attempt.size() + 1), mac_of(secret, attempt))) return std::nullopt;
  return std::string(attempt);
}

}  // namespace alting::net
