// A vault in a temporary folder, for tests.
#pragma once
#include <memory>

#include "base/random.h"
#include "base/time.h"
#include "store/testing/temp_database.h"
#include "store/vault.h"

namespace alting::store::testing {

class TempVault {
 public:
  TempVault() { reopen(); }
  [[nodiscard]] Vault& vault() { return *vault_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  void reopen() {
    vault_.reset();
    vault_ = open_vault({.keystore = folder_.path() / "keystore.db",
                         .blobs = folder_.path() / "blobs",
                         .erasure_list = folder_.path() / "erasures"},
                        crypto::SecretBytes(std::string(32, 'm')), random_, clock_);
  }

 private:
  TempFolder folder_;
  base::SystemRandom random_;
  base::SystemClock clock_;
  std::unique_ptr<Vault> vault_;
};

}  // namespace alting::store::testing
