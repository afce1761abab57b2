#include "parties/number_vault.h"

#include "base/file.h"
#include "crypto/hash.h"
#include "crypto/seal.h"

namespace alting::parties {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::string_view associated = "party_identifier.sealed";

}  // namespace

NumberVault::NumberVault(base::ByteView master_key) {
  if (master_key.size() != key_size) throw std::runtime_error("the key of national ids must have 32 octets");
  lookup_key_ = crypto::hkdf_sha256(master_key, "", "alting national id lookup 1", key_size);
  seal_key_ = crypto::hkdf_sha256(master_key, "", "alting national id seal 1", crypto::seal_key_size);
  contact_key_ = crypto::hkdf_sha256(master_key, "", "alting contact points 1", key_size);
}

NumberVault NumberVault::open_or_create(const std::filesystem::path& file, base::Random& random) {
  if (!std::filesystem::exists(file)) base::write_file_durably(file, random.bytes(key_size), 0600);
  const auto key = base::read_file(file, key_size);
  if (!key) throw std::runtime_error("the key file of national ids cannot be read");
  return NumberVault(*key);
}

std::string NumberVault::lookup(const terms::NationalIdText& number) const {
  return base::to_hex(crypto::hmac_sha256(lookup_key_.reveal(), number.reveal()));
}

base::Bytes NumberVault::seal(const terms::NationalIdText& number, base::Random& random) const {
  return crypto::seal(seal_key_, number.reveal(), associated, random);
}

terms::NationalIdText NumberVault::open(base::ByteView sealed) const {
  auto plain = crypto::open(seal_key_, sealed, associated);
  if (!plain) throw std::runtime_error("a sealed national id does not authenticate");
  return terms::NationalIdText(*std::move(plain));
}

base::Bytes NumberVault::keyed(std::string_view purpose, std::string_view text) const {
  return crypto::hmac_sha256(contact_key_.reveal(), fmt::format("{}\n{}", purpose, text));
}

StoredNumber store_form(const NumberVault& vault, const terms::NationalIdText& number, base::Random& random) {
  return {vault.lookup(number), vault.seal(number, random)};
}

}  // namespace alting::parties
