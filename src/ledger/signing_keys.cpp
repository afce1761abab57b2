#include "ledger/signing_keys.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "base/text_file.h"
#include "ledger/decimal.h"
#include "ledger/pending.h"

namespace alting::ledger {

std::filesystem::path SigningKeys::path_of(std::int64_t log, std::int64_t number) const {
  return folder_ / fmt::format("{}-{}.key", log, number);
}

base::Result<NoteSigner> SigningKeys::load(std::int64_t log, std::int64_t number) const {
  auto file = base::read_text_file(path_of(log, number), 4096);
  if (!file)
    return ledger_error(
        base::ErrorKind::not_found, "error.ledger.key",
        "the signing key " + path_of(log, number).string() + " is missing: restore it from the backup of the keys");
  auto signer = NoteSigner::parse(crypto::SecretBytes(std::string(base::trim(*file))));
  if (!signer)
    return ledger_error(base::ErrorKind::conflict, "error.ledger.key",
                        "the signing key " + path_of(log, number).string() + " cannot be read");
  return std::move(*signer);
}

base::Result<NoteSigner> SigningKeys::load_or_make(std::int64_t log, std::int64_t number, std::string_view name,
                                                   base::Random& random) const {
  if (std::filesystem::exists(path_of(log, number))) {
    auto signer = load(log, number);
    if (!signer || signer->verifier().name == name) return signer;
    return ledger_error(base::ErrorKind::conflict, "error.ledger.key",
                        "the signing key " + path_of(log, number).string() + " is of another log");
  }
  base::create_private_directory(folder_);
  auto signer = NoteSigner::make(std::string(name), random);
  const auto secret = signer.secret_text();
  base::write_file_durably(path_of(log, number), std::string(secret.reveal()) + "\n");
  return signer;
}

std::int64_t SigningKeys::newest_log() const {
  std::int64_t newest = 0;
  if (!std::filesystem::exists(folder_)) return newest;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    const auto name = entry.path().filename().string();
    if (const auto log = parse_decimal(name.substr(0, name.find('-')), largest_number))
      newest = std::max(newest, static_cast<std::int64_t>(*log));
  }
  return newest;
}

}  // namespace alting::ledger
