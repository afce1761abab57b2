#include "instances/instance_permits.h"

#include "instances/instance_rows.h"
#include "instances/use_case.h"

namespace alting::instances {

using base::ErrorKind;

base::Result<Location> InstancePermits::locate(terms::PartyId party, const terms::InstanceId& id) {
  auto found = database_.read([&](store::Tx& tx) { return find_location(tx, party, id); });
  if (!found) return not_found();
  return std::move(*found);
}

base::Result<Allowed> InstancePermits::allow_at(const terms::Actor& actor, Location at, terms::Action action) {
  const auto decide = [&](terms::Action what) { return decider_.decide(actor, what, at.target()); };
  auto permit = decide(action);
  if (permit) return Allowed{std::move(*permit), std::move(at)};
  // Who may not even read it does not learn that it exists.
  if (permit.error().kind == ErrorKind::forbidden && (action == terms::Action::read || !decide(terms::Action::read)))
    return base::make_error(ErrorKind::not_found, not_found().code, std::string(not_theirs));
  return std::move(permit.error());
}

base::Result<Allowed> InstancePermits::allow(const terms::Actor& actor, terms::PartyId party,
                                             const terms::InstanceId& id, terms::Action action) {
  ALTING_TRY(at, locate(party, id));
  return allow_at(actor, std::move(at), action);
}

base::Result<Allowed> InstancePermits::allow_draft(const terms::Actor& actor, terms::PartyId party,
                                                   const terms::InstanceId& id, terms::Action action) {
  ALTING_TRY(at, locate(party, id));
  if (at.state == State::draft) return allow_at(actor, std::move(at), action);
  // What is sent may be read, not written: say so, to who may read it, before asking who may write.
  ALTING_CHECK(allow_at(actor, std::move(at), terms::Action::read));
  return base::make_error(ErrorKind::conflict, "error.instance.sent");
}

}  // namespace alting::instances
