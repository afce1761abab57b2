// What an operator may set of privacy.
#pragma once
#include <cstdint>
#include <vector>

#include "base/setting.h"

namespace alting::privacy {

struct ErasureOptions {
  // Days for which copies of the database are kept from which what was erased could still be read: backups, and on
  // PostgreSQL the archive of its write-ahead log. 0: not said.
  std::int64_t backup_days = 0;
};

[[nodiscard]] std::vector<base::Setting> settings(ErasureOptions& into);

}  // namespace alting::privacy
