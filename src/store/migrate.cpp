#include "store/migrate.h"

#include "base/log.h"
#include "store/row_reader.h"
#include "store/sql.h"

namespace alting::store {
namespace {

constexpr std::string_view create_table =
    "CREATE TABLE IF NOT EXISTS schema_migration (room TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (room, number))";

// A migration takes as long as it takes, an index on a grown table some minutes; and so does waiting for the program
// that is at it. The limit that other statements have would refuse it at each start.
void lift_limit(Tx& tx, Engine engine) {
  if (engine == Engine::postgresql) tx.run("SET LOCAL statement_timeout = 0");
}

// Whether it was missing and is applied now. One program at a time: the lock is taken before the snapshot is.
bool apply(Tx& tx, Engine engine, std::string_view room, const Migration& migration, base::Instant now) {
  lift_limit(tx, engine);
  if (engine == Engine::postgresql) tx.run("LOCK TABLE schema_migration IN ACCESS EXCLUSIVE MODE");
  const auto there =
      tx.query_one("SELECT checksum FROM schema_migration WHERE room = ? AND number = ?", {room, migration.number});
  if (there) {
    if (read_one<std::string>(*there) == migration.checksum) return false;
    throw DatabaseError(fmt::format("migration {} {:04} {} was changed after it had been applied", room,
                                    migration.number, migration.name));
  }
  for (const auto& statement : split_statements(migration.sql)) {
    if (statement.find("DEFERRABLE") != std::string::npos) throw DatabaseError("DEFERRABLE in a migration");
    tx.run(statement);
  }
  tx.run("INSERT INTO schema_migration (room, number, name, checksum, applied_at) VALUES (?, ?, ?, ?, ?)",
         {room, migration.number, migration.name, migration.checksum, now});
  return true;
}

}  // namespace

int migrate(Database& database, const base::Clock& clock, const std::vector<RoomMigrations>& rooms) {
  const auto ensure_table = [&] {
    const auto made = database.write([&](Tx& tx) -> base::Status {
      lift_limit(tx, database.engine());
      tx.run(create_table);
      return {};
    });
    if (!made) throw DatabaseError("cannot make the table of migrations");
  };
  try {
    ensure_table();
  } catch (const DatabaseError&) {
    ensure_table();  // another node made it in the same moment
  }
  int applied = 0;
  for (const auto& room : rooms) {
    for (const auto& migration : room.all) {
      if (migration.only && *migration.only != database.engine()) continue;
      const auto done = database.write([&](Tx& tx) -> base::Result<bool> {
        return apply(tx, database.engine(), room.room, migration, clock.now());
      });
      if (!done || !*done) continue;
      ++applied;
      base::log(base::LogLevel::info, "store.migrated",
                {{"room", room.room}, {"number", migration.number}, {"name", migration.name}});
    }
  }
  return applied;
}

}  // namespace alting::store
