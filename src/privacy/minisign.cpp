#include "privacy/minisign.h"

#include "base/text.h"
#include "base/text_file.h"
#include "crypto/hash.h"

namespace alting::privacy {
namespace {

constexpr std::string_view kind = "Ed", untrusted = "untrusted comment: ", trusted_mark = "trusted comment: ";
constexpr std::size_t id_size = 8;

base::Bytes id_of(base::ByteView public_key) { return crypto::sha256(public_key).substr(0, id_size); }

struct MinisignKey {
  base::Bytes id, public_key;
};

std::optional<MinisignKey> parse_minisign_key(std::string_view text) {
  const auto octets = base::from_base64(text);
  if (!octets || octets->size() != kind.size() + id_size + crypto::ed25519_key_size || !octets->starts_with(kind))
    return std::nullopt;
  return MinisignKey{octets->substr(kind.size(), id_size), octets->substr(kind.size() + id_size)};
}

}  // namespace

std::string minisign_key(const crypto::Ed25519Key& key) {
  return base::to_base64(base::Bytes(kind) + id_of(key.public_key()) + key.public_key());
}

std::string minisign_key_file(std::string_view key) {
  return std::string(untrusted) + "public key of copies\n" + std::string(key) + "\n";
}

std::optional<std::string> read_minisign_key(std::string_view file) {
  const auto lines = base::lines_of(file);
  if (lines.size() < 2 || !parse_minisign_key(lines[1])) return std::nullopt;
  return std::string(lines[1]);
}

std::string minisign(const crypto::Ed25519Key& key, base::ByteView message, std::string_view trusted) {
  const auto signature = key.sign(message);
  return std::string(untrusted) + "signature of a copy\n" +
         base::to_base64(base::Bytes(kind) + id_of(key.public_key()) + signature) + "\n" + std::string(trusted_mark) +
         std::string(trusted) + "\n" + base::to_base64(key.sign(signature + base::Bytes(trusted))) + "\n";
}

std::optional<std::string> check_minisign(std::string_view key, base::ByteView message,
                                          std::string_view signature_file) {
  const auto known = parse_minisign_key(key);
  const auto lines = base::lines_of(signature_file);
  if (!known || lines.size() != 4 || !std::string_view(lines[2]).starts_with(trusted_mark)) return std::nullopt;
  const auto octets = base::from_base64(lines[1]);
  const auto over_all = base::from_base64(lines[3]);
  const auto size = kind.size() + id_size + crypto::ed25519_signature_size;
  if (!octets || !over_all || octets->size() != size || !octets->starts_with(kind) ||
      octets->substr(kind.size(), id_size) != known->id)
    return std::nullopt;
  const auto signature = octets->substr(kind.size() + id_size);
  const auto comment = std::string(lines[2]).substr(trusted_mark.size());
  if (!crypto::ed25519_verify(known->public_key, message, signature) ||
      !crypto::ed25519_verify(known->public_key, signature + comment, *over_all))
    return std::nullopt;
  return comment;
}

}  // namespace alting::privacy
