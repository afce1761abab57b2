#include "store/sweep_conditions.h"

#include <fmt/format.h>

#include <set>

#include "base/log.h"
#include "store/row_reader.h"
#include "store/setting_row.h"

namespace alting::store {
namespace {

constexpr std::string_view held_until = "keys_held_until";
constexpr auto max_drift = base::Duration::days(1);  // the least age at which anything goes

base::Instant held_to(Tx& tx) { return instant_in(read_setting(tx, held_until).value_or("")); }

// "ROOM NUMBER" of one that this program does not have; empty: it has them all.
std::string unknown_migration(Tx& tx, const std::vector<RoomMigrations>& rooms) {
  std::set<std::pair<std::string_view, std::int64_t>> known;
  for (const auto& room : rooms)
    for (const auto& migration : room.all) known.emplace(room.room, migration.number);
  for (const auto& row : tx.query("SELECT room, number FROM schema_migration ORDER BY room, number")) {
    const auto [room, number] = read_row<std::string, std::int64_t>(row);
    if (!known.contains(std::pair(std::string_view(room), number))) return fmt::format("{} {}", room, number);
  }
  return {};
}

}  // namespace

SweepConditions::SweepConditions(Database& database, const base::Clock& clock, SweepOptions options)
    : database_(database),
      clock_(clock),
      options_(std::move(options)),
      began_(clock.now()),
      steady_began_(steady_now()) {}

std::chrono::nanoseconds SweepConditions::steady_now() const {
  return options_.steady ? options_.steady() : std::chrono::steady_clock::now().time_since_epoch();
}

std::string SweepConditions::why_not() const {
  const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(steady_now() - steady_began_).count();
  const auto drift = (clock_.now() - began_).micros - passed;
  if (drift > max_drift.micros || drift < -max_drift.micros)
    return "the system's clock has jumped by more than a day since the program started";
  struct Found {
    base::Instant held;
    std::string unknown;
  };
  const auto found =
      database_.read([&](Tx& tx) { return Found{held_to(tx), unknown_migration(tx, options_.migrations)}; });
  if (clock_.now() < found.held) return "held until " + base::to_rfc3339(found.held);
  if (!found.unknown.empty()) return "the database has a migration that this program does not know: " + found.unknown;
  if (!options_.database_is_newest || !options_.database_is_newest())
    return "the log has halted, or the database is behind the checkpoint store";
  return {};
}

bool SweepConditions::met() {
  auto reason = why_not();
  if (reason != said_ && !reason.empty())
    base::log(base::LogLevel::warning, "store.sweeping_waits", {{"because", std::string_view(reason)}});
  said_ = std::move(reason);
  return said_.empty();
}

void hold_sweeping(Tx& tx, base::Instant until) {
  if (until <= held_to(tx)) return;
  write_setting(tx, held_until, std::to_string(until.micros));
}

}  // namespace alting::store
