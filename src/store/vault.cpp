#include "store/vault.h"

#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "crypto/sealed_stream.h"
#include "store/blob_file.h"
#include "store/database.h"
#include "store/keystore.h"

namespace alting::store {
namespace {

SealedDocument seal_with(const base::Uuid& key_id, const crypto::SecretBytes& key, base::ByteView plaintext,
                         base::Random& random) {
  if (plaintext.size() > largest_document) throw std::logic_error("a document over 16 MiB belongs in a blob");
  return {key_id, crypto::seal(key, plaintext, key_id.text(), random), crypto::sha256(plaintext)};
}

class SealingBlobWriter final : public BlobWriter {
 public:
  SealingBlobWriter(const std::filesystem::path& folder, const Keystore::NewKey& key, base::Random& random)
      : file_(folder, key.id), sealer_(key.key, key.id.text(), random) {
    blob_.key_id = key.id;
  }
  void append(base::ByteView plaintext) override {
    digest_.add(plaintext);
    blob_.size += static_cast<std::int64_t>(plaintext.size());
    while (!plaintext.empty()) {  // so that a large piece is not held twice
      const auto part = plaintext.substr(0, 4 * crypto::stream_chunk_size);
      file_.write(sealer_.add(part));
      plaintext.remove_prefix(part.size());
    }
  }
  Blob finish() override {
    file_.write(sealer_.finish());
    blob_.digest = digest_.digest();
    blob_.name = file_.finish();
    return std::move(blob_);
  }

 private:
  NewBlobFile file_;
  crypto::StreamSealer sealer_;
  crypto::Sha256 digest_;
  Blob blob_;
};

class Erasures final : public ErasureBatch {
 public:
  explicit Erasures(Keystore& keys) : keys_(keys) {}
  ~Erasures() override {
    try {
      finish();
    } catch (const std::exception& error) {
      base::log(base::LogLevel::error, "keystore.wipe_failed", {{"reason", error.what()}});
    }
  }
  Erasures(const Erasures&) = delete;
  Erasures& operator=(const Erasures&) = delete;

  void erase(const std::vector<base::Uuid>& key_ids, const Holder& holder) override {
    in_pieces(key_ids, [&](std::span<const base::Uuid> some) { keys_.erase(some, holder); });
  }
  void erase_everywhere(const std::vector<base::Uuid>& key_ids) override {
    in_pieces(key_ids, [&](std::span<const base::Uuid> some) { keys_.erase_everywhere(some); });
  }
  std::int64_t erase_by_holder(const Holder& holder) override {
    const auto held = keys_.held_by(holder);
    erase(held, holder);
    return static_cast<std::int64_t>(held.size());
  }
  void finish() override {
    if (to_be_wiped_) keys_.wipe();
    to_be_wiped_ = false;
  }

 private:
  void in_pieces(std::span<const base::Uuid> ids, const std::function<void(std::span<const base::Uuid>)>& erase_some) {
    while (!ids.empty()) {
      const auto some = ids.first(std::min(ids.size(), erased_at_once));
      to_be_wiped_ = true;  // also when it fails: then nobody knows whether it was done
      erase_some(some);
      ids = ids.subspan(some.size());
    }
  }
  Keystore& keys_;
  bool to_be_wiped_ = false;
};

class FileVault final : public Vault {
 public:
  FileVault(const VaultOptions& options, crypto::SecretBytes master, base::Random& random, const base::Clock& clock)
      : blobs_(options.blobs), random_(random), keys_(options, std::move(master), random, clock) {
    make_blob_folder(blobs_);
  }

  SealedDocument seal(base::ByteView plaintext, const std::vector<Holder>& holders) override {
    const SealRequest request{plaintext, holders};
    auto sealed = seal_all(std::span(&request, 1), {});
    if (!sealed) throw DatabaseError("the keystore refused a new key");
    return std::move(sealed->front());
  }

  base::Result<std::vector<SealedDocument>> seal_all(std::span<const SealRequest> seals,
                                                     std::span<const ShareRequest> shares) override {
    std::vector<Keystore::NewKey> keys;
    std::vector<SealedDocument> sealed;
    for (const auto& request : seals) {
      keys.push_back(keys_.make(request.holders));
      sealed.push_back(seal_with(keys.back().id, keys.back().key, request.plaintext, random_));
    }
    ALTING_CHECK(keys_.add(keys, shares));
    return sealed;
  }

  std::vector<base::Uuid> make_keys(std::size_t count, const Holder& holder) override {
    std::vector<Keystore::NewKey> keys;
    std::vector<base::Uuid> ids;
    for (std::size_t i = 0; i < count; ++i) {
      keys.push_back(keys_.make({holder}));
      ids.push_back(keys.back().id);
    }
    if (!keys_.add(keys, {})) throw DatabaseError("the keystore refused new keys");
    return ids;
  }

  void return_keys(std::span<const base::Uuid> key_ids, const Holder& holder) override { keys_.drop(key_ids, holder); }

  base::Result<SealedDocument> reseal(const base::Uuid& key_id, base::ByteView plaintext,
                                      const Holder& holder) override {
    ALTING_TRY(key, keys_.open(key_id, holder));
    return seal_with(key_id, key, plaintext, random_);
  }

  base::Result<base::Bytes> open(const base::Uuid& key_id, base::ByteView ciphertext, const Holder& holder) override {
    ALTING_TRY(key, keys_.open(key_id, holder));
    auto plaintext = crypto::open(key, ciphertext, key_id.text());
    if (!plaintext) throw DatabaseError("a document does not authenticate under its key");
    return plaintext;
  }

  std::unique_ptr<BlobWriter> create_blob(const std::vector<Holder>& holders) override {
    const auto key = keys_.make(holders);
    if (!keys_.add(std::span(&key, 1), {})) throw DatabaseError("the keystore refused a new key");
    return std::make_unique<SealingBlobWriter>(blobs_, key, random_);
  }

  void discard_blob(const Blob& blob, const Holder& holder) override {
    std::filesystem::remove(blob_path(blobs_, blob.name));
    erase({blob.key_id}, holder);
  }
  base::Status read_blob(const Blob& blob, const Holder& holder,
                         const std::function<void(base::ByteView)>& take) override;

  base::Status share(const std::vector<base::Uuid>& key_ids, const Holder& from, const Holder& to) override {
    const ShareRequest request{key_ids, from, to};
    return keys_.add({}, std::span(&request, 1));
  }
  std::unique_ptr<ErasureBatch> begin_erasures() override { return std::make_unique<Erasures>(keys_); }

  void note_erasure(std::string_view words) override { keys_.note(words); }
  Counts counts() override { return keys_.counts(); }
  std::int64_t writes_waiting() override { return keys_.writes_waiting(); }
  int sweep_orphans(const std::function<std::set<std::string>(const std::vector<std::string>&)>& named) override;
  std::int64_t turn_keys(std::int64_t max_keys) override { return keys_.turn(max_keys); }
  std::vector<KeyEpoch> key_epochs() override { return keys_.epochs(); }
  std::vector<base::Uuid> keys_made_before(base::Instant made, const base::Uuid& after, std::size_t max_keys) override {
    return keys_.made_before(made, after, max_keys);
  }
  std::vector<base::Uuid> still_held(const std::vector<base::Uuid>& key_ids) override {
    return keys_.still_held(key_ids);
  }
  std::int64_t forget_erasures(base::Instant before, std::int64_t max_keys) override {
    return keys_.forget_erasures(before, max_keys);
  }
  void back_up_keystore(const std::filesystem::path& target) override { keys_.back_up(target); }
  int replay_erasures(std::string_view lines) override { return keys_.replay(lines); }

 private:
  [[nodiscard]] std::vector<std::filesystem::path> old_files() const;
  std::filesystem::path blobs_;
  base::Random& random_;
  Keystore keys_;
};

base::Status FileVault::read_blob(const Blob& blob, const Holder& holder,
                                  const std::function<void(base::ByteView)>& take) {
  ALTING_TRY(key, keys_.open(blob.key_id, holder));
  crypto::StreamOpener opener(key, blob.key_id.text());
  crypto::Sha256 digest;
  const auto give = [&](base::Result<base::Bytes> piece) {
    if (!piece) throw DatabaseError("a blob does not authenticate under its key");
    digest.add(*piece);
    if (!piece->empty()) take(*piece);
  };
  read_blob_file(blob_path(blobs_, blob.name), [&](base::ByteView piece) {
    give(opener.add(piece));
    return true;
  });
  // The last piece is held back until the whole is known to be complete, and to be what the row says.
  auto last = opener.finish();
  if (!last) throw DatabaseError("a blob is cut off");
  digest.add(*last);
  if (digest.digest() != blob.digest) throw DatabaseError("a blob has another digest than its row");
  if (!last->empty()) take(*last);
  return {};
}

std::vector<std::filesystem::path> FileVault::old_files() const {
  std::vector<std::filesystem::path> files;
  // File times are the system's, so the age is measured against the system's clock, not the injected one.
  const auto limit = std::filesystem::file_time_type::clock::now() - std::chrono::hours(24);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(blobs_)) {
    std::error_code gone_meanwhile;
    if (entry.is_regular_file(gone_meanwhile) && entry.last_write_time(gone_meanwhile) < limit && !gone_meanwhile)
      files.push_back(entry.path());
  }
  return files;
}

int FileVault::sweep_orphans(const std::function<std::set<std::string>(const std::vector<std::string>&)>& named) {
  constexpr std::size_t at_once = 500;
  int removed = 0;
  std::vector<std::string> names;
  const auto ask = [&] {
    if (names.empty()) return;
    const auto held = named(names);
    for (const auto& name : names) {
      if (!held.contains(name) && std::filesystem::remove(blob_path(blobs_, name))) ++removed;
    }
    names.clear();
  };
  for (const auto& path : old_files()) {
    if (path.parent_path() == blobs_ / "new") {
      removed += std::filesystem::remove(path) ? 1 : 0;
    } else if (path.filename().string().size() == 64) {
      names.push_back(path.filename().string());
      if (names.size() == at_once) ask();
    }
  }
  ask();
  if (removed > 0) base::log(base::LogLevel::info, "store.orphans_removed", {{"files", removed}});
  return removed;
}

}  // namespace

void Vault::erase(const std::vector<base::Uuid>& key_ids, const Holder& holder) {
  const auto batch = begin_erasures();
  batch->erase(key_ids, holder);
  batch->finish();
}

void Vault::erase_everywhere(const std::vector<base::Uuid>& key_ids) {
  const auto batch = begin_erasures();
  batch->erase_everywhere(key_ids);
  batch->finish();
}

std::int64_t Vault::erase_by_holder(const Holder& holder) {
  const auto batch = begin_erasures();
  const auto count = batch->erase_by_holder(holder);
  batch->finish();
  return count;
}

std::unique_ptr<Vault> open_vault(const VaultOptions& options, crypto::SecretBytes master, base::Random& random,
                                  const base::Clock& clock) {
  return std::make_unique<FileVault>(options, std::move(master), random, clock);
}

}  // namespace alting::store
