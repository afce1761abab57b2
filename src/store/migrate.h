// Migrations: numbered, checksummed, forward only, embedded in the program.
//
// How a room gets its tables:
//   1. src/ROOM/migrations/0001_what_it_does.sql, 0002_... : plain SQL that both engines take (see database.h:
//      BIGINT, TEXT, {blob}).
//      Each statement ends with ';' at the end of a line. Where the engines differ: 0003_x.sqlite.sql beside
//      0003_x.postgresql.sql.
//   2. in src/ROOM/CMakeLists.txt, after alting_room(ROOM USES ... store ...), the line alting_migrations(ROOM).
//   3. #include "ROOM/migrations.h" (generated) gives alting::ROOM::migrations(). `main` passes all
//      rooms' to migrate()
//      in the order of the rooms; a test passes what it needs:
//        auto temp = store::testing::TempDatabase(store::Engine::sqlite);
//        store::migrate(temp.database(), clock, {store::migrations(), ROOM::migrations()});
//   4. Every column stands in src/ROOM/catalogue.toml (script/lib/catalogue.py says the form; the build
//      checks it).
// A migration that has been landed is never edited: the changed checksum refuses to start. Add the next number instead.
// Expand before you contract: schema N serves the program before it too. No DEFERRABLE constraints: a commit holds many
// transactions, and one must not fail the others.
#pragma once
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/database.h"

namespace alting::store {

struct Migration {
  int number;
  std::string_view name;
  std::optional<Engine> only;  // nothing: the same on both
  std::string_view checksum;   // hex SHA-256 of the file
  std::string_view sql;
};
struct RoomMigrations {
  std::string_view room;
  std::span<const Migration> all;  // in order of number
};

// Applies what is missing, each in a transaction of its own, in the order given. Answers how many were applied.
// DatabaseError when one that was applied has another checksum now, or when one fails (what was before it stays).
// Migrations in the database that this program does not know are left alone: a newer program made them.
int migrate(Database& database, const base::Clock& clock, const std::vector<RoomMigrations>& rooms);

}  // namespace alting::store
