// Whether something that was erased still lies somewhere: markers, looked for in every file of a folder, as octets, and in
// every column of a database. What is sealed or packed is not looked into: its key is what must be gone.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "store/catalogue.h"
#include "store/database.h"

namespace alting::main {

struct Trace {
  std::string place;       // "alting.db-wal", or "login_session.name" of a database
  std::size_t marker = 0;  // which of them, from 0
  std::int64_t times = 0;  // in a file, or rows of a column
  std::int64_t first = 0;  // octet of a file; of a column 0
};

inline constexpr std::size_t shortest_marker = 4, longest_marker = 4'096;  // octets

// In the order of the names; a file that goes away meanwhile is passed over. std::system_error for one that cannot be read.
[[nodiscard]] std::vector<Trace> traces_in_files(const std::filesystem::path& folder,
                                                 const std::vector<base::Bytes>& markers);
// Reads all of its tables: minutes for millions of rows.
[[nodiscard]] std::vector<Trace> traces_in_rows(store::Database& database, const store::Catalogue& catalogue,
                                                const std::vector<base::Bytes>& markers);

}  // namespace alting::main
