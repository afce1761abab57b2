#include "privacy/copy_signer.h"

#include "privacy/minisign.h"
#include "store/row_reader.h"

namespace alting::privacy {
namespace {

const store::Holder signer_holder = "program";

std::optional<crypto::Ed25519Key> stored_signer(store::Database& database, store::Vault& vault) {
  const auto row = database.read(
      [](store::Tx& tx) { return tx.query_one("SELECT key_id, secret FROM copy_signer WHERE signer_id = 1"); });
  if (!row) return std::nullopt;
  const auto [key_id, secret] = store::read_row<base::Uuid, std::string>(*row);
  auto seed = vault.open(key_id, secret, signer_holder);
  if (!seed) throw store::DatabaseError("the key that signs copies cannot be opened");
  auto key = crypto::Ed25519Key::from_seed(crypto::SecretBytes(std::move(*seed)));
  if (!key) throw store::DatabaseError("the key that signs copies is none");
  return std::move(*key);
}

}  // namespace

crypto::Ed25519Key copy_signing_key(store::Database& database, store::Vault& vault, const base::Clock& clock,
                                    base::Random& random) {
  if (auto stored = stored_signer(database, vault)) return std::move(*stored);
  const auto made = crypto::Ed25519Key::generate(random);
  const auto sealed = vault.seal(made.seed().reveal(), {signer_holder});
  (void)database.write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO copy_signer (signer_id, key_id, secret, public_key, made_at) VALUES (1, ?, ?, ?, ?) ON CONFLICT "
        "DO "
        "NOTHING",
        {sealed.key_id, store::Value::octets(sealed.ciphertext), minisign_key(made), clock.now()});
    return {};
  });
  auto stored = stored_signer(database, vault);  // another's, when two made one at once
  if (!stored) throw store::DatabaseError("the key that signs copies was not kept");
  return std::move(*stored);
}

}  // namespace alting::privacy
