// Forgetting an entry, or who acted in it.
//
// An entry's key also serves its neighbours: the entries of the same party and day. So: nothing more is sealed under
// that key, and commits that had begun are waited for; the neighbours are sealed again under a new one; the entry's row
// loses what is erased; all that is durable; then the old keys are erased, in the keystore and, by its list, in every
// backup. A crash before the last step leaves keys that open nothing here.
#include "ledger/engine.h"

namespace alting::ledger {

base::Status Engine::erase(const std::vector<base::Uuid>& entry_ids, ErasedPart part) {
  for (const auto& id : entry_ids) ALTING_CHECK(erase_one(id, part));
  return {};
}

base::Status Engine::erase_one(const base::Uuid& id, ErasedPart part) {
  feed_.write();  // its activity row is there to be erased
  auto row = database_.read([&](store::Tx& tx) { return entry(tx, id); });
  if (!row) return ledger_error(base::ErrorKind::not_found, "error.ledger.no_entry", "there is no such entry");
  // With several accepted entries still in memory, its row in the activity log would be written after this.
  if (!row->position)
    return ledger_error(base::ErrorKind::unavailable, "error.ledger.proof_follows", "the entry has no place yet");
  const auto text = open_entry(sealer_, *row);
  std::set<base::Uuid> keys;
  if (row->body) keys.insert(row->body->key);
  if (row->actor) keys.insert(row->actor->key);
  if (keys.empty()) return {};  // erased before
  sealer_.retire(keys);
  commits_under_way_.await_those_begun();  // what they sealed under these keys is there to be sealed again
  row->body = row->actor = std::nullopt;
  if (part == ErasedPart::actor && text) {
    EntryText rest = *text;
    rest.of_actor.clear();
    rest.actor = 0;
    row->body = sealer_.seal_under_new_key(pack_entry(rest, true));
  }
  ALTING_CHECK(database_.write([&](store::Tx& tx) -> base::Status {
    replace_parts(tx, *row);
    const auto place = place_of(row->log, *row->position);
    if (part == ErasedPart::entry)
      tx.run("DELETE FROM ledger_activity WHERE place = ?", {place});
    else
      tx.run("UPDATE ledger_activity SET actor = NULL, search = '' WHERE place = ?", {place});
    return {};
  }));
  reseal_neighbours(keys, id);
  sealer_.erase(keys);
  return {};
}

void Engine::reseal_neighbours(const std::set<base::Uuid>& keys, const base::Uuid& except) {
  for (const auto& key : keys) {
    for (auto& row : database_.read([&](store::Tx& tx) { return entries_under(tx, key); })) {
      if (row.entry_id == except) continue;
      for (auto* sealed : {&row.body, &row.actor}) {
        if (!*sealed || (*sealed)->key != key) continue;
        const auto plaintext = sealer_.open(**sealed);
        *sealed = plaintext ? std::optional(sealer_.seal_under_new_key(*plaintext)) : std::nullopt;
      }
      const auto done = database_.write([&](store::Tx& tx) -> base::Status {
        replace_parts(tx, row);
        return {};
      });
      if (!done) throw store::DatabaseError("a neighbour of an erased entry could not be sealed again");
    }
  }
}

}  // namespace alting::ledger
