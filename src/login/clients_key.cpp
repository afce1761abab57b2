// Keys of clients as people and commands hand them in (clients.h).
#include <algorithm>
#include <cctype>

#include "base/bytes.h"
#include "base/text.h"
#include "login/clients.h"

namespace alting::login {
namespace {

// What comes along when one copies from a document or an e-mail.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF", hard_blank = "\xC2\xA0";

bool is_letter_or_digit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether something in the text, whole or not, has this one-letter member, in whatever quotes or none: "d": 'd': d:
bool names_member(std::string_view text, char name) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != name || (at > 0 && is_letter_or_digit(text[at - 1]))) continue;
    // What closes the quote is one octet or, of curly ones, three; in JSON within a string a backslash goes before it.
    auto next = at + 1;
    if (next < text.size() && text[next] == '\\') ++next;
    if (next < text.size() && (text[next] == '"' || text[next] == '\''))
      ++next;
    else if (text.substr(next).starts_with("\xE2\x80"))
      next += 3;
    next = text.find_first_not_of(" \t\r\n", std::min(next, text.size()));
    if (next != std::string_view::npos && text[next] == ':') return true;
  }
  return false;
}

// Whether the text is the base64 of a private key in DER, be its first or its last line away: PKCS #8, PKCS #1 and SEC 1
// all are a SEQUENCE that begins with a small version number (RFC 5208, 8017, 5915); a public key begins with another
// SEQUENCE (RFC 5280).
bool is_private_der(std::string_view text) {
  std::string octets;
  for (const auto& line : base::split(text, '\n')) {
    const auto trimmed = base::trim(line);
    if (!trimmed.starts_with("-----")) octets += trimmed;
  }
  std::erase(octets, ' ');
  octets.resize(std::min<std::size_t>(octets.size(), 16));  // whole groups of four
  const auto der = octets.size() == 16 ? base::from_base64(octets) : std::nullopt;
  if (!der || der->size() < 7 || (*der)[0] != 0x30) return false;
  const std::size_t length = (*der)[1];
  const std::size_t at = length < 0x80 ? 2 : 2 + (length & 0x7FU);
  return at + 3 <= der->size() && (*der)[at] == 0x02 && (*der)[at + 1] == 0x01 && (*der)[at + 2] <= 1;
}

// Without byte order mark, hard blanks, and blanks around and within the lines of PEM.
std::string as_it_was_copied(std::string_view text) {
  const auto without_mark = base::replace_all(std::string(text), byte_order_mark, "");
  if (without_mark.find("-----BEGIN") == std::string::npos)
    return std::string(base::trim(base::replace_all(without_mark, hard_blank, "")));
  const auto pem = base::replace_all(without_mark, hard_blank, " ");
  std::string made;
  for (std::string_view rest = pem; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string line(base::trim(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.starts_with("-----")) std::erase(line, ' ');
    if (!line.empty()) made += line + "\n";
  }
  return made;
}

}  // namespace

bool holds_private_key(std::string_view text) {
  const auto clean = base::replace_all(base::replace_all(std::string(text), byte_order_mark, ""), hard_blank, " ");
  // PEM with whatever became of its dashes, and what other programs call it.
  const auto lower = base::to_lower(clean);
  for (const std::string_view word : {"private key", "private-key", "privatekey", "<d>"})
    if (lower.find(word) != std::string::npos) return true;
  // RFC 7518 section 6: what only private and secret keys have.
  return names_member(clean, 'd') || names_member(clean, 'k') || is_private_der(clean);
}

base::Result<crypto::PublicKey> read_client_key(std::string_view text) {
  const auto refused = [] { return base::make_error(base::ErrorKind::invalid, "error.client.key"); };
  // The private part must never leave its owner: who hands it in has to make another key.
  if (holds_private_key(text)) return base::make_error(base::ErrorKind::invalid, "error.client.private_key");
  const auto key = as_it_was_copied(text);
  if (key.empty() || key.size() > max_client_key) return refused();
  if (key.starts_with("-----BEGIN PUBLIC KEY-----")) {
    auto read = crypto::PublicKey::from_pem(key);
    if (!read) return refused();
    return read;
  }
  const auto json = base::Json::parse(key, {.size = max_client_key, .depth = 6, .values = 200});
  if (!json) return refused();
  const auto* jwk = &*json;
  if (const auto* set = json->find("keys"); set != nullptr) {
    if (set->size() != 1) return refused();
    jwk = &(*set)[0];
  }
  auto read = crypto::PublicKey::from_jwk(*jwk);
  if (!read) return refused();
  return read;
}

}  // namespace alting::login
