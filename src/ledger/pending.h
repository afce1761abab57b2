// What stays in memory of an entry from prepare() until its receipt is given and its activity row is written.
#pragma once
#include <atomic>
#include <memory>

#include "ledger/checkpoint.h"
#include "ledger/concerned.h"
#include "ledger/entry.h"
#include "ledger/log_store.h"
#include "ledger/receipt.h"

namespace alting::ledger {

// A tree that may be shown: it is durable, the checkpoint store knows it, and it is signed.
struct Published {
  Checkpoint checkpoint;
  std::string note;  // the signed checkpoint
  std::shared_ptr<const TreeView> view;
  std::shared_ptr<const std::vector<KeyStatement>> keys;
};

struct PendingEntry {
  base::Uuid id;
  NewEntry entry;
  EntryText text;
  EntryRow row;  // sealed; its place and time are set in before_commit, the sealed parts go once it is durable
  std::vector<ConcernedRow> concerned;  // sealed too
  Hash leaf;
  base::Instant committed_at;
  std::int64_t log = 0;
  std::int64_t position = -1;
  std::shared_ptr<const Published> published;  // the first tree that holds the entry; readable once `ready`
  std::atomic<bool> ready{false};
};

inline constexpr std::int64_t places_of_log = std::int64_t{1} << 40;
[[nodiscard]] inline std::int64_t place_of(std::int64_t log, std::int64_t position) {
  return log * places_of_log + position;
}

[[nodiscard]] inline base::Error ledger_error(base::ErrorKind kind, std::string code, std::string detail) {
  return base::make_error(kind, std::move(code), std::move(detail));
}

}  // namespace alting::ledger
