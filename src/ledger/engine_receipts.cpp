// The part of the engine that answers: receipts, tiles, keys, erasure.
#include <fmt/format.h>

#include "base/log.h"
#include "ledger/engine.h"

namespace alting::ledger {

namespace {

using base::ErrorKind;

constexpr auto receipt_patience = std::chrono::seconds(2);

std::string receipt_json(const EntryText& text, std::int64_t position, const Published& published,
                         const TreeView::Loader& load) {
  const TlogProof proof{static_cast<std::uint64_t>(position),
                        published.view->prove(static_cast<std::uint64_t>(position), load), published.note};
  return write_receipt(text, *published.keys, proof.text());
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
  if (!pending.ready.load(std::memory_order_acquire))
    return ledger_error(ErrorKind::unavailable, "error.ledger.proof_follows",
                        "the entry is durable; its proof follows");
  return receipt_of(pending);
}

Receipt Engine::receipt_of(const PendingEntry& pending) const {
  return {pending.id, pending.position, pending.committed_at,
          receipt_json(pending.text, pending.position, *pending.published, loader(pending.log))};
}

base::Result<Receipt> Engine::receipt(const base::Uuid& entry_id) {
  const auto row = database_.read([&](store::Tx& tx) { return entry(tx, entry_id); });
  if (!row) return ledger_error(ErrorKind::not_found, "error.ledger.no_entry", "there is no such entry");
  const auto text = open_entry(sealer_, *row);
  if (!text)
    return ledger_error(ErrorKind::gone, "error.ledger.erased",
                        "the entry was erased; its number in the log says nothing");
  const auto published = published_of(row->log);
  if (!row->position || !published || static_cast<std::uint64_t>(*row->position) >= published->checkpoint.size)
    return ledger_error(ErrorKind::unavailable, "error.ledger.proof_follows",
                        "the entry is durable; its proof follows");
  return Receipt{row->entry_id, *row->position, row->committed_at,
                 receipt_json(*text, *row->position, *published, loader(row->log))};
}

// The newest tree of a log. One that has ended stands still: it is signed again by its last key, which gives the same
// signature.
std::shared_ptr<const Published> Engine::published_of(std::int64_t log) {
  if (log == row_.log) return publisher_->current();
  const std::lock_guard lock(old_logs_);
  auto& known = of_old_logs_[log];
  if (known) return known;
  auto found = database_.read([&](store::Tx& tx) -> std::shared_ptr<const Published> {
    for (const auto& row : logs(tx)) {
      if (row.log != log) continue;
      auto statements = std::make_shared<std::vector<KeyStatement>>();
      for (const auto& key : keys(tx, log))
        if (key.statement) statements->push_back(read_key_statement(*key.statement).value());
      const auto signer = signing_keys_.load(log, static_cast<std::int64_t>(statements->size()) - 1);
      if (!signer) return nullptr;
      const auto view = load_tree(tx, log, row.size).view();
      const Checkpoint checkpoint{row.origin, view->size(), view->root()};
      return std::make_shared<const Published>(Published{checkpoint, checkpoint.sign({*signer}), view, statements});
    }
    return nullptr;
  });
  return known = std::move(found);
}

base::Result<std::string> Engine::public_resource(std::string_view path) {
  const auto published = publisher_->current();
  if (path == "checkpoint") return published->note;
  if (path == "vkey") return verifier_key() + "\n";
  const auto tile = TilePath::parse(path);
  const auto width = tile ? width_in(published->checkpoint.size, tile->entries ? 0 : tile->level, tile->number) : 0;
  if (!tile || width < tile->width)
    return ledger_error(ErrorKind::not_found, "error.ledger.no_tile", "the log has no such tile");
  const auto first = static_cast<std::int64_t>(tile->number * tile_width);
  if (tile->entries) {
    const auto all = database_.read([&](store::Tx& tx) { return commitments(tx, row_.log, first, tile->width); });
    std::string bundle;
    for (std::size_t at = 0; at < all.size(); at += 32)
      (bundle += std::string("\0\x20", 2)) += std::string_view(all).substr(at, 32);
    return bundle;
  }
  auto found = published->view->find(tile->level, tile->number);
  if (!found && width == tile_width) found = loader(row_.log)(tile->level, tile->number);
  if (!found) return ledger_error(ErrorKind::not_found, "error.ledger.no_tile", "the log has no such tile");
  return found->slots(tile->width);
}

std::string Engine::verifier_key() const { return publisher_->current()->keys->back().vkey; }

// The steps, each durable before the next: the secret's file; the announcement with its row; a checkpoint with the
// announcement in it, signed by the old key; the proof of that in the new key's row. Only then does the new key sign. A
// start after a crash between them goes on from the row (start.cpp).
base::Result<std::string> Engine::rotate_key() {
  const std::lock_guard lock(rotating_);
  const auto number = static_cast<std::int64_t>(keys_.size());
  if (keys_.size() >= max_keys)
    return ledger_error(ErrorKind::conflict, "error.ledger.too_many_keys",
                        "this log has had its last key: begin a new origin");
  ALTING_TRY(signer, signing_keys_.load_or_make(row_.log, number, row_.origin, random_));
  auto vkey = signer.verifier().text();
  const auto until = clock_.now() + options_.key_overlap;
  const auto announced = database_.write([&](store::Tx& tx) -> base::Result<EntryHandle> {
    NewEntry entry{EventKind::key_announced, clock_.now()};
    entry.actor.kind = terms::ActorKind::system;
    entry.parameters.set("key", vkey);
    auto handle = append(tx, std::move(entry));
    insert_key(tx, row_.log, {number, vkey, handle.id, {}, {}});
    set_signs_until(tx, row_.log, number - 1, until);
    return handle;
  });
  if (!announced) return announced.error();
  ALTING_TRY(receipt, await_receipt(*announced));
  const auto& pending = *announced->pending;
  const TlogProof proof{static_cast<std::uint64_t>(pending.position),
                        pending.published->view->prove(static_cast<std::uint64_t>(pending.position), loader(row_.log)),
                        pending.published->note};
  KeyStatement statement{vkey, pending.text.canonical, pending.text.salt, proof.text()};
  ALTING_CHECK(database_.write([&](store::Tx& tx) -> base::Status {
    set_statement(tx, row_.log, number, write_key_statement(statement));
    return {};
  }));
  keys_.push_back(std::move(statement));
  signers_.back().until = until;
  signers_.push_back({std::move(signer), std::nullopt});
  publisher_->change_keys(signers_, keys_);
  return vkey;
}

}  // namespace alting::ledger
