// The activity log: rows by party and by actor, written in batches behind the commit, and the pages read from them.
//
// A row says only where to look; what a page shows is opened from the sealed entries, so an erased entry leaves no name
// here. What has been committed but not yet written is answered from memory, so a page always holds everything that was
// acknowledged. A party's page holds what was done for it, and what concerns it (concerned.h), in the order of the log.
#pragma once
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ledger/log_store.h"
#include "ledger/pending.h"
#include "ledger/sealer.h"

namespace alting::ledger {

class ActivityFeed {
 public:
  ActivityFeed(store::Database& database, Sealer& sealer) : database_(database), sealer_(sealer) {}
  // The log that grows, with its present size: rows that a crash left unwritten are written by the next write().
  void begin(std::int64_t log, std::uint64_t size);
  void add(std::shared_ptr<PendingEntry> entry);  // in the order of positions
  void grow(std::uint64_t size);                  // the tree has this size, whoever holds its entries
  void write();                                   // writes all that waits; throws DatabaseError, and then keeps it
  [[nodiscard]] bool has_work() const;
  [[nodiscard]] ActivityPage page(const ActivityQuery& query);

 private:
  struct Row {
    std::int64_t place = 0;
    base::Uuid entry_id;
    std::int64_t party = 0, actor = 0;  // 0: none
    base::Instant at;
    EventKind kind{};
    std::string search;
  };
  [[nodiscard]] static std::optional<Row> row_of(std::int64_t place, const base::Uuid& id, const EntryText& text);
  [[nodiscard]] static Row row_of(const PendingEntry& entry);
  [[nodiscard]] static bool matches(const Row& row, const ActivityQuery& query, std::int64_t before);
  [[nodiscard]] static Activity activity_of(const EntryText& text, const base::Uuid& id, std::int64_t place);
  using Found = std::vector<std::pair<std::int64_t, Activity>>;  // with their places, newest first
  // At most `wanted` that stand before this place.
  [[nodiscard]] Found find(const ActivityQuery& query, std::int64_t before, std::size_t wanted);
  [[nodiscard]] Found find_concerning(const ActivityQuery& query, std::int64_t before, std::size_t wanted);
  void find_stored(Found& found, std::string_view select, const ActivityQuery& query, std::int64_t before,
                   std::size_t wanted);
  bool write_some();
  void write_rows(const std::vector<Row>& rows, std::int64_t to);

  store::Database& database_;
  Sealer& sealer_;
  std::mutex writing_;
  mutable std::mutex mutex_;
  std::int64_t log_ = 0;
  std::int64_t indexed_ = 0;  // every position below this has its row
  std::int64_t known_ = 0;    // the size of the tree as far as it was told
  std::deque<std::shared_ptr<PendingEntry>> waiting_;
};

// The words by which an entry is found in the log of who sees this text of it.
[[nodiscard]] std::string activity_words(const EntryText& text, std::string_view actor_name);

// The entry of a row, opened: nothing when its body was erased. What was erased of the actor is left out.
[[nodiscard]] std::optional<EntryText> open_entry(Sealer& sealer, const EntryRow& row);

}  // namespace alting::ledger
