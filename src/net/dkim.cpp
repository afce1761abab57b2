#include "net/dkim.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/keys.h"
#include "crypto/signature.h"
#include "net/dkim_canon.h"
#include "net/mail_address.h"

namespace alting::net {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr std::size_t max_key_file = 64 * 1024;

// In this order; From once more than it occurs (RFC 6376 section 8.15).
constexpr std::string_view signed_headers[] = {
    "from",          "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
    "auto-submitted"};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

// Header lines with what is folded below them.
std::vector<std::string_view> unfold_lines(std::string_view headers) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t end = headers.find("\r\n"); end != std::string_view::npos; end = headers.find("\r\n", end + 2)) {
    const bool goes_on = end + 2 < headers.size() && is_blank(headers[end + 2]);
    if (goes_on) continue;
    lines.push_back(headers.substr(begin, end - begin));
    begin = end + 2;
  }
  return lines;
}

using Key = std::variant<crypto::PrivateKey, crypto::Ed25519Key>;

struct NamedKey {
  std::string selector;
  Key key;
};

base::Error refuse_key(const std::string& selector, std::string_view why) {
  return make_error(ErrorKind::invalid, "error.settings", fmt::format("mail.dkim_keys: {}: {}", selector, why));
}

base::Result<Key> read_key(const DkimKey& named) {
  auto content = base::read_file(named.key_file, max_key_file);
  if (!content) return refuse_key(named.selector, "the file cannot be read: " + named.key_file.string());
  const crypto::SecretBytes pem(std::move(*content));
  if (auto ed25519 = crypto::Ed25519Key::from_pem(pem)) return Key(std::move(*ed25519));
  auto rsa = crypto::PrivateKey::from_pem(pem);
  if (!rsa || rsa->type() != crypto::KeyType::rsa)
    return refuse_key(named.selector, "a key of DKIM is RSA of 2048 bits at least, or Ed25519, in PEM");
  return Key(std::move(*rsa));
}

// What stands between the first and the last line of PEM.
std::string base64_of_pem(std::string_view pem) {
  std::string text;
  for (const auto line : base::split(pem, '\n'))
    if (!line.starts_with("-----")) text += base::trim(line);
  return text;
}

}  // namespace

std::string relaxed_header(std::string_view line) {
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  std::string value;
  if (colon != std::string_view::npos) {
    for (const char c : line.substr(colon + 1)) {
      if (c == '\r' || c == '\n') continue;
      if (!is_blank(c))
        value += c;
      else if (!value.empty() && value.back() != ' ')
        value += ' ';
    }
  }
  while (!value.empty() && value.back() == ' ') value.pop_back();
  return to_lower_ascii(base::trim(name)) + ':' + value;
}

std::string relaxed_body(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  std::size_t kept = 0;  // up to the end of the last line that is not empty
  while (!body.empty()) {
    const auto end = body.find("\r\n");
    const auto line = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 2);
    const auto begin_of_line = out.size();
    bool blank = false;
    for (const char c : line) {
      if (is_blank(c)) {
        blank = true;
        continue;
      }
      if (blank) out += ' ';
      blank = false;
      out += c;
    }
    const bool empty = out.size() == begin_of_line;
    out += "\r\n";
    if (!empty) kept = out.size();
  }
  out.resize(kept);
  return out;
}

struct DkimSigner::Keys {
  std::string domain;
  std::vector<NamedKey> keys;
};

DkimSigner::DkimSigner(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
DkimSigner::DkimSigner(DkimSigner&&) noexcept = default;
DkimSigner& DkimSigner::operator=(DkimSigner&&) noexcept = default;
DkimSigner::~DkimSigner() = default;

base::Result<DkimSigner> DkimSigner::make(std::string domain, const std::vector<DkimKey>& keys) {
  auto made = std::make_unique<Keys>();
  auto name = to_wire_domain(domain);
  if (!name) return make_error(ErrorKind::invalid, "error.settings", "mail.dkim_domain: not a domain");
  made->domain = std::move(*name);
  for (const auto& one : keys) {
    if (one.selector.empty() || !to_wire_domain(one.selector + '.' + made->domain))
      return refuse_key(one.selector, "not a name in DNS");
    ALTING_TRY(key, read_key(one));
    made->keys.push_back({to_lower_ascii(one.selector), std::move(key)});
  }
  return DkimSigner(std::move(made));
}

std::string DkimSigner::sign(std::string_view headers, std::string_view body) const {
  const auto lines = unfold_lines(headers);
  std::string names, canonical;
  for (const auto wanted : signed_headers) {
    for (const auto line : lines) {
      if (to_lower_ascii(base::trim(line.substr(0, line.find(':')))) != wanted) continue;
      canonical += relaxed_header(line) + "\r\n";
      names += (names.empty() ? "" : wanted == "content-type" ? "\r\n :" : ":") + std::string(wanted);
      break;
    }
  }
  names += ":from";
  const std::string body_hash = base::to_base64(crypto::sha256(relaxed_body(body)));
  std::string signatures;
  for (const auto& [selector, key] : keys_->keys) {
    const auto* rsa = std::get_if<crypto::PrivateKey>(&key);
    std::string header =
        fmt::format("DKIM-Signature: v=1; a={}; c=relaxed/relaxed;\r\n d={}; s={};\r\n h={};\r\n bh={};\r\n b=",
                    rsa != nullptr ? "rsa-sha256" : "ed25519-sha256", keys_->domain, selector, names, body_hash);
    const std::string what = canonical + relaxed_header(header);
    const std::string signature =
        base::to_base64(rsa != nullptr ? crypto::sign(*rsa, crypto::JoseAlgorithm::RS256, what)
                                       : std::get<crypto::Ed25519Key>(key).sign(crypto::sha256(what)));
    for (std::size_t i = 0; i < signature.size(); i += 72) {
      if (i > 0) header += "\r\n ";
      header += signature.substr(i, 72);
    }
    signatures += header + "\r\n";
  }
  return signatures;
}

std::string DkimSigner::dns_record() const {
  std::string records;
  for (const auto& [selector, key] : keys_->keys) {
    const auto* rsa = std::get_if<crypto::PrivateKey>(&key);
    const std::string value =
        rsa != nullptr ? "v=DKIM1; k=rsa; p=" + base64_of_pem(rsa->public_key().pem())
                       : "v=DKIM1; k=ed25519; p=" + base::to_base64(std::get<crypto::Ed25519Key>(key).public_key());
    records += fmt::format("{}._domainkey.{}. IN TXT", selector, keys_->domain);
    for (std::size_t i = 0; i < value.size(); i += 250) records += fmt::format(" \"{}\"", value.substr(i, 250));
    records += '\n';
  }
  return records;
}

}  // namespace alting::net
