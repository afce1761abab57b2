#include "ledger/ledger.h"
#include "ledger/pending.h"

namespace alting::ledger {

NewEntry entry_for(EventKind kind, const terms::Permit& permit, base::Instant at) {
  NewEntry entry{kind, at};
  entry.actor = permit.actor();
  entry.party = permit.party();
  entry.party_uuid = permit.party_uuid();
  entry.resource = permit.resource();
  entry.instance = permit.instance();
  entry.evidence = permit.evidence();
  if (permit.party() == permit.actor().party) entry.party_name = permit.actor().name;
  return entry;
}

// For ledgers that are only stand-ins in tests: what is prepared is the entry as it came.
PreparedEntry Ledger::prepare(NewEntry entry) {
  auto pending = std::make_shared<PendingEntry>();
  pending->entry = std::move(entry);
  return {pending->id, std::move(pending)};
}

}  // namespace alting::ledger
