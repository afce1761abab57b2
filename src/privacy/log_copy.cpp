#include "privacy/log_copy.h"

#include "ledger/receipt.h"

namespace alting::privacy {

LogCopy copy_of_entry(const ledger::EntryText& text, const std::optional<ledger::ActorPart>& actor,
                      const CopySubject& subject, bool is_whole) {
  const auto entry = base::Json::parse(text.canonical);
  if (!entry) throw store::DatabaseError("an entry of the log is no JSON");
  LogCopy copy;
  const auto kind = ledger::event_kind_from(entry->text("kind"));
  copy.of_agency = kind && ledger::info(*kind).of_agency;
  copy.agency = entry->text("agency");
  copy.at = base::from_rfc3339(entry->text("at")).value_or(base::Instant{});

  const auto actor_number = actor && actor->actor != 0 ? actor->actor : text.actor;
  const bool is_own_act = actor_number == subject.party.value;
  auto disclosed = base::Json::object();
  const auto disclose = [&](const std::vector<ledger::Disclosure>& all) {
    for (const auto& one : all) disclosed.set(one.path, one.value);
  };
  if (is_whole)
    for (const auto& one : text.of_party)
      if (one.path != ledger::identity_number_path || text.party == subject.party.value)
        disclosed.set(one.path, one.value);
  // What a part says of who acted without a name, says so on purpose (ledger::Concerned).
  const bool may_name = is_own_act || (is_whole && !copy.of_agency && (*entry)["actor"].find("name") != nullptr);
  if (may_name) {
    disclose(text.of_actor);
    if (actor) disclose(actor->disclosures);
  }
  copy.json = base::Json::object({{"entry", *entry}, {"disclosed", std::move(disclosed)}});
  return copy;
}

}  // namespace alting::privacy
