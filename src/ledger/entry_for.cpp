#include "ledger/ledger.h"

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

}  // namespace alting::ledger
