#include "ledger/eraser.h"

#include <fmt/format.h>

#include <set>

#include "base/log.h"
#include "base/text.h"
#include "ledger/entry.h"
#include "ledger/pending.h"
#include "store/failpoint.h"

namespace alting::ledger {

namespace {

constexpr int keys_at_once = 500;
constexpr int rows_at_once = 100;
constexpr int most_attempts = 10;

std::string_view to_text(ErasedPart part) { return part == ErasedPart::actor ? "actor" : "entry"; }

std::optional<ErasedPart> part_from(std::string_view text) {
  for (const auto part : {ErasedPart::actor, ErasedPart::entry})
    if (to_text(part) == text) return part;
  return std::nullopt;
}

// What a line of the erasure list says after its time: "entry <id> <part> <key>,<key>".
std::string line_of(const base::Uuid& id, ErasedPart part, const std::vector<base::Uuid>& keys) {
  std::string line = fmt::format("entry {} {} ", id.text(), to_text(part));
  for (const auto& key : keys) line += (&key == &keys.front() ? "" : ",") + key.text();
  return line;
}

struct Meant {
  base::Uuid entry;
  ErasedPart part{};
  std::vector<base::Uuid> keys;
};

std::optional<Meant> read_line(std::string_view line) {
  const auto words = base::split(line, ' ');
  if (words.size() != 5 || words[1] != "entry") return std::nullopt;
  const auto id = base::Uuid::parse(words[2]);
  const auto part = part_from(words[3]);
  if (!id || !part) return std::nullopt;
  Meant meant{*id, *part, {}};
  for (const auto text : base::split(words[4], ',')) {
    const auto key = base::Uuid::parse(text);
    if (!key) return std::nullopt;
    meant.keys.push_back(*key);
  }
  return meant;
}

void erase_activity(store::Tx& tx, const EntryRow& row, ErasedPart part) {
  if (!row.position) return;
  const auto place = place_of(row.log, *row.position);
  if (part == ErasedPart::entry)
    tx.run("DELETE FROM ledger_activity WHERE place = ?", {place});
  else
    tx.run("UPDATE ledger_activity SET actor = NULL, search = '' WHERE place = ?", {place});
}

}  // namespace

Eraser::Change Eraser::change_of(const EntryRow& row, ErasedPart part) {
  Change change{row, row, {}};
  auto& after = change.after;
  if (row.actor) {
    change.keys.push_back(row.actor->key);
    after.actor.reset();
  }
  if (!row.body) return change;
  if (part == ErasedPart::entry) {
    change.keys.push_back(row.body->key);
    after.body.reset();
    return change;
  }
  const auto body = sealer_.open(*row.body);
  auto text = body ? unpack_entry(*body) : std::nullopt;
  if (!text) {  // its key is gone, or the row is being sealed again under another: then this change is not written
    change.keys.push_back(row.body->key);
    after.body.reset();
    return change;
  }
  if (text->actor == 0 && text->of_actor.empty()) return change;  // nothing of the actor is in it
  text->actor = 0;
  text->of_actor.clear();
  change.keys.push_back(row.body->key);
  after.body = sealer_.seal(pack_entry(*text, true));
  after.shares_key = false;
  return change;
}

bool Eraser::write(const Change& change, ErasedPart part, base::Instant due) {
  const auto done = database_.write([&](store::Tx& tx) -> base::Result<bool> {
    if (!replace_parts(tx, change.before, change.after)) return false;
    erase_activity(tx, change.before, part);
    for (const auto& key : change.keys) insert_erasure(tx, key, due);
    return true;
  });
  if (!done) throw store::DatabaseError("an erasure of the log was refused");
  return *done;
}

// Steps 1 and 2. Answers the keys that may go at once.
base::Result<Eraser::Keys> Eraser::empty(const base::Uuid& id, ErasedPart part) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const auto row = database_.read([&](store::Tx& tx) { return entry(tx, id); });
    if (!row) return ledger_error(base::ErrorKind::not_found, "error.ledger.no_entry", "there is no such entry");
    // With several accepted entries still in memory, its row in the activity log would be written after this.
    if (!row->position)
      return ledger_error(base::ErrorKind::unavailable, "error.ledger.proof_follows", "the entry has no place yet");
    const auto change = change_of(*row, part);
    if (change.keys.empty()) return Keys{};  // erased before
    const auto now = clock_.now();
    const auto due = row->shares_key ? std::max(now, Sealer::settled_after(row->committed_at)) : now;
    vault_.note_erasure(line_of(id, part, change.keys));
    if (write(change, part, due)) return due == now ? change.keys : Keys{};
  }
  throw store::DatabaseError("an entry that is to be erased changes all the time");
}

base::Status Eraser::erase(const std::vector<base::Uuid>& entries, ErasedPart part) {
  const std::lock_guard lock(mutex_);
  Keys keys;
  bool again = false;  // one was emptied before: perhaps its keys still wait
  base::Status status;
  for (const auto& id : entries) {
    auto emptied = empty(id, part);
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
    int lost = 0;
    for (auto& row : database_.read([&](store::Tx& tx) { return entries_sharing(tx, key, rows_at_once); })) {
      EntryRow after = row;
      for (auto* part : {&after.body, &after.actor}) {
        if (!*part || (*part)->key != key) continue;
        const auto plaintext = sealer_.open(**part);
        if (!plaintext) ++lost;
        *part = plaintext ? std::optional(sealer_.seal(*plaintext)) : std::nullopt;
      }
      changes.emplace_back(std::move(row), std::move(after));
    }
    if (changes.empty()) return;
    if (lost > 0) base::log(base::LogLevel::error, "ledger.entries_without_key", {{"parts", lost}});
    const auto done = database_.write([&](store::Tx& tx) -> base::Status {
      for (const auto& [before, after] : changes) (void)replace_parts(tx, before, after);
      return {};
    });
    if (!done) throw store::DatabaseError("what shares a key with an erased entry could not be sealed again");
  }
}

void Eraser::finish(const Keys& keys) {
  if (keys.empty()) return;
  if (store::failpoint::hit("ledger.erasure")) throw store::DatabaseError("stopped between the row and its keys");
  for (const auto& key : keys) seal_rest_again(key);
  vault_.erase(keys, log_holder);
  const auto done = database_.write([&](store::Tx& tx) -> base::Status {
    for (const auto& key : keys) delete_erasure(tx, key);
    return {};
  });
  if (!done) throw store::DatabaseError("finished erasures of the log could not be taken off the list");
}

int Eraser::finish_due() {
  const std::lock_guard lock(mutex_);
  return finish_all_due();
}

int Eraser::finish_all_due() {
  int finished = 0;
  while (true) {
    const auto keys = database_.read([&](store::Tx& tx) { return erasures_due(tx, clock_.now(), keys_at_once); });
    finish(keys);
    finished += static_cast<int>(keys.size());
    if (keys.size() < static_cast<std::size_t>(keys_at_once)) return finished;
  }
}

int Eraser::replay(std::string_view list) {
  const std::lock_guard lock(mutex_);
  std::set<base::Uuid> named, gone;
  int erased = 0;
  for (const auto line : base::split(list, '\n')) {
    const auto meant = read_line(line);
    if (!meant) continue;
    named.insert(meant->keys.begin(), meant->keys.end());
    const auto row = database_.read([&](store::Tx& tx) { return entry(tx, meant->entry); });
    const auto change = row ? change_of(*row, meant->part) : Change{};
    if (change.keys.empty()) continue;
    if (!write(change, meant->part, clock_.now()))
      throw store::DatabaseError("the log is in use while its erasures are done again");
    gone.insert(change.keys.begin(), change.keys.end());
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
