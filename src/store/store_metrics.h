// What of the data folder is counted (docs/operator.md): the SQLite writer's queue, the keystore, the last backup.
#pragma once
#include <functional>
#include <optional>
#include <string_view>

#include "base/metrics.h"
#include "store/data_folder.h"

namespace alting::store {

// A gauge of the seconds since `last`; +Inf when that never was, so that an alert for too long ago rings then too. All
// must outlive the metrics' last reading.
struct Age {
  std::string_view owner, name, help;  // refresh_with()'s, and the gauge's
  std::function<std::optional<base::Instant>()> last;
};
void measure_age(base::Metrics& metrics, const base::Clock& clock, Age age);

// All must outlive the metrics' last reading.
void count_data_folder(base::Metrics& metrics, DataFolder& folder, const base::Clock& clock);

// When back_up() was done last. Stands in the database, so that every process knows, and a copy knows of the one before.
[[nodiscard]] std::optional<base::Instant> last_backup(Database& database);
void note_backup(Database& database, base::Instant at);

}  // namespace alting::store
