#include "ledger/eraser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/log.h"
#include "base/text.h"
#include "ledger/decimal.h"
#include "ledger/entry.h"
#include "ledger/pending.h"
#include "store/failpoint.h"

namespace alting::ledger {

namespace {

constexpr int keys_at_once = 500;
constexpr int rows_at_once = 100;
constexpr int max_attempts = 10;
constexpr auto no_end = std::numeric_limits<std::int64_t>::max();

std::string_view to_text(ErasedPart part) { return part == ErasedPart::actor ? "actor" : "entry"; }

std::optional<ErasedPart> part_from(std::string_view text) {
  for (const auto part : {ErasedPart::actor, ErasedPart::entry})
    if (to_text(part) == text) return part;
  return std::nullopt;
}

constexpr std::string_view only_for = "for:";

void erase_activity(store::Tx& tx, const EntryRow& row, bool words_only) {
  if (!row.position) return;
  const auto place = place_of(row.log, *row.position);
  if (!words_only) {
    tx.run("DELETE FROM ledger_activity WHERE place = ?", {place});
    return;
  }
  tx.run("UPDATE ledger_activity SET actor = NULL, search = '' WHERE place = ?", {place});
  forget_words_of_concerned(tx, row.entry_id);
}

}  // namespace

// What a line of the erasure list says after its time: "entry <id> <part> <key>,<key>"; of what one party sees the part
// is "for:<party>".
std::string Eraser::line_of(const base::Uuid& id, const Meant& meant, const Change& change) {
  const auto part =
      meant.only_for ? fmt::format("{}{}", only_for, meant.only_for->value) : std::string(to_text(meant.part));
  std::string line = fmt::format("entry {} {} ", id.text(), part);
  for (const auto& one : change.keys) line += (&one == &change.keys.front() ? "" : ",") + one.key.text();
  return line;
}

std::optional<Eraser::Line> Eraser::read_line(std::string_view line) {
  const auto words = base::split(line, ' ');
  if (words.size() != 5 || words[1] != "entry") return std::nullopt;
  const auto id = base::Uuid::parse(words[2]);
  if (!id) return std::nullopt;
  Line read{*id, {}, {}};
  if (words[3].starts_with(only_for)) {
    const auto party = parse_decimal(words[3].substr(only_for.size()), largest_number);
    if (!party) return std::nullopt;
    read.meant.only_for = terms::PartyId{static_cast<std::int64_t>(*party)};
  } else {
    const auto part = part_from(words[3]);
    if (!part) return std::nullopt;
    read.meant.part = *part;
  }
  for (const auto text : base::split(words[4], ',')) {
    const auto key = base::Uuid::parse(text);
    if (!key) return std::nullopt;
    read.keys.push_back(*key);
  }
  return read;
}

std::optional<Eraser::Sealed> Eraser::find(const base::Uuid& id) {
  return database_.read([&](store::Tx& tx) -> std::optional<Sealed> {
    auto row = entry(tx, id);
    if (!row) return std::nullopt;
    return Sealed{std::move(*row), concerned_by(tx, id)};
  });
}

Eraser::Change Eraser::change_of(const Sealed& sealed, const Meant& meant) {
  const auto& row = sealed.row;
  Change change{row, row, {}, {}};
  if (meant.only_for) {
    forget_for(sealed, *meant.only_for, change);
  } else if (meant.part == ErasedPart::actor) {
    forget_actor(sealed, change);
  } else {
    for (auto* part : {&change.after.body, &change.after.actor}) {
      if (*part) change.keys.push_back({(*part)->key, row.shares_key});
      part->reset();
    }
    change.concerned = sealed.concerned;
    change.activity_goes = true;
  }
  for (const auto& one : change.concerned) change.keys.push_back({one.part.key, one.shares_key});
  return change;
}

void Eraser::forget_actor(const Sealed& sealed, Change& change) {
  const auto& row = sealed.row;
  change.words_go = true;
  if (row.actor) {
    change.keys.push_back({row.actor->key, row.shares_key});
    change.after.actor.reset();
  }
  if (!row.body) return;
  const auto body = sealer_.open(*row.body);
  auto text = body ? unpack_entry(*body) : std::nullopt;
  if (text && text->actor == 0 && text->of_actor.empty()) return;  // nothing of the actor is in it
  change.keys.push_back({row.body->key, row.shares_key});
  if (!text) {  // its key is gone, or the row is being sealed again under another: then this change is not written
    change.after.body.reset();
    return;
  }
  text->actor = 0;
  text->of_actor.clear();
  change.after.body = sealer_.seal(pack_entry(*text, true));
  change.after.shares_key = false;
}

// What is of the actor goes with the last that it was read with.
void Eraser::forget_for(const Sealed& sealed, terms::PartyId party, Change& change) {
  const auto& row = sealed.row;
  const auto own = std::ranges::find(sealed.concerned, party.value, &ConcernedRow::party);
  if (own != sealed.concerned.end()) {
    change.concerned = {*own};
    if (row.body || sealed.concerned.size() > 1) return;
  } else {
    const auto body = row.body ? sealer_.open(*row.body) : base::Result<base::Bytes>(base::Bytes());
    const auto text = body ? unpack_entry(*body) : std::nullopt;
    if (!text || text->party != party.value) return;
    change.keys.push_back({row.body->key, row.shares_key});
    change.after.body.reset();
    change.activity_goes = true;
    if (!sealed.concerned.empty()) return;
  }
  if (!row.actor) return;
  change.keys.push_back({row.actor->key, row.shares_key});
  change.after.actor.reset();
}

bool Eraser::write(const Change& change, base::Instant now) {
  const auto settled = std::max(now, Sealer::settled_after(change.before.committed_at));
  bool as_read = true;
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    as_read = replace_parts(tx, change.before, change.after);
    for (const auto& one : change.concerned) as_read = as_read && delete_concerned(tx, one);
    if (!as_read) return ledger_error(base::ErrorKind::conflict, "error.ledger.no_entry", "it is not as it was read");
    if (change.activity_goes || change.words_go) erase_activity(tx, change.before, !change.activity_goes);
    for (const auto& one : change.keys) insert_erasure(tx, one.key, one.shared ? settled : now);
    return {};
  });
  if (!done && as_read) throw store::DatabaseError("an erasure of the log was refused");
  return as_read;
}

// Steps 1 and 2. Answers the keys that may go at once.
base::Result<Eraser::Keys> Eraser::empty(const base::Uuid& id, const Meant& meant) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    const auto sealed = find(id);
    if (!sealed) return ledger_error(base::ErrorKind::not_found, "error.ledger.no_entry", "there is no such entry");
    // With several accepted entries still in memory, its row in the activity log would be written after this.
    if (!sealed->row.position)
      return ledger_error(base::ErrorKind::unavailable, "error.ledger.proof_follows", "the entry has no place yet");
    const auto change = change_of(*sealed, meant);
    if (change.keys.empty()) return Keys{};  // erased before
    const auto now = clock_.now();
    vault_.note_erasure(line_of(id, meant, change));
    if (!write(change, now)) continue;
    Keys keys;
    const bool settled = Sealer::settled_after(sealed->row.committed_at) <= now;
    for (const auto& one : change.keys)
      if (!one.shared || settled) keys.push_back(one.key);
    return keys;
  }
  throw store::DatabaseError("an entry that is to be erased changes all the time");
}

base::Status Eraser::erase(const std::vector<base::Uuid>& entries, ErasedPart part) {
  return erase_what(entries, {.part = part});
}

base::Status Eraser::erase_for(const std::vector<base::Uuid>& entries, terms::PartyId party) {
  return erase_what(entries, {.only_for = party});
}

base::Status Eraser::erase_what(const std::vector<base::Uuid>& entries, const Meant& meant) {
  const std::lock_guard lock(mutex_);
  Keys keys;
  bool again = false;  // one was emptied before: perhaps its keys still wait
  base::Status status;
  for (const auto& id : entries) {
    auto emptied = empty(id, meant);
    if (!emptied) {
      status = emptied.error();
      break;
    }
    keys.insert(keys.end(), emptied->begin(), emptied->end());
    again = again || emptied->empty();
  }
  finish(keys);
  if (again) finish_all_due();
  return status;
}

void Eraser::seal_rest_again(const base::Uuid& key) {
  while (true) {
    std::vector<std::pair<EntryRow, EntryRow>> changes;
    std::vector<std::pair<ConcernedRow, std::optional<SealedPart>>> parts;
    int lost = 0;
    const auto again = [&](const SealedPart& part) {
      const auto plaintext = sealer_.open(part);
      if (!plaintext) ++lost;
      return plaintext ? std::optional(sealer_.seal(*plaintext)) : std::nullopt;
    };
    auto rows = database_.read([&](store::Tx& tx) { return entries_sharing(tx, key, rows_at_once); });
    for (auto& row : rows) {
      EntryRow after = row;
      for (auto* part : {&after.body, &after.actor})
        if (*part && (*part)->key == key) *part = again(**part);
      changes.emplace_back(std::move(row), std::move(after));
    }
    auto concerned = database_.read([&](store::Tx& tx) { return concerned_sharing(tx, key, rows_at_once); });
    for (auto& row : concerned) {
      auto after = again(row.part);
      parts.emplace_back(std::move(row), std::move(after));
    }
    if (changes.empty() && parts.empty()) return;
    if (lost > 0) base::log(base::LogLevel::error, "ledger.entries_without_key", {{"parts", lost}});
    const auto done = database_.write([&](store::Tx& tx) -> base::Status {
      for (const auto& [before, after] : changes) (void)replace_parts(tx, before, after);
      for (const auto& [before, after] : parts)
        (void)(after ? replace_concerned(tx, before, *after) : delete_concerned(tx, before));
      return {};
    });
    if (!done) throw store::DatabaseError("what shares a key with an erased entry could not be sealed again");
  }
}

void Eraser::finish(const Keys& keys) {
  if (keys.empty()) return;
  const auto batch = vault_.begin_erasures();
  finish(keys, *batch);
  batch->finish();
}

void Eraser::finish(const Keys& keys, store::ErasureBatch& batch) {
  if (store::failpoint::hit("ledger.erasure")) throw store::DatabaseError("stopped between the row and its keys");
  for (const auto& key : keys) seal_rest_again(key);
  batch.erase(keys, log_holder);
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    for (const auto& key : keys) delete_erasure(tx, key);
    return {};
  });
  if (!done) throw store::DatabaseError("finished erasures of the log could not be taken off the list");
}

void Eraser::finish_due() {
  const std::lock_guard lock(mutex_);
  finish_all_due();
}

void Eraser::finish_all_due() {
  while (true) {
    const auto keys = database_.read([&](store::Tx& tx) { return erasures_due(tx, clock_.now(), keys_at_once); });
    finish(keys);
    if (keys.size() < static_cast<std::size_t>(keys_at_once)) return;
  }
}

int Eraser::replay(std::string_view list) {
  std::unique_lock lock(mutex_);
  std::set<base::Uuid> named, gone;
  int erased = 0;
  for (const auto text : base::split(list, '\n')) {
    if (const auto end = read_expiry(text)) erased += static_cast<int>(end_days(*end, no_end, lock).entries);
    const auto line = read_line(text);
    if (!line) continue;
    named.insert(line->keys.begin(), line->keys.end());
    const auto sealed = find(line->entry);
    const auto change = sealed ? change_of(*sealed, line->meant) : Change{};
    if (change.keys.empty()) continue;
    // Nothing is sealed under a shared key of here any more.
    if (!write(change, clock_.now())) throw store::DatabaseError("the log is in use while its erasures are done again");
    for (const auto& one : change.keys) gone.insert(one.key);
    ++erased;
  }
  for (const auto& key : named) seal_rest_again(key);
  finish({gone.begin(), gone.end()});
  return erased;
}

int replay_erasures(store::Database& database, store::Vault& vault, const base::Clock& clock,
                    const std::vector<base::Bytes>& lists) {
  Sealer sealer(vault);
  Eraser eraser(database, vault, sealer, clock);
  int erased = 0;
  for (const auto& list : lists) erased += eraser.replay(list);
  return erased;
}

}  // namespace alting::ledger
