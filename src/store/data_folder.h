// The data folder: everything one installation keeps, made once in test or production mode and staying so for life.
//
//   mode          "test" or "production", also in the database; the two must agree
//   lock          held by the one process that uses the folder
//   restoring     there, and held, while a backup is brought back: what lies here is not whole yet (backup.h)
//   alting.db     the database (unless PostgreSQL holds it)
//   keystore.db   the documents' keys, wrapped; backed up apart
//   keys/         master.key and the other keys of the program, 32 random octets each, in hexadecimal; in keys/epochs
//                 those that change each month (key_ring.h)
//   blobs/        sealed files, named by the SHA-256 of their ciphertext
//   uploads/      what is being received; emptied at start
//   outside/      what must not go back in time when the rest is restored: the log's checkpoint store
//                 and the erasure list.
//                 Put it on another disk (`outside` in the options) where there is one.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/secret_bytes.h"
#include "store/database.h"
#include "store/epoch_files.h"
#include "store/vault.h"
#include "terms/mode.h"

namespace alting::store {

struct DataFolderOptions {
  std::filesystem::path path;
  terms::Mode mode = terms::Mode::test;
  std::string postgresql = {};         // connection string; "": SQLite inside the folder
  std::filesystem::path outside = {};  // "": path/outside
  int connections = 80;                // to the database at once, opened as needed; more callers wait
  bool create = true;                  // make it when it is missing or empty
  bool restoring = false;              // only restore() opens a folder that is not whole
};

class DataFolder {
  struct Opening {};  // only open() has one

 public:
  DataFolder(Opening, DataFolderOptions options, base::FileLock lock, base::Random& random, const base::Clock& clock);
  // Refuses, as an Error: a folder of the other mode (error.data_folder.other_mode), one in use
  // (error.data_folder.in_use), one that holds something else (error.data_folder.not_ours), a missing one when `create`
  // is off (error.data_folder.missing), one in which a restore was interrupted (error.data_folder.restoring). `random`
  // and `clock` must outlive it. Applies the migrations of `store` only.
  [[nodiscard]] static base::Result<std::unique_ptr<DataFolder>> open(const DataFolderOptions& options,
                                                                      base::Random& random, const base::Clock& clock);
  [[nodiscard]] Database& database() { return *database_; }
  [[nodiscard]] Vault& vault() { return *vault_; }
  [[nodiscard]] terms::Mode mode() const { return options_.mode; }
  [[nodiscard]] const std::filesystem::path& path() const { return options_.path; }
  [[nodiscard]] std::filesystem::path uploads() const { return options_.path / "uploads"; }
  [[nodiscard]] std::filesystem::path keys() const { return options_.path / "keys"; }
  [[nodiscard]] std::filesystem::path blobs() const { return options_.path / "blobs"; }
  [[nodiscard]] const std::filesystem::path& outside() const { return options_.outside; }
  [[nodiscard]] std::filesystem::path erasure_list() const { return options_.outside / "erasures"; }
  [[nodiscard]] const std::string& postgresql() const { return options_.postgresql; }
  // A key of 32 octets in keys/<name>.key (lower case letters, digits, hyphens), made when it is missing.
  [[nodiscard]] crypto::SecretBytes key(std::string_view name);

 private:
  [[nodiscard]] base::Status settle_mode();
  [[nodiscard]] MasterKey master_key();
  void empty_uploads() const;
  DataFolderOptions options_;
  base::FileLock lock_;
  base::Random& random_;
  const base::Clock& clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Vault> vault_;
};

}  // namespace alting::store
