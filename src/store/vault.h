// Documents: form data, attachments, ledger entries. Each is sealed with a key of its own, and that key is wrapped once
// per holder (the sender's party, the agency) in a keystore outside the database. Deleting a wrap erases that holder's
// copy and no other.
//
// Order that no crash can break: key and wraps are durable in the keystore, then the ciphertext is durable (a file
// named by the SHA-256 of the ciphertext, written, synced, renamed, its directory synced, read back; or for a small
// document the bytes that the caller puts into its own row), and only then may the row that names it commit. What a
// crash leaves over is an orphan: a file goes after 24 hours, a key, which opens nothing, after
// days (store/sweep.h).
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/secret_bytes.h"

namespace alting::store {

// Who may open a document: "party:<partyId>", "agency:<org>", "log" (the ledger's own).
using Holder = std::string;

// A document (at most largest_document): the ciphertext goes into the caller's row, in the same transaction as
// all else.
struct SealedDocument {
  base::Uuid key_id;       // names the key in the keystore
  base::Bytes ciphertext;  // AES-256-GCM, nonce first; the key id is associated data
  base::Bytes digest;      // SHA-256 of the plaintext
};

// A large document in a file of the blob folder (or an object store): the row holds these.
struct Blob {
  base::Uuid key_id;
  std::string name;       // hex SHA-256 of the ciphertext
  base::Bytes digest;     // SHA-256 of the plaintext
  std::int64_t size = 0;  // octets of plaintext
};

struct SealRequest {
  base::ByteView plaintext;
  std::vector<Holder> holders;
};
// `to` gets a wrap of each key that `from` holds.
struct ShareRequest {
  std::vector<base::Uuid> key_ids;
  Holder from;
  Holder to;
};

// An epoch of the keys that wrap the documents' keys.
struct KeyEpoch {
  std::int64_t number = 0;
  base::Instant made_at{};
  std::optional<base::Instant> in_use_at = {};     // new wraps are under it from then on, until the next is in use
  std::optional<base::Instant> settled_at = {};    // from then on no wrap is under an older
  std::optional<base::Instant> destroyed_at = {};  // its key
  base::Bytes proof = {};                          // tells its key from another
  bool has_key = false;
  std::int64_t wraps = 0;
};
// How long a copy of the keystore can be restored, and is kept.
inline constexpr base::Duration keystore_retention = base::Duration::days(30);

inline constexpr std::size_t largest_document = 16 * 1024 * 1024;  // octets of plaintext; more is a blob

class BlobWriter {  // streaming: plaintext in, sealed file out
 public:
  virtual ~BlobWriter() = default;
  virtual void append(base::ByteView plaintext) = 0;
  [[nodiscard]] virtual Blob finish() = 0;  // durable when this returns
};

// Erasures with one wipe at their end. Each is, exactly:
//   1. erasure list   a durable line for each wrap; from here on a restore erases it again
//   2. keystore       the wraps are deleted, durably; nobody is given the key any more
//   3. at the end of the batch, once: what was deleted is overwritten in the keystore's own files
// in pieces of at most erased_at_once wraps, each with its 1 and 2. A kill leaves a list that says more than was done, and
// deleted wraps in the keystore's WAL, which the next start empties. Step 3 costs a truncation and two syncs: who
// erases many documents does it in one batch.
class ErasureBatch {
 public:
  virtual ~ErasureBatch() = default;  // does step 3 when finish() was not called
  // The holder's wraps of these keys. Done, but for step 3, when it returns.
  virtual void erase(const std::vector<base::Uuid>& key_ids, const Holder& holder) = 0;
  // The wraps of whoever holds one: for what was never sent, and belongs to nobody when its maker throws it away; and
  // for what all its holders must lose. Nobody may be given a wrap meanwhile.
  virtual void erase_everywhere(const std::vector<base::Uuid>& key_ids) = 0;
  // All wraps that the holder had when it was called, whatever their times say. Answers how many. Killed, it goes on when
  // it is called again. Takes 16 octets of memory for each.
  // What comes afterwards stays, so the caller first sees to it that nothing comes: no new seals and shares for the
  // holder, and those under way settled. A share may wait in the outbox (of what was sent, to the agency:
  // instances::keys_to_share), which the store cannot see, as it does not know the topics: deliver it first, or refuse
  // it. Else an agency gets a wrap again after its own were erased; and when a party's were, the share fails for good, as
  // nobody can give the agency the key any more.
  virtual std::int64_t erase_by_holder(const Holder& holder) = 0;
  virtual void finish() = 0;
};
inline constexpr std::size_t erased_at_once = 500;  // one commit of some milliseconds

class Vault {
 public:
  virtual ~Vault() = default;
  // Makes a key with a wrap for each holder, durable when it returns, and seals `plaintext` with it.
  [[nodiscard]] virtual SealedDocument seal(base::ByteView plaintext, const std::vector<Holder>& holders) = 0;
  // The same for several, and keys shared, with one commit of the keystore: what one submission needs. The documents in
  // the order of `seals`. `gone` when a key to be shared is not `from`'s to open; then nothing is done.
  [[nodiscard]] virtual base::Result<std::vector<SealedDocument>> seal_all(
      std::span<const SealRequest> seals, std::span<const ShareRequest> shares = {}) = 0;
  // Keys made ahead for reseal(), each with a wrap for this holder, durable when it returns, with one commit.
  [[nodiscard]] virtual std::vector<base::Uuid> make_keys(std::size_t count, const Holder& holder) = 0;
  // Seals again under a key that exists (an autosave), as `holder`: no new key, nothing durable is needed.
  [[nodiscard]] virtual base::Result<SealedDocument> reseal(const base::Uuid& key_id, base::ByteView plaintext,
                                                            const Holder& holder) = 0;
  // Removes this holder's wraps of keys made ahead that nothing was ever sealed under. No erasure: it stands in no list,
  // and a keystore restored from before has them again.
  virtual void return_keys(std::span<const base::Uuid> key_ids, const Holder& holder) = 0;
  // `gone` when the holder's wrap was erased or never was; DatabaseError when the ciphertext does not authenticate.
  [[nodiscard]] virtual base::Result<base::Bytes> open(const base::Uuid& key_id, base::ByteView ciphertext,
                                                       const Holder& holder) = 0;

  [[nodiscard]] virtual std::unique_ptr<BlobWriter> create_blob(const std::vector<Holder>& holders) = 0;
  // Removes a blob that no row has ever named, with its key: what was sealed and then refused.
  virtual void discard_blob(const Blob& blob, const Holder& holder) = 0;
  // Hands out the plaintext piece by piece; the last piece has been authenticated before it is given.
  [[nodiscard]] virtual base::Status read_blob(const Blob& blob, const Holder& holder,
                                               const std::function<void(base::ByteView)>& take) = 0;

  // Gives `to` a wrap of a key that `from` holds (when it is sent, the agency gets the attachments' keys). Durable when it
  // returns.
  [[nodiscard]] virtual base::Status share(const std::vector<base::Uuid>& key_ids, const Holder& from,
                                           const Holder& to) = 0;
  // Erases wraps and writes the erasure list that a restore replays. Durable and wiped when it returns.
  [[nodiscard]] virtual std::unique_ptr<ErasureBatch> begin_erasures() = 0;
  // One batch each.
  void erase(const std::vector<base::Uuid>& key_ids, const Holder& holder);
  void erase_everywhere(const std::vector<base::Uuid>& key_ids);
  std::int64_t erase_by_holder(const Holder& holder);

  // Adds a line to the erasure list, durable when it returns, for a room that must say more than which keys go. After a
  // restore it is the room's to read; replay_erasures() passes over it. `words` are four or more.
  virtual void note_erasure(std::string_view words) = 0;

  // Removes the files older than 24 hours that no row names, and the beginnings of files as old. `named` is asked for
  // some names at a time which of them rows hold. Answers how many files went.
  virtual int sweep_orphans(const std::function<std::set<std::string>(const std::vector<std::string>&)>& named) = 0;

  // Turns the epochs of the keys that wrap (key_ring.h): does what is due, and makes at most `most` wraps anew. Answers
  // how many; called again it goes on, also after a kill.
  virtual std::int64_t turn_keys(std::int64_t max_keys) = 0;
  [[nodiscard]] virtual std::vector<KeyEpoch> key_epochs() = 0;

  // What the keystore holds. Counts its rows: a moment for millions.
  struct Counts {
    std::int64_t wraps = 0;
    std::int64_t erased = 0;  // of those that are remembered (catalogue.toml: erased_key)
  };
  [[nodiscard]] virtual Counts counts() { return {}; }
  [[nodiscard]] virtual std::int64_t writes_waiting() { return 0; }  // in this process, for the keystore; costs nothing

  // For sweeping (store/sweep.h): keys all of whose wraps were made before this, in their order (that of their
  // making), behind `after` (the nil id: from the first).
  [[nodiscard]] virtual std::vector<base::Uuid> keys_made_before(base::Instant made, const base::Uuid& after,
                                                                 std::size_t max_keys) = 0;
  // Those of these that somebody can still open, in their order.
  [[nodiscard]] virtual std::vector<base::Uuid> still_held(const std::vector<base::Uuid>& key_ids) = 0;
  // Forgets that wraps were erased before this, at most so many; the list outside knows it. Answers how many.
  virtual std::int64_t forget_erasures(base::Instant before, std::int64_t max_keys) = 0;

  // For backup and restore: a consistent copy of the keystore; and erasing again what `lines` (an erasure list's) name.
  virtual void back_up_keystore(const std::filesystem::path& target) = 0;
  virtual int replay_erasures(std::string_view lines) = 0;
};

struct VaultOptions {
  std::filesystem::path keystore;      // SQLite database, outside the main one
  std::filesystem::path blobs;         // folder
  std::filesystem::path erasure_list;  // a file outside both, added to before an erasure counts as done
  std::size_t cached_keys = 50'000;
  std::filesystem::path epochs = {};       // folder of the epochs' keys, never in a backup; "": beside the keystore
  std::filesystem::path master_file = {};  // becomes the root when the master key is past (epoch_files.h)
  bool master_is_root = false;
};
// `master` has 32 octets; DatabaseError when the keystore was made under another, or when the key of an epoch is missing.
[[nodiscard]] std::unique_ptr<Vault> open_vault(const VaultOptions& options, crypto::SecretBytes master,
                                                base::Random& random, const base::Clock& clock);

}  // namespace alting::store
