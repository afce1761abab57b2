// The engine's public face: checkpoints, tiles and keys of all its logs, and the changing of keys.
#include <fmt/format.h>

#include <algorithm>

#include "ledger/engine.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "ledger/log_addresses.h"

namespace alting::ledger {

namespace {

using base::ErrorKind;

base::Error no_such() { return ledger_error(ErrorKind::not_found, "error.ledger.no_tile", "the log has no such tile"); }

bool ends_after(const TimedSigner& one, base::Instant at) { return !one.until || at < *one.until; }

}  // namespace

std::string Engine::verifier_key() const { return publisher_->current()->keys->back().vkey; }

std::string Engine::address() const {
  return options_.address.empty() ? std::string() : address_of(options_.address, row_.log, row_.origin);
}

std::shared_ptr<const KeyList> Engine::key_list() const {
  const std::lock_guard lock(listing_);
  return key_list_;
}

void Engine::list_keys_anew() {
  auto made = std::make_shared<const KeyList>(list_keys(database_, options_, signing_now(signers_, clock_.now())));
  const std::lock_guard lock(listing_);
  key_list_ = std::move(made);
}

// Puts the newest signed note into the database now and then: should the log ever have to end, it is what a restored
// database still has of what was signed.
void Engine::keep_note() {
  const std::lock_guard lock(keeping_);
  const auto note = publisher_->current()->note;
  if (note == kept_note_) return;
  (void)database_.write([&](store::Tx& tx) -> base::Status {
    set_note(tx, row_.log, note);
    return {};
  });
  kept_note_ = note;
}

base::Result<std::string> Engine::public_resource(std::string_view path) {
  if (path == "vkeys") return key_list()->text;
  if (path == "vkeys.json") return key_list()->json;
  const auto [log, rest] = log_of_path(path);
  return resource_of(log, rest);
}

base::Result<std::string> Engine::resource_of(std::int64_t log, std::string_view path) {
  const auto published = published_of(log);
  if (path == "succession") {
    const auto all = database_.read([](store::Tx& tx) { return logs(tx); });
    const auto row = std::ranges::find(all, log, &LogRow::log);
    if (row == all.end() || !row->succession || row->succession->empty()) return no_such();
    return *row->succession;
  }
  if (!published) return no_such();
  if (path == "checkpoint") return published->note;
  if (path == "vkey") return published->keys->back().vkey + "\n";
  return tile_of(log, *published, path);
}

base::Result<std::string> Engine::tile_of(std::int64_t log, const Published& published, std::string_view path) {
  const auto tile = TilePath::parse(path);
  const auto width = tile ? width_in(published.checkpoint.size, tile->entries ? 0 : tile->level, tile->number) : 0;
  if (!tile || width < tile->width) return no_such();
  const auto first = static_cast<std::int64_t>(tile->number * tile_width);
  if (tile->entries) {
    const auto all = database_.read([&](store::Tx& tx) { return commitments(tx, log, first, tile->width); });
    std::string bundle;
    for (std::size_t at = 0; at < all.size(); at += 32)
      (bundle += std::string("\0\x20", 2)) += std::string_view(all).substr(at, 32);
    return bundle;
  }
  auto found = published.view->find(tile->level, tile->number);
  if (!found && width == tile_width) found = loader(log)(tile->level, tile->number);
  if (!found) return no_such();
  return found->slots(tile->width);
}

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
  const auto now = clock_.now();
  const auto until = now + options_.key_overlap;
  // At most max_own_signatures keys sign, the new one among them: the oldest retire at once.
  const auto retiring = std::max<std::int64_t>(0, number + 1 - static_cast<std::int64_t>(max_own_signatures));
  NewEntry entry{EventKind::key_announced, now};
  entry.actor.kind = terms::ActorKind::system;
  entry.set(parameter::key, vkey);
  const auto prepared = prepare(std::move(entry));
  const auto announced = database_.write([&](store::Tx& tx) -> base::Result<EntryHandle> {
    auto handle = append(tx, prepared);
    insert_key(tx, row_.log, {.number = number, .vkey = vkey, .entry_id = handle.id});
    set_signs_until(tx, row_.log, number - 1, until);
    for (std::int64_t one = 0; one < retiring; ++one)
      if (ends_after(signers_[static_cast<std::size_t>(one)], now)) set_signs_until(tx, row_.log, one, now);
    return handle;
  });
  if (!announced) return announced.error();
  ALTING_TRY(receipt, await_receipt(*announced));
  const auto& pending = *announced->pending;
  // Under the key before alone: only its signature counts, and a receipt carries the announcements of all keys.
  const TlogProof proof{static_cast<std::uint64_t>(pending.position),
                        pending.published->view->prove(static_cast<std::uint64_t>(pending.position), loader(row_.log)),
                        pending.published->checkpoint.sign({signers_.back().signer})};
  KeyStatement statement{vkey, pending.text.canonical, pending.text.salt, proof.text()};
  ALTING_CHECK(database_.write([&](store::Tx& tx) -> base::Status {
    set_statement(tx, row_.log, number, write_key_statement(statement));
    return {};
  }));
  keys_.push_back(std::move(statement));
  for (std::int64_t one = 0; one < retiring; ++one) {
    auto& old = signers_[static_cast<std::size_t>(one)];
    if (ends_after(old, now)) old.until = now;
  }
  signers_.back().until = until;
  signers_.push_back({std::move(signer), std::nullopt});
  publisher_->change_keys(signers_, keys_);
  list_keys_anew();
  return vkey;
}

}  // namespace alting::ledger
