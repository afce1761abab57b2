// The key that signs copies: one of the installation, made by whoever needs it first, sealed in the database so that all
// processes have the same. The log says with each copy by which key it was signed (`copy.made`, signer).
#pragma once
#include "base/random.h"
#include "base/time.h"
#include "crypto/ed25519.h"
#include "store/database.h"
#include "store/vault.h"

namespace alting::privacy {

[[nodiscard]] crypto::Ed25519Key copy_signing_key(store::Database& database, store::Vault& vault,
                                                  const base::Clock& clock, base::Random& random);

}  // namespace alting::privacy
