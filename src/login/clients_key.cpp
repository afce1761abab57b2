// Keys of clients as people and commands hand them in (clients.h).
#include <algorithm>

#include "base/text.h"
#include "login/clients.h"

namespace alting::login {
namespace {

// What comes along when one copies from a document or an e-mail.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF", hard_blank = "\xC2\xA0";

// Whether a JSON object in the text, whole or not, has this member.
bool names_member(std::string_view text, std::string_view quoted) {
  for (auto at = text.find(quoted); at != std::string_view::npos; at = text.find(quoted)) {
    text.remove_prefix(at + quoted.size());
    const auto next = text.find_first_not_of(" \t\r\n");
    if (next != std::string_view::npos && text[next] == ':') return true;
  }
  return false;
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
  if (clean.find("PRIVATE KEY-----") != std::string::npos) return true;
  // RFC 7518 section 6: what only private and secret keys have.
  return names_member(clean, "\"d\"") || names_member(clean, "\"k\"");
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
