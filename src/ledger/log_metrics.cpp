#include "ledger/log_metrics.h"

#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "store/row_reader.h"

namespace alting::ledger {
namespace {

struct LogState {
  std::int64_t entries = 0;
  std::optional<base::Instant> oldest_unsigned;
};

// `signed_size`: of the newest log, as its published checkpoint says. Each is a look-up in an index.
LogState state_of(store::Tx& tx, std::int64_t signed_size) {
  LogState state;
  std::int64_t newest = 0;
  for (const auto& row : tx.query("SELECT log, size FROM ledger_log ORDER BY log")) {
    const auto [log, size] = store::read_row<std::int64_t, std::int64_t>(row);
    newest = log;
    state.entries += size;
  }
  if (const auto row = tx.query_one("SELECT min(committed_at) FROM ledger_entry WHERE position IS NULL"))
    state.oldest_unsigned = store::read_one<std::optional<base::Instant>>(*row);
  if (const auto row =
          tx.query_one("SELECT committed_at FROM ledger_entry WHERE log = ? AND position = ?", {newest, signed_size})) {
    const auto committed_at = store::read_one<base::Instant>(*row);
    state.oldest_unsigned = std::min(state.oldest_unsigned.value_or(committed_at), committed_at);
  }
  return state;
}

std::int64_t size_in(std::string_view signed_checkpoint) {
  const auto note = SignedNote::parse(signed_checkpoint);
  const auto checkpoint = note ? Checkpoint::parse(note->text) : std::nullopt;
  return checkpoint ? static_cast<std::int64_t>(checkpoint->size) : 0;
}

// The checkpoint first: what is signed between the two is then counted as waiting, and never the other way round.
LogState state_now(const Ledger& ledger, store::Database& database) {
  const auto size = size_in(ledger.checkpoint());
  return database.read([&](store::Tx& tx) { return state_of(tx, size); });
}

base::Duration lag_of(const LogState& state, base::Instant now) {
  return now - std::min(now, state.oldest_unsigned.value_or(now));
}

}  // namespace

void count_log(base::Metrics& metrics, const Ledger& ledger, store::Database& database, const base::Clock& clock) {
  metrics.gauge_function("alting_ledger_halted", "1 when the log has halted: nothing more is signed.",
                         [&ledger] { return ledger.halted() ? 1.0 : 0.0; });
  metrics.refresh_with("log", [&metrics, &ledger, &database, &clock] {
    const auto state = state_now(ledger, database);
    metrics.gauge("alting_ledger_entries", "Entries that have their place in the log, of all its origins.")
        .set(state.entries);
    metrics
        .gauge("alting_ledger_signing_lag_seconds",
               "How long the oldest entry has waited that no published checkpoint covers.")
        .set(lag_of(state, clock.now()).micros / 1'000'000);
  });
}

base::Duration signing_lag(const Ledger& ledger, store::Database& database, const base::Clock& clock) {
  return lag_of(state_now(ledger, database), clock.now());
}

}  // namespace alting::ledger
