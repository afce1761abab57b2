// For tests of who may what: the test population, with what a manager gives away.
#pragma once
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/testing/access_fixture.h"

namespace alting::access::testing {

class DeciderFixture : public ::testing::TestWithParam<store::Engine> {
 protected:
  AccessFixture fixture{GetParam()};
  terms::PartyId fjord = fixture.registers.organisation("Fjord og Fjell AS").id;
  terms::PartyId bergen = fixture.registers.organisation("Fjord og Fjell AS avd Bergen").id;
  Target draft(terms::PartyId party) { return {party, breach, std::nullopt, "Task_1"}; }
  base::Result<terms::Permit> decide(const terms::Actor& actor, terms::Action action, const Target& target) {
    return fixture.decider().decide(actor, action, target);
  }
  // The manager gives the employee something.
  base::Result<Delegation> give(std::string_view story, std::optional<std::string> role,
                                std::optional<terms::AppId> app, terms::PartyId from) {
    const auto manager = fixture.registers.actor("manager");
    const auto permit = decide(manager, terms::Action::delegate, {.party = from});
    if (!permit) return permit.error();
    return fixture.delegations().delegate(*permit,
                                          {fixture.registers.actor(story).party, std::move(role), std::move(app)},
                                          fixture.registers.clock.now(), fixture.post());
  }
  terms::Permit managing(terms::PartyId party) {
    return decide(fixture.registers.actor("manager"), terms::Action::delegate, {.party = party}).value();
  }
};

}  // namespace alting::access::testing
