// The files of the key epochs: keys/epochs/<number>.key, 32 random octets in hexadecimal, for the owner only, never in
// a backup. Epoch 0 is the master key of a data folder from before there were epochs.
//
// keys/master.key holds the master key in hexadecimal. "root " before it says that it is no master key any more, but
// the root that is derived from one: under a root the later epochs open, and the wraps of epoch 0 do not.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "crypto/secret_bytes.h"

namespace alting::store {

struct MasterKey {
  crypto::SecretBytes octets;  // 32
  bool is_root = false;
};
// Of the text of master.key. Nothing when it is neither.
[[nodiscard]] std::optional<MasterKey> parse_master_key(base::ByteView text);
[[nodiscard]] crypto::SecretBytes root_of(const MasterKey& master);

class EpochFiles {
 public:
  EpochFiles(std::filesystem::path folder, std::filesystem::path master_file)
      : folder_(std::move(folder)), master_file_(std::move(master_file)) {}
  [[nodiscard]] std::vector<std::int64_t> numbers() const;  // of the files there are, ascending
  // Nothing when there is no such file, or no key in it (it was about to be destroyed).
  [[nodiscard]] std::optional<crypto::SecretBytes> read(std::int64_t number) const;
  void make(std::int64_t number, const crypto::SecretBytes& key) const;  // durable when it returns
  // Overwritten, removed, the folder synced; nothing to do when it is gone. May be repeated after any interruption.
  void destroy(std::int64_t number) const;
  // The same for epoch 0: master.key becomes the root.
  void destroy_master(const crypto::SecretBytes& root) const;
  [[nodiscard]] std::filesystem::path path_of(std::int64_t number) const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path master_file_;  // "" in tests that have none
};

}  // namespace alting::store
