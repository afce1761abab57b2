#include "store/store_metrics.h"

#include <atomic>
#include <limits>
#include <memory>

#include "store/setting_row.h"
#include "store/sqlite.h"

namespace alting::store {
namespace {

constexpr std::string_view backup_setting = "last_backup_at";

void count_keystore(base::Metrics& metrics, DataFolder& folder) {
  metrics.refresh_with(
      "keystore",
      [&metrics, &folder] {
        const auto counts = folder.vault().counts();
        metrics.gauge("alting_keystore_wraps", "Wraps of documents' keys, one for each holder.").set(counts.wraps);
        metrics.gauge("alting_keystore_erased", "Wraps that were erased and are remembered.").set(counts.erased);
      },
      std::chrono::minutes(10));  // it counts rows
  metrics.gauge_function("alting_keystore_waiting", "Writes that wait for the keystore.",
                         [&folder] { return static_cast<double>(folder.vault().writes_waiting()); });
}

void count_writer(base::Metrics& metrics, DataFolder& folder) {
  if (const auto* sqlite = dynamic_cast<SqliteDatabase*>(&folder.database()))
    metrics.gauge_function("alting_writer_waiting", "Transactions that wait for SQLite's writer.",
                           [sqlite] { return static_cast<double>(sqlite->counters().waiting); });
}

}  // namespace

void count_data_folder(base::Metrics& metrics, DataFolder& folder, const base::Clock& clock) {
  count_writer(metrics, folder);
  count_keystore(metrics, folder);
  constexpr auto never = std::numeric_limits<double>::infinity();  // so that an alert for too old a one rings
  const auto age = std::make_shared<std::atomic<double>>(never);
  metrics.refresh_with("backup", [age, &folder, &clock] {
    const auto last = last_backup(folder.database());
    *age = last ? static_cast<double>((clock.now() - *last).micros / 1'000'000) : never;
  });
  metrics.gauge_function("alting_backup_age_seconds", "Since the last backup that 'alting backup' made; +Inf: none.",
                         [age] { return age->load(); });
}

std::optional<base::Instant> last_backup(Database& database) {
  const auto text = database.read([](Tx& tx) { return read_setting(tx, backup_setting); });
  if (!text) return std::nullopt;
  return base::from_rfc3339(*text);
}

void note_backup(Database& database, base::Instant at) {
  const auto noted = database.write([&](Tx& tx) -> base::Status {
    write_setting(tx, backup_setting, base::to_rfc3339(at));
    return {};
  });
  if (!noted) throw DatabaseError("the backup's time was not kept");
}

}  // namespace alting::store
