#include "ledger/adopt_waiting.h"

#include "base/log.h"
#include "ledger/activity_feed.h"
#include "ledger/entry.h"
#include "ledger/event_kinds.h"

namespace alting::ledger {

namespace {

constexpr int waiting_at_once = 100;

struct Adoption {
  EntryRow before, after;
  bool dropped = false;  // the announcement of a key of the ended log, which never came into use
};

Adoption adoption_of(Sealer& sealer, base::Random& random, const LogRow& log, const std::string& address,
                     EntryRow row) {
  Adoption adoption{row, std::move(row)};
  auto& after = adoption.after;
  after.log = log.log;
  auto text = open_entry(sealer, adoption.before);
  if (!text) {  // its commitment gets a place, and is a number that says nothing
    after.body.reset();
    after.actor.reset();
    return adoption;
  }
  auto entry = base::Json::parse(text->canonical);
  if (!entry) throw store::DatabaseError("an entry of the log is no JSON");
  const auto kind = event_kind_from(entry->text("kind"));
  adoption.dropped = kind == EventKind::key_announced || kind == EventKind::log_created;
  entry->set("origin", log.origin);
  entry->erase("log");
  if (!address.empty()) entry->set("log", address);
  auto canonical = base::canonical_json(*entry);
  if (!canonical) throw store::DatabaseError("an entry of the log is not canonical");
  text->canonical = std::move(*canonical);
  text->salt = random.bytes(entry_salt_size);
  after.commitment = text->commitment();
  const bool apart = adoption.before.actor && !text->of_actor.empty();
  after.body = sealer.seal(pack_entry(*text, !apart));
  after.actor = apart ? std::optional(sealer.seal(pack_actor(*text))) : std::nullopt;
  after.shares_key = false;
  return adoption;
}

}  // namespace

int adopt_waiting(store::Database& database, Sealer& sealer, const base::Clock& clock, base::Random& random,
                  const LogRow& row, const std::string& address) {
  int adopted = 0;
  while (true) {
    auto waiting = database.read([&](store::Tx& tx) { return waiting_elsewhere(tx, row.log, waiting_at_once); });
    if (waiting.empty()) break;
    std::vector<Adoption> some;
    for (auto& one : waiting) some.push_back(adoption_of(sealer, random, row, address, std::move(one)));
    const auto done = database.write([&](store::Tx& tx) -> base::Status {
      for (const auto& [before, after, dropped] : some) {
        dropped ? delete_waiting(tx, before) : move_waiting(tx, before, after);
        const auto due = before.shares_key ? Sealer::settled_after(before.committed_at) : clock.now();
        for (const auto* part : {&before.body, &before.actor})
          if (*part) insert_erasure(tx, (*part)->key, due);
      }
      return {};
    });
    if (!done) throw store::DatabaseError("what waited for a place in an ended log could not be taken over");
    adopted += static_cast<int>(some.size());
  }
  if (adopted > 0) base::log(base::LogLevel::info, "ledger.adopted", {{"entries", adopted}});
  return adopted;
}

}  // namespace alting::ledger
