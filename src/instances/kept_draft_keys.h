// Before migration 5 an instance kept its draft's key when it was sent, since its caption was sealed under it, and with
// that key every save in old copies of the database stayed readable. This moves such captions to the submission's key
// and gives the draft's key up for erasure, some at a time, until the list of them is empty (docs/operator.md).
#pragma once
#include <cstdint>
#include <limits>

#include "instances/key_erasure.h"
#include "store/database.h"
#include "store/vault.h"

namespace alting::instances {

class KeptDraftKeys {
 public:
  KeptDraftKeys(store::Database& database, store::Vault& vault, KeyErasure& erasure)
      : database_(database), vault_(vault), erasure_(erasure) {}

  // Answers how many were given up for erasure, `most` or some more.
  std::int64_t retire(std::int64_t most = std::numeric_limits<std::int64_t>::max());

 private:
  store::Database& database_;
  store::Vault& vault_;
  KeyErasure& erasure_;
};

}  // namespace alting::instances
