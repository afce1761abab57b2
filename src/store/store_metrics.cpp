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

void measure_age(base::Metrics& metrics, const base::Clock& clock, Age age) {
  constexpr auto never = std::numeric_limits<double>::infinity();
  const auto seconds = std::make_shared<std::atomic<double>>(never);
  metrics.refresh_with(age.owner, [seconds, &clock, last = std::move(age.last)] {
    const auto at = last();
    *seconds = at ? static_cast<double>((clock.now() - *at).micros / 1'000'000) : never;
  });
  metrics.gauge_function(age.name, age.help, [seconds] { return seconds->load(); });
}

void count_data_folder(base::Metrics& metrics, DataFolder& folder, const base::Clock& clock) {
  count_writer(metrics, folder);
  count_keystore(metrics, folder);
  measure_age(metrics, clock,
              {.owner = "backup",
               .name = "alting_backup_age_seconds",
               .help = "Since the last backup that 'alting backup' made; +Inf: none.",
               .last = [&folder] { return last_backup(folder.database()); }});
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
