// Who may give what, until when, and how it ends: by its last day, and by the one who has it.
#include <gtest/gtest.h>

#include <algorithm>

#include "access/testing/access_fixture.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using testing::strict;

class GivingTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  terms::Actor who(std::string_view story) { return fixture.registers.actor(story); }
  base::Instant now() { return fixture.registers.clock.now(); }
  Target draft() { return {fjord, breach, std::nullopt, "Task_1"}; }
  base::Result<Delegation> give(std::string_view giver, std::string_view to, std::optional<std::string> role,
                                std::optional<terms::AppId> app = {}, std::optional<std::string> until = {}) {
    const auto permit = fixture.decider().decide(who(giver), Action::delegate, {.party = fjord});
    if (!permit) return permit.error();
    return fixture.delegations().delegate(*permit, {who(to).party, std::move(role), std::move(app), std::move(until)},
                                          now(), fixture.post());
  }
  std::string refusal(const base::Result<Delegation>& given) { return given ? "" : given.error().code; }
  bool may_write(std::string_view story) {
    return fixture.decider().decide(who(story), Action::write, draft()).has_value();
  }

  AccessFixture fixture{GetParam()};
  terms::PartyId fjord = fixture.registers.organisation("Fjord og Fjell AS").id;
};
INSTANTIATE_TEST_SUITE_P(Engines, GivingTest, store::testing::engines(), store::testing::engine_name);

TEST_P(GivingTest, AGivenAccessManagementGivesWhatItsHolderHasAndIsNotPassedOn) {
  ASSERT_TRUE(give("manager", "employee", "ADMAI"));
  EXPECT_FALSE(may_write("employee")) << "alone it opens no service";
  EXPECT_EQ(refusal(give("employee", "private_person", "UTINN")), "error.delegation.not_yours_to_give");
  EXPECT_EQ(refusal(give("employee", "private_person", {}, breach)), "error.delegation.not_yours_to_give");
  EXPECT_EQ(refusal(give("employee", "private_person", "ADMAI")), "error.delegation.not_yours_to_give");
  EXPECT_EQ(refusal(give("employee", "private_person", "HADM")), "error.delegation.not_yours_to_give");
  ASSERT_TRUE(give("manager", "employee", "UTINN"));
  EXPECT_TRUE(give("employee", "private_person", "UTINN"));
  EXPECT_TRUE(give("employee", "two_companies", {}, breach));
  EXPECT_TRUE(may_write("two_companies"));
}

TEST_P(GivingTest, OneFormAloneIsPassedOnByWhoHasItAndManagesAccess) {
  ASSERT_TRUE(give("manager", "employee", "ADMAI"));
  ASSERT_TRUE(give("manager", "employee", {}, breach));
  EXPECT_TRUE(give("employee", "private_person", {}, breach));
  EXPECT_TRUE(may_write("private_person"));
  EXPECT_EQ(refusal(give("employee", "private_person", "UTINN")), "error.delegation.not_yours_to_give");
  EXPECT_EQ(refusal(give("employee", "private_person", {}, strict)), "error.delegation.not_yours_to_give");
}

TEST_P(GivingTest, AMainAdministratorGivesAlsoWhatTheyDoNotHoldButNotThatItself) {
  ASSERT_TRUE(give("manager", "employee", "HADM"));
  EXPECT_FALSE(may_write("employee"));
  EXPECT_TRUE(give("employee", "private_person", "UTINN"));
  EXPECT_TRUE(give("employee", "private_person", "ADMAI"));
  EXPECT_TRUE(give("employee", "private_person", "A0286"));
  EXPECT_TRUE(give("employee", "two_companies", {}, breach));
  EXPECT_TRUE(may_write("two_companies"));
  EXPECT_EQ(refusal(give("employee", "private_person", "HADM")), "error.delegation.not_yours_to_give");
  EXPECT_EQ(refusal(give("employee", "private_person", {}, strict)), "error.delegation.not_yours_to_give")
      << "a form for register roles alone is opened by no role that can be given";
  EXPECT_TRUE(give("chair", "two_companies", "HADM"));
}

TEST_P(GivingTest, NoDecisionHonoursADelegationAfterItsLastDayWhetherOrNotTheJobHasRun) {
  const auto today = base::to_date_oslo(now());
  const auto given = give("manager", "employee", "UTINN", {}, today);
  ASSERT_TRUE(given) << given.error().code;
  EXPECT_EQ(given->until, today);
  const auto permit = fixture.decider().decide(who("employee"), Action::write, draft());
  ASSERT_TRUE(permit);
  const auto recheck = [&] {
    return fixture.registers.temp.database().write(
        [&](store::Tx& tx) { return fixture.decider().recheck(tx, *permit); });
  };
  fixture.registers.clock.set(*base::from_rfc3339("2026-11-18T22:59:59Z"));  // 23:59:59 in Oslo
  ASSERT_EQ(base::to_date_oslo(now()), today);
  EXPECT_TRUE(may_write("employee"));
  EXPECT_TRUE(recheck());
  fixture.registers.clock.advance(base::Duration::seconds(1));
  EXPECT_FALSE(may_write("employee"));
  EXPECT_FALSE(recheck()) << "though no row has changed";
  EXPECT_TRUE(fixture.delegations().received_by(who("employee")).empty());
  const auto managing = fixture.decider().decide(who("manager"), Action::delegate, {.party = fjord}).value();
  EXPECT_TRUE(fixture.delegations().given_by(managing).empty());
  EXPECT_FALSE(fixture.decider().decide(who("employee"), Action::represent, {.party = fjord}));
  const auto shown = fixture.decider().representations(who("employee"), {});
  EXPECT_EQ(shown.total, 1) << "oneself";

  EXPECT_EQ(fixture.access->end_overdue(), 1);
  EXPECT_EQ(fixture.access->end_overdue(), 0);
  const auto entry = fixture.ledger.entries().back();
  EXPECT_EQ(entry.kind, ledger::EventKind::access_withdrawn);
  EXPECT_EQ(entry.parameters.text("reason"), "expired");
  EXPECT_EQ(entry.actor.kind, terms::ActorKind::system);
  EXPECT_EQ(entry.concerns.at(0).party, who("employee").party);
  EXPECT_FALSE(may_write("employee"));
  EXPECT_TRUE(give("manager", "employee", "UTINN"));
}

TEST_P(GivingTest, TheLastDayIsTodayOrLaterAndSoonEnough) {
  for (const char* day : {"2026-11-17", "2026-11-31", "18.11.2026", "", "2037-01-01"})
    EXPECT_EQ(refusal(give("manager", "employee", "UTINN", {}, day)), "error.delegation.until") << day;
  const auto given = give("manager", "employee", "UTINN", {}, "2027-01-31");
  ASSERT_TRUE(given);
  EXPECT_EQ(fixture.ledger.entries().back().parameters.text("until"), "2027-01-31");
  fixture.restart();
  EXPECT_TRUE(may_write("employee"));
  EXPECT_EQ(fixture.delegations().received_by(who("employee")).at(0).until, "2027-01-31");
  fixture.registers.clock.set(*base::from_rfc3339("2027-01-31T23:00:00Z"));
  EXPECT_FALSE(may_write("employee"));
}

TEST_P(GivingTest, WhatIsTakenFromTheGiverMeanwhileIsNotGiven) {
  ASSERT_TRUE(give("manager", "employee", "ADMAI"));
  const auto held = give("manager", "employee", "UTINN");
  ASSERT_TRUE(held);
  fixture.ledger.on_prepare = [&] {  // between what is read and what is written
    const auto managing = fixture.decider().decide(who("manager"), Action::delegate, {.party = fjord}).value();
    EXPECT_TRUE(fixture.delegations().withdraw(managing, held->id, now(), fixture.post()));
  };
  EXPECT_EQ(refusal(give("employee", "private_person", "UTINN")), "error.delegation.not_yours_to_give");
  EXPECT_FALSE(may_write("private_person"));
}

TEST_P(GivingTest, WhatChangesMeanwhileAndLeavesTheGroundIsGivenAllTheSame) {
  const auto other = give("manager", "employee", "A0236");
  ASSERT_TRUE(other);
  fixture.ledger.on_prepare = [&] {
    const auto managing = fixture.decider().decide(who("manager"), Action::delegate, {.party = fjord}).value();
    EXPECT_TRUE(fixture.delegations().withdraw(managing, other->id, now(), fixture.post()));
  };
  EXPECT_TRUE(give("manager", "private_person", "UTINN"));
  EXPECT_TRUE(may_write("private_person"));
}

TEST_P(GivingTest, WhatEndsSoonerIsNotTheSame) {
  ASSERT_TRUE(give("manager", "employee", "UTINN", {}, "2026-12-01"));
  EXPECT_EQ(refusal(give("manager", "employee", "UTINN", {}, "2026-11-30")), "error.delegation.given_already");
  EXPECT_TRUE(give("manager", "employee", "UTINN", {}, "2026-12-31"));
  EXPECT_TRUE(give("manager", "employee", "UTINN"));
  EXPECT_EQ(refusal(give("manager", "employee", "UTINN")), "error.delegation.given_already");
  EXPECT_EQ(refusal(give("manager", "employee", "UTINN", {}, "2027-06-30")), "error.delegation.given_already");
  fixture.registers.clock.set(*base::from_rfc3339("2027-01-15T12:00:00Z"));
  EXPECT_TRUE(may_write("employee"));
}

TEST_P(GivingTest, WhoHasAccessGivesItUpAtOnceAndBothSidesSeeIt) {
  const auto given = give("manager", "employee", {}, breach);
  ASSERT_TRUE(given);
  const auto other = fixture.delegations().renounce(who("private_person"), given->id, now(), fixture.post());
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "error.delegation.unknown");
  ASSERT_TRUE(may_write("employee"));
  const auto weak = fixture.registers.actor("employee", terms::AssuranceLevel::low);
  const auto too_weak = fixture.delegations().renounce(weak, given->id, now(), fixture.post());
  ASSERT_FALSE(too_weak);
  EXPECT_EQ(too_weak.error().kind, base::ErrorKind::level_too_low);
  const auto post = fixture.post();
  ASSERT_TRUE(fixture.delegations().renounce(who("employee"), given->id, now(), post));
  EXPECT_FALSE(may_write("employee"));
  EXPECT_TRUE(fixture.delegations().renounce(who("employee"), given->id, now(), post)) << "the same post again";
  EXPECT_FALSE(fixture.delegations().renounce(who("employee"), given->id, now(), fixture.post()));
  ASSERT_EQ(fixture.ledger.entries().size(), 2U);
  const auto entry = fixture.ledger.entries().back();
  EXPECT_EQ(entry.kind, ledger::EventKind::access_renounced);
  EXPECT_EQ(entry.party, fjord);
  EXPECT_EQ(entry.party_name, "Fjord og Fjell AS");
  EXPECT_EQ(entry.actor.party, who("employee").party);
  EXPECT_EQ(entry.concerns.at(0).party, who("employee").party);
  EXPECT_EQ(entry.parameters.text("app"), breach.text());
}

TEST_P(GivingTest, AnotherProcessFollowsWhatWasGivenAndTaken) {
  const auto other = fixture.make();
  ASSERT_TRUE(other->decider().load_policies(
      {{breach, testing::policy_xml({{"Permit", "UTINN", "write", "", "", false}}, "dat", "avviksmelding"), "", {}}}));
  const auto may = [&] { return other->decider().decide(who("employee"), Action::write, draft()).has_value(); };
  EXPECT_EQ(other->follow_others(), 0);
  const auto given = give("manager", "employee", "UTINN");
  ASSERT_TRUE(given);
  EXPECT_EQ(other->follow_others(), 1);
  EXPECT_TRUE(may());
  EXPECT_EQ(other->follow_others(), 0);
  ASSERT_TRUE(fixture.delegations().renounce(who("employee"), given->id, now(), fixture.post()));
  EXPECT_EQ(other->follow_others(), 1);
  EXPECT_FALSE(may());
}

TEST_P(GivingTest, WhoHoldsOneFormMaySeeTheLogOfThatFormAlone) {
  ASSERT_TRUE(give("manager", "employee", {}, breach));
  EXPECT_FALSE(fixture.decider().decide(who("employee"), Action::read_activity, {.party = fjord}));
  const auto permit = fixture.decider().decide(who("employee"), Action::read_activity, {fjord, breach});
  ASSERT_TRUE(permit) << permit.error().code;
  EXPECT_EQ(permit->resource(), "app:dat/avviksmelding");
  EXPECT_EQ(permit->action(), Action::read_activity);
  EXPECT_FALSE(fixture.decider().decide(who("employee"), Action::read_activity, {fjord, strict}));
  EXPECT_TRUE(fixture.decider().decide(who("manager"), Action::read_activity, {fjord, breach}));
}

}  // namespace
}  // namespace alting::access
