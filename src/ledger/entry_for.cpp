// Making an entry of the log ready, as every caller does, outside the transaction that appends it.
#include <stdexcept>

#include "ledger/ledger.h"
#include "ledger/pending.h"
#include "store/write_mark.h"

namespace alting::ledger {

std::string confidential_resource(std::string_view resource) {
  constexpr std::string_view app = "app:";
  return "confidential:" + std::string(resource.starts_with(app) ? resource.substr(app.size()) : resource);
}

NewEntry entry_for(EventKind kind, const terms::Permit& permit, base::Instant at) {
  NewEntry entry{kind, at};
  entry.actor = permit.actor();
  entry.party = permit.party();
  entry.party_uuid = permit.party_uuid();
  entry.resource = permit.confidential() ? confidential_resource(permit.resource()) : permit.resource();
  entry.instance = permit.instance();
  entry.evidence = permit.evidence();
  if (permit.party() == permit.actor().party) entry.party_name = permit.actor().name;
  return entry;
}

void NewEntry::set(Parameter parameter, base::Json value) { parameters.set(parameter.name, std::move(value)); }
void NewEntry::set(PersonalParameter parameter, std::string value) {
  personal.emplace_back(parameter.name, std::move(value));
}

// For ledgers that are only stand-ins in tests: what is prepared is the entry as it came.
void Ledger::require_outside_transaction() {
  if (store::in_write())
    throw std::logic_error("an entry of the log is prepared before its transaction, not inside it");
}

PreparedEntry Ledger::prepare(NewEntry entry) {
  require_outside_transaction();
  auto pending = std::make_shared<PendingEntry>();
  pending->entry = std::move(entry);
  return {pending->id, std::move(pending)};
}

}  // namespace alting::ledger
