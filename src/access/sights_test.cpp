// What is told before access is given: whether it lets one destroy what others have begun, as the decisions have it.
#include <gtest/gtest.h>

#include "access/testing/access_fixture.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using testing::private_app;

class SightsTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  terms::Actor who(std::string_view story) { return fixture.registers.actor(story); }
  void give(std::optional<std::string> role, std::optional<terms::AppId> app) {
    const auto managing = fixture.decider().decide(who("manager"), Action::delegate, {.party = fjord}).value();
    const auto given =
        fixture.delegations().delegate(managing, {who("employee").party, std::move(role), std::move(app), {}},
                                       fixture.registers.clock.now(), fixture.post());
    ASSERT_TRUE(given) << given.error().code;
  }
  bool may_remove() {
    return fixture.decider()
        .decide(who("employee"), Action::remove, {fjord, breach, std::nullopt, "Task_1"})
        .has_value();
  }

  AccessFixture fixture{GetParam()};
  terms::PartyId fjord = fixture.registers.organisation("Fjord og Fjell AS").id;
};
INSTANTIATE_TEST_SUITE_P(Engines, SightsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(SightsTest, ARoleThatDeletesDraftsSaysSo) {
  for (const auto* role : {"A0236", "ADMAI", "HADM"}) {
    EXPECT_FALSE(fixture.decider().sights_of(role).removes) << role;
    give(role, std::nullopt);
    EXPECT_FALSE(may_remove()) << role;
  }
  EXPECT_TRUE(fixture.decider().sights_of("UTINN").removes);
  give("UTINN", std::nullopt);
  EXPECT_TRUE(may_remove());
  EXPECT_FALSE(fixture.decider().sights_of("ABC").removes);
}

TEST_P(SightsTest, AFormAloneThatDeletesDraftsSaysSo) {
  EXPECT_TRUE(fixture.decider().sights_of_form(breach).removes);
  EXPECT_TRUE(fixture.decider().sights_of_form(breach).forms);
  EXPECT_FALSE(may_remove());
  give(std::nullopt, breach);
  EXPECT_TRUE(may_remove());
  EXPECT_FALSE(fixture.decider().sights_of_form(private_app).removes) << "its policy lets nobody";
  EXPECT_FALSE(fixture.decider().sights_of_form(terms::AppId{"dat", "ukjent"}).forms);
}

}  // namespace
}  // namespace alting::access
