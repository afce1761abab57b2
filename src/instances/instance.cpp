#include "instances/instance.h"

#include <fmt/format.h>

namespace alting::instances {

State to_state(std::string_view stored) {
  if (stored == "sent") return State::sent;
  if (stored == "archived") return State::archived;
  if (stored == "deleted") return State::deleted;
  return State::draft;
}

namespace {
constexpr std::string_view filling_in = "Task_1", ended = "EndEvent_1";  // as every form's process names them
}

access::Target Location::target() const {
  return {.party = party, .app = app, .instance = id, .task = std::string(state == State::draft ? filling_in : ended)};
}

access::Target start_of(terms::PartyId party, const terms::AppId& app) {
  return {.party = party, .app = app, .instance = {}, .task = std::string(filling_in)};
}

store::Holder party_holder(terms::PartyId party) { return fmt::format("party:{}", party.value); }
store::Holder agency_holder(std::string_view org) { return fmt::format("agency:{}", org); }

}  // namespace alting::instances
