#include "instances/instance.h"

#include <fmt/format.h>

namespace alting::instances {

State to_state(std::string_view stored) {
  if (stored == "sent") return State::sent;
  if (stored == "archived") return State::archived;
  return State::draft;
}

access::Target Location::target() const {
  return {.party = party, .app = app, .instance = id, .task = state == State::draft ? "Task_1" : "EndEvent_1"};
}

store::Holder party_holder(terms::PartyId party) { return fmt::format("party:{}", party.value); }
store::Holder agency_holder(std::string_view org) { return fmt::format("agency:{}", org); }

}  // namespace alting::instances
