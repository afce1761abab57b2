// The keys that wrap: one for each epoch and holder.
//
// An epoch is some thirty days. Each has a key of its own in keys/epochs, beside the master key and never in a backup;
// what wraps a document's key is derived from both. Three are there at a time: the current, under which new wraps are
// made; the one before it, so that copies of the keystore from the last thirty days open; and the next, made before it
// is used, so that a copy of keys/ that is at most thirty days old opens every backup. When thirty days have passed since
// all wraps came under the current, the next comes into use, all wraps are made anew under it, and the key of the oldest
// is destroyed: a copy of the keystore from that time opens with nothing, wherever it lies.
#pragma once
#include <map>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/secret_bytes.h"
#include "store/epoch_files.h"
#include "store/sqlite.h"
#include "store/vault.h"

namespace alting::store {

class KeyRing {
 public:
  KeyRing(SqliteDatabase& database, EpochFiles files, MasterKey master, base::Random& random, const base::Clock& clock);
  // Makes the first epochs, or reads those there are. DatabaseError when a key is missing that wraps need.
  void open();
  void refresh();  // when another process has changed the epochs, or a commit of this one ended unknown

  [[nodiscard]] std::int64_t current() const;
  [[nodiscard]] static std::int64_t current_in(Tx& tx);
  [[nodiscard]] base::Bytes wrap(std::int64_t epoch, const base::Uuid& id, const Holder& holder,
                                 const crypto::SecretBytes& key) const;
  // DatabaseError when it does not open.
  [[nodiscard]] crypto::SecretBytes unwrap(std::int64_t epoch, const base::Uuid& id, const Holder& holder,
                                           base::ByteView wrapped);

  // Does what is due, and makes at most so many wraps anew; called again it goes on, also after a kill. Answers how many.
  std::int64_t turn(std::int64_t most);
  [[nodiscard]] std::vector<KeyEpoch> epochs();

  // For many keys of one holder: what wrap() derives for each.
  [[nodiscard]] crypto::SecretBytes wrapping_key(std::int64_t epoch, const Holder& holder) const;
  [[nodiscard]] base::Bytes wrap_under(const crypto::SecretBytes& wrapping, const base::Uuid& id, const Holder& holder,
                                       const crypto::SecretBytes& key) const;

 private:
  [[nodiscard]] std::vector<KeyEpoch> rows() const;
  [[nodiscard]] crypto::SecretBytes material(std::int64_t epoch, const crypto::SecretBytes& key) const;
  [[nodiscard]] base::Bytes proof_of(std::int64_t epoch, const crypto::SecretBytes& key) const;
  [[nodiscard]] std::optional<crypto::SecretBytes> key_of(std::int64_t epoch) const;
  void require_needed();
  void make_next();
  void insert_row(std::int64_t epoch, const crypto::SecretBytes& key, std::optional<base::Instant> in_use_at);
  void adopt_files();
  void use_next(const std::vector<KeyEpoch>& all);
  std::int64_t rewrap(std::int64_t most);
  struct Wrap {
    base::Bytes key_id;
    Holder holder;
    base::Bytes wrap;
    std::int64_t epoch;
  };
  std::int64_t rewrap_some(const std::vector<Wrap>& wraps);
  [[nodiscard]] base::Bytes wrapped_anew(std::int64_t epoch, const Wrap& old);
  [[nodiscard]] bool settle();
  void destroy_past();
  void set(std::string_view step, std::string_view sql, std::initializer_list<Value> values);

  SqliteDatabase& database_;
  EpochFiles files_;
  MasterKey master_;
  crypto::SecretBytes root_;
  base::Random& random_;
  const base::Clock& clock_;
  mutable std::shared_mutex mutex_;
  std::map<std::int64_t, crypto::SecretBytes> materials_;  // what wrapping keys are derived from
  std::int64_t current_ = 0;
  std::mutex turning_;
  base::Bytes reached_id_;  // by the job; from the beginning after a new start
  Holder reached_holder_;
};

// Those epochs of a keystore whose keys must be there for its wraps to open.
[[nodiscard]] std::vector<std::int64_t> needed_epochs(const std::vector<KeyEpoch>& all);
// For restoring, before the keystore is used: error.restore.keys_older or error.restore.epoch_gone when a key it needs is
// not in `keys`.
[[nodiscard]] base::Status check_epochs(const std::filesystem::path& keystore, const std::filesystem::path& keys);

}  // namespace alting::store
