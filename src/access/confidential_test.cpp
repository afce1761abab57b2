// What is confidential: opened by exactly the service given, and by the person whose own it is; by no role.
#include <gtest/gtest.h>

#include "access/testing/access_fixture.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using testing::private_app;

class Confidential : public ::testing::TestWithParam<store::Engine> {
 protected:
  AccessFixture fixture{GetParam()};
  terms::PartyId fjord = fixture.registers.organisation("Fjord og Fjell AS").id;
  base::Result<terms::Permit> decide(const terms::Actor& actor, Action action, const Target& target) {
    return fixture.decider().decide(actor, action, target);
  }
  terms::Permit managing() {
    return decide(fixture.registers.actor("manager"), Action::delegate, {.party = fjord}).value();
  }
  // The manager gives the employee something.
  base::Result<Delegation> give(std::optional<std::string> role, std::optional<terms::AppId> app) {
    return fixture.delegations().delegate(managing(),
                                          {fixture.registers.actor("employee").party, std::move(role), std::move(app)},
                                          fixture.registers.clock.now(), fixture.post());
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Confidential, store::testing::engines(), store::testing::engine_name);

TEST_P(Confidential, WhatIsConfidentialIsOpenedByNoRoleButByTheServiceGivenAndByThePersonThemself) {
  const auto manager = fixture.registers.actor("manager"), employee = fixture.registers.actor("employee");
  const Target post{.party = fjord, .app = breach, .task = "EndEvent_1", .confidential = true};
  const auto refused = decide(manager, Action::read, post);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.access.forbidden");
  ASSERT_TRUE(give("UTINN", std::nullopt));
  EXPECT_FALSE(decide(employee, Action::read, post)) << "a role that was given is a role too";
  ASSERT_TRUE(give(std::nullopt, breach));
  const auto permit = decide(employee, Action::read, post).value();
  EXPECT_EQ(permit.evidence().kind, "delegation");
  EXPECT_TRUE(permit.confidential());
  EXPECT_FALSE(decide(employee, Action::read, {.party = fjord, .app = breach, .task = "EndEvent_1"})->confidential());
  const Target own{.party = employee.party, .app = private_app, .confidential = true};
  EXPECT_EQ(decide(employee, Action::read, own)->evidence().kind, "self");
  const auto scope = fixture.decider().scope(employee, Action::read, fjord).value();
  ASSERT_EQ(scope.grants().size(), 1u);
  EXPECT_EQ(scope.grants()[0].confidential_apps, std::vector{breach});
  EXPECT_FALSE(scope.grants()[0].all_confidential);
  EXPECT_TRUE(fixture.decider().scope(employee, Action::read, employee.party)->grants().at(0).all_confidential);
  // What rested on the service alone does not hold by the role once it was taken back.
  const auto delegating = managing();
  for (const auto& one : fixture.delegations().given_by(delegating))
    if (one.app) {
      ASSERT_TRUE(fixture.delegations().withdraw(delegating, one.id, fixture.registers.clock.now(), fixture.post()));
    }
  EXPECT_FALSE(
      fixture.registers.temp.database().write([&](store::Tx& tx) { return fixture.decider().recheck(tx, permit); }));
}

TEST_P(Confidential, WhoManagesAloneCanGiveOneselfAServiceByNameAndNoRole) {
  const auto manager = fixture.registers.actor("manager");
  const Target post{.party = fjord, .app = breach, .task = "EndEvent_1", .confidential = true};
  const auto give_to = [&](terms::PartyId to) {
    return fixture.delegations().delegate(managing(), {.to = to, .app = breach}, fixture.registers.clock.now(),
                                          fixture.post());
  };
  EXPECT_EQ(give_to(fjord).error().code, "error.delegation.to_oneself");
  ASSERT_TRUE(give_to(manager.party));
  EXPECT_EQ(decide(manager, Action::read, post)->evidence().kind, "delegation");
}

}  // namespace
}  // namespace alting::access
