// Verifies a whole log again from what is stored: after every test, by the kill harness, by `alting log check`.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/vault.h"

namespace alting::ledger {

struct Recheck {
  std::int64_t logs = 0;
  std::int64_t entries = 0;  // in the tree
  std::int64_t opened = 0;   // of those, sealed bodies opened and compared with their commitment
  std::int64_t erased = 0;
  std::int64_t waiting = 0;         // accepted, without an index yet (PostgreSQL)
  std::vector<std::string> faults;  // English, without personal data, the first max_faults; empty: the log is whole
  std::int64_t more_faults = 0;
  bool stopped = false;  // before its end
};
inline constexpr std::size_t max_faults = 1000;

struct RecheckProgress {
  std::string_view origin;
  std::int64_t entries = 0;  // looked at in this log
  std::int64_t of = 0;
};
using OnRecheck = std::function<bool(const RecheckProgress&)>;  // false: stop

// Every leaf, tile and root; with a vault also every stored entry against its commitment, its digests and its
// disclosures, what it says to those it concerns against the entry, and the activity rows; with `guard` also that the tree begins with what was signed. Reads the whole log
// in pieces, beside whoever writes it.
[[nodiscard]] Recheck recheck(store::Database& database, store::Vault* vault = nullptr,
                              const std::optional<std::filesystem::path>& guard = {},
                              const OnRecheck& on_progress = {});

}  // namespace alting::ledger
