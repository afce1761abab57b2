// The epochs of the keystore in words, for `alting keys` and `alting doctor`.
#pragma once
#include <string>
#include <vector>

#include "store/vault.h"

namespace alting::main {

struct EpochWords {
  std::vector<std::string> lines;
  std::vector<std::string> faults;  // empty when all is as it should be
};
[[nodiscard]] EpochWords words_of_epochs(const std::vector<store::KeyEpoch>& all, base::Instant now);

}  // namespace alting::main
