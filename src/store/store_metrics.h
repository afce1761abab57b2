// What of the data folder is counted (docs/operator.md): the SQLite writer's queue, the keystore, the last backup.
#pragma once
#include <optional>

#include "base/metrics.h"
#include "store/data_folder.h"

namespace alting::store {

// All must outlive the metrics' last reading.
void count_data_folder(base::Metrics& metrics, DataFolder& folder, const base::Clock& clock);

// When back_up() was done last. Stands in the database, so that every process knows, and a copy knows of the one before.
[[nodiscard]] std::optional<base::Instant> last_backup(Database& database);
void note_backup(Database& database, base::Instant at);

}  // namespace alting::store
