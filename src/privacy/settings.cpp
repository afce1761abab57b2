#include "privacy/settings.h"

namespace alting::privacy {

std::vector<base::Setting> settings(ErasureOptions& into) {
  return {
      base::whole("erasure.backup_days", into.backup_days, {0, 400},
                  "days for which backups of the database are kept, and with PostgreSQL the archive of its write-ahead "
                  "log: the page on privacy says that what is erased lies there so long. `0`: nothing is said, "
                  "and `alting doctor` asks for it in production")};
}

}  // namespace alting::privacy
