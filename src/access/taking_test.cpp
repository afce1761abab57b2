// Who may take away what: not everyone who manages access takes away what lets others manage it.
#include <gtest/gtest.h>

#include <algorithm>

#include "access/testing/access_fixture.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;

class TakingTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  terms::Actor who(std::string_view story) { return fixture.registers.actor(story); }
  base::Instant now() { return fixture.registers.clock.now(); }
  terms::Permit managing(std::string_view story) {
    return fixture.decider().decide(who(story), Action::delegate, {.party = fjord}).value();
  }
  terms::DelegationId give(std::string_view to, std::optional<std::string> role, std::optional<terms::AppId> app = {}) {
    return fixture.delegations()
        .delegate(managing("manager"), {who(to).party, std::move(role), std::move(app), {}}, now(), fixture.post())
        .value()
        .id;
  }
  std::string take(std::string_view taker, const terms::DelegationId& id) {
    const auto done = fixture.delegations().withdraw(managing(taker), id, now(), fixture.post());
    return done ? "" : done.error().code;
  }
  bool stands(const terms::DelegationId& id) {
    const auto given = fixture.delegations().given_by(managing("manager"));
    return std::ranges::find(given, id, &Delegation::id) != given.end();
  }
  bool is_offered(std::string_view taker, const terms::DelegationId& id) {
    const auto given = fixture.delegations().given_by(managing(taker));
    const auto one = std::ranges::find(given, id, &Delegation::id);
    return one != given.end() && one->may_take;
  }

  AccessFixture fixture{GetParam()};
  terms::PartyId fjord = fixture.registers.organisation("Fjord og Fjell AS").id;
};
INSTANTIATE_TEST_SUITE_P(Engines, TakingTest, store::testing::engines(), store::testing::engine_name);

TEST_P(TakingTest, AGivenAccessManagementTakesRolesAndFormsButNoneThatManagesAccess) {
  give("employee", "ADMAI");
  const auto chief = give("private_person", "HADM"), manages = give("two_companies", "ADMAI"),
             role = give("two_companies", "UTINN"), form = give("two_companies", {}, breach);
  for (const auto& id : {chief, manages}) {
    EXPECT_FALSE(is_offered("employee", id));
    EXPECT_EQ(take("employee", id), "error.delegation.not_yours_to_take");
    EXPECT_TRUE(stands(id));
  }
  EXPECT_TRUE(fixture.decider().decide(who("private_person"), Action::delegate, {.party = fjord}));
  for (const auto& id : {role, form}) {
    EXPECT_TRUE(is_offered("employee", id)) << "also what one could not give";
    EXPECT_EQ(take("employee", id), "");
    EXPECT_FALSE(stands(id));
  }
}

TEST_P(TakingTest, AMainAdministratorTakesAccessManagementAndWhoNamesOneTakesThatToo) {
  give("employee", "HADM");
  const auto manages = give("two_companies", "ADMAI"), chief = give("private_person", "HADM");
  EXPECT_TRUE(is_offered("employee", manages));
  EXPECT_EQ(take("employee", manages), "");
  EXPECT_FALSE(is_offered("employee", chief));
  EXPECT_EQ(take("employee", chief), "error.delegation.not_yours_to_take");
  EXPECT_TRUE(is_offered("chair", chief));
  EXPECT_EQ(take("chair", chief), "");
  EXPECT_FALSE(stands(chief));
}

TEST_P(TakingTest, ItsHolderGivesItUp) {
  const auto chief = give("private_person", "HADM");
  EXPECT_EQ(take("private_person", chief), "error.delegation.not_yours_to_take");
  EXPECT_TRUE(fixture.delegations().renounce(who("private_person"), chief, now(), fixture.post()));
  EXPECT_FALSE(stands(chief));
}

TEST_P(TakingTest, WhatIsTakenFromTheTakerMeanwhileCounts) {
  give("employee", "ADMAI");
  const auto ground = give("employee", "HADM"), manages = give("two_companies", "ADMAI");
  fixture.ledger.on_prepare = [&] { EXPECT_EQ(take("manager", ground), ""); };  // between what is read and written
  EXPECT_EQ(take("employee", manages), "error.delegation.not_yours_to_take");
  EXPECT_TRUE(stands(manages));
}

TEST_P(TakingTest, WhatChangesMeanwhileAndLeavesTheGroundIsTakenAllTheSame) {
  give("employee", "HADM");
  const auto other = give("private_person", "UTINN"), manages = give("two_companies", "ADMAI");
  fixture.ledger.on_prepare = [&] { EXPECT_EQ(take("manager", other), ""); };
  EXPECT_EQ(take("employee", manages), "");
  EXPECT_FALSE(stands(manages));
}

TEST_P(TakingTest, WhoOnlyReadsIsOfferedNothing) {
  const auto role = give("two_companies", "UTINN");
  const auto reading = fixture.decider().decide(who("manager"), Action::read_delegations, {.party = fjord}).value();
  const auto given = fixture.delegations().given_by(reading);
  ASSERT_EQ(given.size(), 1U);
  EXPECT_EQ(given[0].id, role);
  EXPECT_FALSE(given[0].may_take);
}

}  // namespace
}  // namespace alting::access
