// Forgetting an entry, who acted in it, or what one party sees of it. The tree keeps its number, and every receipt of
// other entries still verifies.
//
// One erasure is, exactly:
//   1. erasure list   a durable line that says what is meant: "entry <id> <part> <keys>". From here on a restore does
//                     it again.
//   2. commit         the row loses what is erased, only when it still is as it was read; its row of the activity log
//                     too, and the parts of whom it concerns; and the keys it lay under are written down as still to be
//                     erased (ledger_erasure)
//   3. keystore       the keys are erased, in every backup too (store/keystore.h)
//   4. commit         they are written down no more
// A kill after 2 leaves what is written down, and finish_due() goes on from there. A kill before leaves a line that says
// more than was done: whoever asked was told nothing, and asks again.
//
// A key that others may lie under (see sealer.h; before keys of their own, lasting entries shared theirs too) goes only
// when nothing is sealed under it any more, an hour after its day: then what still lies under it is sealed again, a few
// rows at a time, each only when it still is as it was read.
//
// Ending what is past its retention (expiry.cpp) is the same for whole days, whose keys go with all that lies under them.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/concerned.h"
#include "ledger/ledger.h"
#include "ledger/log_store.h"
#include "ledger/sealer.h"

namespace alting::ledger {

class Eraser {
 public:
  Eraser(store::Database& database, store::Vault& vault, Sealer& sealer, const base::Clock& clock)
      : database_(database), vault_(vault), sealer_(sealer), clock_(clock) {}
  // not_found, or unavailable for an entry without a place. What has been erased before is no error.
  [[nodiscard]] base::Status erase(const std::vector<base::Uuid>& entries, ErasedPart part);
  [[nodiscard]] base::Status erase_for(const std::vector<base::Uuid>& entries, terms::PartyId party);
  [[nodiscard]] base::Result<Expired> expire(Retention retention, base::Instant before, std::int64_t max_count,
                                             const CountExpired& count);
  // Erases the keys whose time has come.
  void finish_due();
  // After a restore, before the keys of the lists go: erases again what their lines say, and seals again what lies here
  // under one of the keys they name, and is not meant. Lines of others, and those cut off, are passed over. Answers how
  // many entries were erased.
  int replay(std::string_view list);

 private:
  using Keys = std::vector<base::Uuid>;
  // What is meant by an erasure: a part of the entry, or what one party sees of it.
  struct Meant {
    ErasedPart part{};
    std::optional<terms::PartyId> only_for = {};
  };
  struct Line {  // of the erasure list
    base::Uuid entry;
    Meant meant;
    Keys keys;
  };
  struct Sealed {  // all that is stored of an entry
    EntryRow row;
    std::vector<ConcernedRow> concerned;
  };
  struct ErasedKey {
    base::Uuid key;
    bool shared = false;
  };
  struct Change {
    EntryRow before, after;
    std::vector<ConcernedRow> concerned;  // those that go
    std::vector<ErasedKey> keys;          // that what is erased lies under
    bool activity_goes = false, words_go = false;
  };
  [[nodiscard]] static std::string line_of(const base::Uuid& id, const Meant& meant, const Change& change);
  [[nodiscard]] static std::optional<Line> read_line(std::string_view line);
  [[nodiscard]] std::optional<Sealed> find(const base::Uuid& id);
  [[nodiscard]] Change change_of(const Sealed& sealed, const Meant& meant);
  void forget_actor(const Sealed& sealed, Change& change);
  void forget_for(const Sealed& sealed, terms::PartyId party, Change& change);
  [[nodiscard]] base::Status erase_what(const std::vector<base::Uuid>& entries, const Meant& meant);
  [[nodiscard]] base::Result<Keys> empty(const base::Uuid& id, const Meant& meant);
  // False, and nothing is changed, when the rows are not as they were read. Shared keys are due an hour after their day.
  [[nodiscard]] bool write(const Change& change, base::Instant now);
  void seal_rest_again(const base::Uuid& key);
  void finish(const Keys& keys);
  void finish(const Keys& keys, store::ErasureBatch& batch);
  void finish_all_due();  // with mutex_ held

  // Of expiry.cpp. `End` says which entries end, and when the keys of the run are due.
  using Lock = std::unique_lock<std::mutex>;  // of mutex_; let go between two pieces
  struct End {
    Retention retention{};
    base::Instant day;     // entries of this day and later ones stay
    base::Instant before;  // nothing younger ends, whatever it lies under
    base::Instant keys_due;
    bool is_listed = false;  // it was read in the erasure list
    CountExpired count = {};
  };
  struct Expiring {
    EntryRow row;
    std::vector<ConcernedRow> concerned;
    std::optional<Retention> retention;  // nothing: it does not end
  };
  // Entries that stay though older ones stand behind them: of a clock that stood ahead. The first of them is written down
  // as how far the log has come, so that each ends in its own time; how far it has come behind them is known here, until
  // the earliest is due, and found out again after a start.
  struct PassedOver {
    std::int64_t first = -1;  // position; -1: none
    std::int64_t next = 0;    // behind them, and behind all that has ended there
    base::Instant earliest{};
  };
  [[nodiscard]] End end_of(Retention retention, base::Instant before) const;
  [[nodiscard]] static std::string line_of(const End& end);
  [[nodiscard]] std::optional<End> read_expiry(std::string_view line) const;
  Expired end_days(const End& end, std::int64_t max_count, Lock& lock);
  [[nodiscard]] bool end_piece(const LogRow& log, const End& end, Expired& expired);
  [[nodiscard]] std::vector<Expiring> read_piece(std::int64_t log, std::int64_t from);
  [[nodiscard]] std::optional<Retention> retention_of(const EntryRow& row, const std::vector<ConcernedRow>& concerned,
                                                      std::string_view kind_name);
  [[nodiscard]] bool write_ended(const std::vector<Sealed>& ended, const End& end,
                                 const std::function<void(store::Tx&)>& also);
  [[nodiscard]] bool finish_piece(const End& end, Expired& expired, store::ErasureBatch& batch);
  std::int64_t end_rest(const base::Uuid& key, const End& end);

  store::Database& database_;
  store::Vault& vault_;
  Sealer& sealer_;
  const base::Clock& clock_;
  std::mutex mutex_;  // one at a time in this process; other processes are seen by the conditions of the updates
  std::map<std::pair<std::int64_t, Retention>, PassedOver> passed_over_;  // by log
};

// For a restore, before the keys of the lists go. No Ledger is open on the database, and its tables are up to date.
int replay_erasures(store::Database& database, store::Vault& vault, const base::Clock& clock,
                    const std::vector<base::Bytes>& lists);

}  // namespace alting::ledger
