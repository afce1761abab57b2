// National identity numbers at rest: no column holds the plain number.
//
// A number is found by HMAC-SHA-256 under a key of the data folder, and kept sealed (AES-256-GCM) for the few calls
// that must send it to a register. Both keys come from one file of 32 octets of the data folder, outside the database:
// a copy of the database alone says nothing about who is in it.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto/secret_bytes.h"
#include "terms/secret.h"

namespace alting::parties {

class NumberVault {
 public:
  explicit NumberVault(base::ByteView master_key);  // 32 octets
  // Reads the key file, or makes it (mode 0600, synced) when it is not there. Throws std::runtime_error on a broken
  // file.
  [[nodiscard]] static NumberVault open_or_create(const std::filesystem::path& file, base::Random& random);

  [[nodiscard]] std::string lookup(const terms::NationalIdText& number) const;  // 64 hex digits
  [[nodiscard]] base::Bytes seal(const terms::NationalIdText& number, base::Random& random) const;
  // Throws std::runtime_error when it does not authenticate: the key is another's, or the row was changed.
  [[nodiscard]] terms::NationalIdText open(base::ByteView sealed) const;
  // Keyed hash, 32 octets, under a third key: of an address that is to be known again and not said, or of the id of a
  // code. `purpose` keeps one kind from another.
  [[nodiscard]] base::Bytes keyed(std::string_view purpose, std::string_view text) const;

 private:
  crypto::SecretBytes lookup_key_, seal_key_, contact_key_;
};

// A number as its two columns, computed outside the transaction.
struct StoredNumber {
  std::string lookup;
  base::Bytes sealed;
};
[[nodiscard]] StoredNumber store_form(const NumberVault& vault, const terms::NationalIdText& number,
                                      base::Random& random);

}  // namespace alting::parties
