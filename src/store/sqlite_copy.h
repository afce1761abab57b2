// A consistent copy of an SQLite database into a new file, while it is in use.
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "store/sqlite_connection.h"

namespace alting::store {

// `source` is inside a read transaction, whose snapshot is copied, some thousand pages at a time: between the steps
// `give_up` is asked whether to end with a DatabaseError. What is returned from is synced, and was read back whole and
// found sound; the next who reads the file reads the disk. `vfs` is "" but in tests.
void copy_sqlite(SqliteConnection& source, const std::filesystem::path& target, const std::string& vfs,
                 const std::function<bool()>& give_up);

}  // namespace alting::store
