// The keystore: for each document a key, wrapped once for each holder, in a database of its own outside the main one.
//
// A wrap is AES-256-GCM under a key that HKDF-SHA256 derives from the master key, the epoch's key (key_ring.h) and the
// holder; key id and holder are associated data. Deleted wraps are overwritten, in the database file and its WAL, at the
// end of each batch of erasures; when a reader (a backup) holds that up, as soon as it has ended.
#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/secret_bytes.h"
#include "store/key_cache.h"
#include "store/key_ring.h"
#include "store/sqlite.h"
#include "store/vault.h"

namespace alting::store {

class Keystore {
 public:
  Keystore(const VaultOptions& options, crypto::SecretBytes master, base::Random& random, const base::Clock& clock);

  struct NewKey {
    base::Uuid id;
    crypto::SecretBytes key;
    std::vector<Holder> holders;
  };
  [[nodiscard]] NewKey make(std::vector<Holder> holders) const;  // nothing durable yet
  // Wraps durable when it returns, all or none. `gone` when a key to be shared cannot be opened by `from`.
  [[nodiscard]] base::Status add(std::span<const NewKey> keys, std::span<const ShareRequest> shares);
  // `gone` when the holder has no wrap.
  [[nodiscard]] base::Result<crypto::SecretBytes> open(const base::Uuid& id, const Holder& holder);
  // The first two steps of ErasureBatch (vault.h), in one piece; wipe() is the third, for all that was erased before it.
  void erase(std::span<const base::Uuid> ids, const Holder& holder);
  void erase_everywhere(std::span<const base::Uuid> ids);  // for whoever has a wrap now
  void wipe();
  [[nodiscard]] std::vector<base::Uuid> held_by(const Holder& holder);  // all it has now, in their order
  // For sweeping, see vault.h (keystore_sweep.cpp).
  [[nodiscard]] std::vector<base::Uuid> made_before(base::Instant made, const base::Uuid& after, std::size_t max_keys);
  [[nodiscard]] std::vector<base::Uuid> still_held(std::span<const base::Uuid> ids);
  std::int64_t forget_erasures(base::Instant before, std::int64_t max_keys);
  void drop(std::span<const base::Uuid> ids, const Holder& holder);  // of keys that nothing is sealed under: in no list
  void note(std::string_view words) const;                           // in the erasure list
  int replay(std::string_view lines);
  std::int64_t turn(std::int64_t max_keys) { return ring_.turn(max_keys); }
  [[nodiscard]] std::vector<KeyEpoch> epochs() { return ring_.epochs(); }
  [[nodiscard]] Vault::Counts counts();
  [[nodiscard]] std::int64_t writes_waiting() const { return database_->counters().waiting; }
  void back_up(const std::filesystem::path& target) { database_->back_up(target); }

 private:
  void check_master();
  struct Wrapped {
    std::int64_t epoch;
    base::Uuid id;
    Holder holder;
    base::Bytes wrap;
  };
  [[nodiscard]] base::Result<std::vector<Wrapped>> wrap_all(std::span<const NewKey> keys,
                                                            std::span<const ShareRequest> shares);
  void append_to_list(std::string_view lines) const;
  struct Erasure {
    base::Uuid id;
    Holder holder;
    base::Instant at;
  };
  void list_and_erase(const std::vector<Erasure>& erasures);
  void erase_rows(std::span<const Erasure> erasures);

  std::filesystem::path erasure_list_;
  base::Random& random_;
  const base::Clock& clock_;
  std::unique_ptr<SqliteDatabase> database_;
  KeyRing ring_;
  KeyCache cache_;
};

}  // namespace alting::store
