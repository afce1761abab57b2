// The part of the engine that makes receipts. Each is verified as its owner would before it is handed out.
#include <algorithm>

#include "base/log.h"
#include "ledger/ended_log.h"
#include "ledger/engine.h"
#include "ledger/verify.h"

namespace alting::ledger {

namespace {

using base::ErrorKind;

constexpr auto receipt_patience = std::chrono::seconds(2);

base::Error proof_follows() {
  return ledger_error(ErrorKind::unavailable, "error.ledger.proof_follows", "the entry is durable; its proof follows");
}

std::string first_refuted(const Verification& verification) {
  for (const auto& finding : verification.findings)
    if (finding.verdict == Verdict::refuted) return finding.detail;
  return "its signer is not this log";
}

// Nothing when the receipt would not verify under the log's own key: a receipt that says "broken" would make its owner
// doubt what was sent, so there is none until the fault is found.
base::Result<std::string> receipt_json(const base::Uuid& id, const EntryText& text, std::int64_t position,
                                       const Published& published, const TreeView::Loader& load, GoodSignatures& good,
                                       bool with_identity = false) {
  const TlogProof proof{static_cast<std::uint64_t>(position),
                        published.view->prove(static_cast<std::uint64_t>(position), load), published.note};
  auto json = write_receipt(text, *published.keys, proof.text(), with_identity);
  const auto verification = verify_receipt(json, {}, {published.keys->back().vkey}, &good);
  if (verification.overall == Verification::Overall::verified) return json;
  const auto reason = first_refuted(verification), entry = id.text();
  base::log(base::LogLevel::error, "ledger.receipt_unsound",
            {{"entry", std::string_view(entry)}, {"reason", std::string_view(reason)}});
  return proof_follows();
}

}  // namespace

TreeView::Loader Engine::loader(std::int64_t log) const {
  return [this, log](unsigned level, std::uint64_t number) -> std::shared_ptr<const Tile> {
    auto tile = database_.read([&](store::Tx& tx) { return load_tile(tx, log, level, number); });
    if (!tile) throw store::DatabaseError("a tile of the log is missing in the database");
    return tile;
  };
}

base::Result<Receipt> Engine::await_receipt(const EntryHandle& handle) {
  if (!handle.pending) return receipt(handle.id);
  auto& pending = *handle.pending;
  if (!pending.ready.load(std::memory_order_acquire)) {
    std::unique_lock lock(waking_);
    ready_.wait_for(lock, receipt_patience,
                    [&] { return pending.ready.load(std::memory_order_acquire) || publisher_->halted(); });
  }
  if (!pending.ready.load(std::memory_order_acquire)) return proof_follows();
  auto made = receipt_of(pending);
  return made ? std::move(made) : receipt(handle.id);  // from what is durable, in the newest tree
}

base::Result<Receipt> Engine::receipt_of(const PendingEntry& pending) const {
  ALTING_TRY(json, receipt_json(pending.id, pending.text, pending.position, *pending.published, loader(pending.log),
                                good_signatures_));
  return Receipt{pending.id, pending.position, pending.committed_at, std::move(json)};
}

base::Result<Receipt> Engine::receipt(const base::Uuid& entry_id) { return receipt_from_rows(entry_id, false); }

base::Result<Receipt> Engine::receipt_with_identity(const base::Uuid& entry_id) {
  return receipt_from_rows(entry_id, true);
}

base::Result<Receipt> Engine::receipt_from_rows(const base::Uuid& entry_id, bool with_identity) {
  const auto row = database_.read([&](store::Tx& tx) { return entry(tx, entry_id); });
  if (!row) return ledger_error(ErrorKind::not_found, "error.ledger.no_entry", "there is no such entry");
  const auto text = open_entry(sealer_, *row);
  if (!text)
    return ledger_error(ErrorKind::gone, "error.ledger.erased",
                        "the entry was erased; its number in the log says nothing");
  const auto published = published_of(row->log);
  const bool held =
      row->position && published && static_cast<std::uint64_t>(*row->position) < published->checkpoint.size;
  if (!held && row->log != row_.log)
    return ledger_error(ErrorKind::gone, "error.ledger.ended",
                        "the log has ended, and what is kept of it does not prove this entry");
  if (!held) return proof_follows();
  ALTING_TRY(json, receipt_json(row->entry_id, *text, *row->position, *published, loader(row->log), good_signatures_,
                                with_identity));
  return Receipt{row->entry_id, *row->position, row->committed_at, std::move(json)};
}

// The newest tree of a log. One that has ended stands still, under the note that was kept of it.
std::shared_ptr<const Published> Engine::published_of(std::int64_t log) {
  if (log == row_.log) return publisher_->current();
  if (log < 1 || log > row_.log) return nullptr;
  const std::lock_guard lock(old_logs_);
  if (const auto known = of_old_logs_.find(log); known != of_old_logs_.end()) return known->second;
  const auto all = database_.read([](store::Tx& tx) { return logs(tx); });
  const auto row = std::ranges::find(all, log, &LogRow::log);
  return of_old_logs_[log] = row == all.end() ? nullptr : open_ended(database_, *row);
}

}  // namespace alting::ledger
