// A log that has ended, or is about to: what may be shown of it for ever.
//
// It is signed a last time only while the checkpoint store still vouches for its tree. After that its last note is kept
// in the database and served as it is; its key is not looked at again.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint_guard.h"
#include "ledger/log_store.h"
#include "ledger/make_ledger.h"
#include "ledger/pending.h"
#include "ledger/signing_keys.h"

namespace alting::ledger {

struct Ending {
  std::string note;                  // the newest signed checkpoint whose tree the database holds; "": there is none
  Checkpoint known;                  // the newest state that is known to have been signed
  std::optional<NoteSigner> signer;  // the log's last key; nothing when it is lost
};

// `guarded` is what the checkpoint store holds of this log, or held when it was put aside.
[[nodiscard]] Ending end_of(store::Database& database, const SigningKeys& keys, const LogRow& row,
                            const std::optional<Checkpoint>& guarded);
// Lets the store know the database's whole tree first, where that tree goes on from the one it knows.
[[nodiscard]] Ending end_log(store::Database& database, const SigningKeys& keys, const LogRow& row,
                             CheckpointGuard& guard);

// The newest state of a log in the checkpoint store and in what was put aside of it.
[[nodiscard]] std::optional<Checkpoint> kept_state(const std::filesystem::path& guard, std::string_view origin);

// The statement that `next` follows the log that ended; nothing when a key for it is missing.
[[nodiscard]] std::optional<std::string> tie(const Ending& ended, const SigningKeys& keys, const LogRow& next);

// Ended logs of before their last notes were kept: does now, once, what begin_new_origin() does since.
void settle_ended_logs(store::Database& database, const LedgerOptions& options, const std::vector<LogRow>& all);

// Of a log that has ended; nothing when there is nothing to show.
[[nodiscard]] std::shared_ptr<const Published> open_ended(store::Database& database, const LogRow& row);

// The statements of the keys that are in use, in order.
[[nodiscard]] std::vector<KeyStatement> statements_of(const std::vector<KeyRow>& keys);

}  // namespace alting::ledger
