// A bankrupt business: the estate's administrator acts for it, its managers read, and nobody acts elsewhere through it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "access/estate.h"
#include "access/testing/access_fixture.h"
#include "ledger/event_kinds.h"
#include "parties/party_rows.h"
#include "parties/write_rows.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;

class EstateTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  static Target draft(terms::PartyId party) { return {party, breach, std::nullopt, "Task_1"}; }
  static Target sent(terms::PartyId party) { return {party, breach, std::nullopt, "EndEvent_1"}; }
  base::Result<terms::Permit> decide(const terms::Actor& actor, Action action, const Target& target) {
    return fixture.decider().decide(actor, action, target);
  }
  std::string refusal(const terms::Actor& actor, Action action, const Target& target) {
    const auto decided = decide(actor, action, target);
    return decided ? "" : decided.error().code;
  }
  base::Status recheck(const terms::Permit& permit) {
    return fixture.registers.temp.database().write(
        [&](store::Tx& tx) { return fixture.decider().recheck(tx, permit); });
  }
  base::Result<Delegation> give(const terms::Actor& giver, terms::PartyId from, terms::PartyId to, std::string role) {
    const auto permit = decide(giver, Action::delegate, {.party = from});
    if (!permit) return permit.error();
    return fixture.delegations().delegate(*permit, {to, std::move(role), {}}, fixture.registers.clock.now(),
                                          fixture.post());
  }
  // As the next import of Enhetsregisteret would have it.
  void set_bankrupt(terms::PartyId party, bool bankrupt) {
    parties::write_rows(fixture.registers.temp.database(), [&](store::Tx& tx) {
      tx.run("UPDATE organisation SET bankrupt = ? WHERE party = ?", {bankrupt, party});
      tx.run("UPDATE party_sequence SET next = next + 1 WHERE name = 'switch'");
    });
    fixture.registers.registry->reload();
  }
  void forget_estate() {
    parties::write_rows(fixture.registers.temp.database(), [&](store::Tx& tx) {
      tx.run("DELETE FROM role_fact WHERE role = 'KDEB'");
      tx.run("UPDATE party_sequence SET next = next + 1 WHERE name = 'switch'");
    });
    fixture.registers.registry->reload();
  }
  bool listed(const terms::Actor& actor, terms::PartyId party, bool only_reading) {
    RepresentationQuery query;
    query.limit = 200;
    for (const auto& row : fixture.decider().representations(actor, query).rows)
      if (row.party.id == party) return row.only_reading == only_reading;
    return false;
  }
  bool in_scope(const terms::Actor& actor, Action action, terms::PartyId party) {
    const auto all = fixture.decider().scope(actor, action, std::nullopt).value();
    const auto one = fixture.decider().scope(actor, action, party).value();
    const auto has = [&](const terms::Scope& scope) {
      return std::ranges::any_of(scope.grants(), [&](const auto& grant) { return grant.party == party; });
    };
    EXPECT_EQ(has(all), has(one));
    return has(all);
  }

  AccessFixture fixture{GetParam()};
  terms::PartyId skute = fixture.registers.organisation("Skjør Skute AS").id;
  terms::PartyId estate = fixture.registers.organisation("Skjør Skute AS konkursbo").id;
  terms::Actor manager = fixture.registers.actor("foreign_worker"),
               trustee = fixture.registers.actor("bankruptcy_trustee");
  terms::Actor employee = fixture.registers.actor("employee");
};
INSTANTIATE_TEST_SUITE_P(Engines, EstateTest, store::testing::engines(), store::testing::engine_name);

TEST_P(EstateTest, ManagersReadAndDoNothingElse) {
  EXPECT_TRUE(decide(manager, Action::read, sent(skute)));
  EXPECT_TRUE(decide(manager, Action::represent, {.party = skute}));
  EXPECT_TRUE(decide(manager, Action::read_activity, {.party = skute}));
  EXPECT_TRUE(decide(manager, Action::read_delegations, {.party = skute}));
  for (const auto action : {Action::instantiate, Action::write, Action::remove, Action::complete})
    EXPECT_EQ(refusal(manager, action, draft(skute)), "error.access.bankrupt") << terms::to_text(action);
  const auto refused = decide(manager, Action::delegate, {.party = skute});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.access.bankrupt");
  EXPECT_EQ(refused.error().params.at(0), (std::pair<std::string, std::string>{"who", "Rettferdig Rødstrupe"}));
  EXPECT_TRUE(listed(manager, skute, true));
  EXPECT_TRUE(in_scope(manager, Action::read, skute));
  EXPECT_FALSE(in_scope(manager, Action::write, skute));
  EXPECT_EQ(refusal(employee, Action::write, draft(skute)), "error.access.forbidden")
      << "who holds nothing learns nothing";
}

TEST_P(EstateTest, WhoOnlyReadsSeesWhatWasSentAndNoDraft) {
  EXPECT_EQ(refusal(manager, Action::read, draft(skute)), "error.access.bankrupt");
  EXPECT_EQ(refusal(manager, Action::read, {skute, breach}), "error.access.bankrupt");
  EXPECT_TRUE(decide(trustee, Action::read, draft(skute)));
  EXPECT_TRUE(decide(manager, Action::read_activity, {skute, breach}));
  const auto drafts_of = [&](const terms::Actor& actor, std::optional<terms::PartyId> party) {
    const auto scope = fixture.decider().scope(actor, Action::read, party).value();
    return std::ranges::any_of(scope.grants(),
                               [&](const auto& grant) { return grant.party == skute && !grant.only_sent; });
  };
  for (const auto& party : {std::optional<terms::PartyId>(), std::optional(skute)}) {
    EXPECT_FALSE(drafts_of(manager, party));
    EXPECT_TRUE(drafts_of(trustee, party));
  }
  ASSERT_TRUE(give(trustee, skute, manager.party, "UTINN"));
  EXPECT_TRUE(decide(manager, Action::read, draft(skute))) << "the estate lets them act";
  for (const auto& party : {std::optional<terms::PartyId>(), std::optional(skute)})
    EXPECT_TRUE(drafts_of(manager, party));
  set_bankrupt(skute, false);
  EXPECT_TRUE(decide(manager, Action::read, draft(skute)));
  EXPECT_TRUE(drafts_of(manager, std::nullopt));
}

TEST_P(EstateTest, TheAdministratorActsForTheBusinessOnTheGroundOfTheEstate) {
  for (const auto action : {Action::write, Action::complete}) {
    const auto permit = decide(trustee, action, draft(skute));
    ASSERT_TRUE(permit) << permit.error().code;
    EXPECT_EQ(permit->party(), skute);
    EXPECT_EQ(permit->evidence().role, "BOBE");
    EXPECT_NE(permit->evidence().source.find(fmt::format(";estate:{}", estate.value)), std::string::npos);
    EXPECT_TRUE(recheck(*permit));
  }
  EXPECT_TRUE(decide(trustee, Action::delegate, {.party = skute}));
  EXPECT_TRUE(decide(trustee, Action::write, draft(estate)));
  EXPECT_TRUE(listed(trustee, skute, false));
  EXPECT_TRUE(in_scope(trustee, Action::write, skute));
}

TEST_P(EstateTest, WhatTheAdministratorGivesHoldsAsLongAsThereIsAnEstate) {
  ASSERT_TRUE(give(trustee, skute, employee.party, "UTINN"));
  const auto permit = decide(employee, Action::write, draft(skute));
  ASSERT_TRUE(permit) << permit.error().code;
  EXPECT_TRUE(recheck(*permit));
  EXPECT_TRUE(listed(employee, skute, false));
  EXPECT_TRUE(in_scope(employee, Action::write, skute));
  set_bankrupt(skute, false);
  EXPECT_FALSE(recheck(*permit));
  EXPECT_EQ(refusal(employee, Action::read, sent(skute)), "error.access.forbidden");
  EXPECT_FALSE(listed(employee, skute, false));
  EXPECT_FALSE(listed(employee, skute, true));
  EXPECT_TRUE(decide(manager, Action::write, draft(skute)));
  EXPECT_EQ(refusal(trustee, Action::write, draft(skute)), "error.access.forbidden");
}

TEST_P(EstateTest, WhatTheAdministratorGaveEndsWithTheEstateAndDoesNotComeBackWithTheNext) {
  const auto gave = give(trustee, skute, employee.party, "UTINN");
  ASSERT_TRUE(gave);
  ASSERT_TRUE(give(trustee, estate, employee.party, "UTINN"));
  EXPECT_EQ(fixture.access->end_overdue(), 0);
  EXPECT_EQ(fixture.delegations().received_by(employee).size(), 2U);
  set_bankrupt(skute, false);
  const auto managing = decide(manager, Action::delegate, {.party = skute}).value();
  EXPECT_TRUE(fixture.delegations().given_by(managing).empty()) << "also before the job has run";
  EXPECT_EQ(fixture.delegations().received_by(employee).size(), 1U) << "what the estate itself gave";
  EXPECT_EQ(fixture.access->end_overdue(), 1);
  EXPECT_EQ(fixture.access->end_overdue(), 0);
  const auto entry = fixture.ledger.entries().back();
  EXPECT_EQ(entry.kind, ledger::EventKind::access_withdrawn);
  EXPECT_EQ(entry.party, skute);
  EXPECT_EQ(entry.parameters.text("reason"), "estate_ended");
  EXPECT_EQ(entry.concerns.at(0).party, employee.party);
  set_bankrupt(skute, true);
  const auto again = decide(trustee, Action::delegate, {.party = skute}).value();
  EXPECT_TRUE(fixture.delegations().given_by(again).empty());
}

TEST_P(EstateTest, WhatTheManagersGaveBeforeLetsOneReadFromThen) {
  set_bankrupt(skute, false);
  ASSERT_TRUE(give(manager, skute, employee.party, "UTINN"));
  const auto permit = decide(employee, Action::write, draft(skute));
  ASSERT_TRUE(permit);
  set_bankrupt(skute, true);
  EXPECT_EQ(recheck(*permit).error().code, "error.access.bankrupt");
  EXPECT_EQ(refusal(employee, Action::write, draft(skute)), "error.access.bankrupt");
  EXPECT_TRUE(decide(employee, Action::read, sent(skute)));
  EXPECT_TRUE(listed(employee, skute, true));
  EXPECT_FALSE(in_scope(employee, Action::write, skute));
  // The administrator takes it back, or gives it anew.
  ASSERT_TRUE(give(trustee, skute, employee.party, "UTINN"));
  EXPECT_TRUE(decide(employee, Action::write, draft(skute)));
}

TEST_P(EstateTest, TheAdministratorTakesBackWhatTheManagersNamed) {
  set_bankrupt(skute, false);
  const auto chief = give(manager, skute, employee.party, "HADM"),
             manages = give(manager, skute, employee.party, "ADMAI");
  ASSERT_TRUE(chief && manages);
  set_bankrupt(skute, true);
  const auto managing = decide(trustee, Action::delegate, {.party = skute}).value();
  for (const auto& one : fixture.delegations().given_by(managing)) EXPECT_TRUE(one.may_take) << one.role.value_or("");
  for (const auto& id : {chief->id, manages->id})
    EXPECT_TRUE(fixture.delegations().withdraw(managing, id, fixture.registers.clock.now(), fixture.post()));
  EXPECT_FALSE(decide(employee, Action::read_delegations, {.party = skute}));
}

TEST_P(EstateTest, AColleagueToWhomTheEstateGaveActsToo) {
  const auto given = give(trustee, estate, employee.party, "UTINN");
  ASSERT_TRUE(given) << given.error().code;
  const auto permit = decide(employee, Action::write, draft(skute));
  ASSERT_TRUE(permit);
  EXPECT_TRUE(recheck(*permit));
  const auto managing = decide(trustee, Action::delegate, {.party = estate}).value();
  ASSERT_TRUE(fixture.delegations().withdraw(managing, given->id, fixture.registers.clock.now(), fixture.post()));
  EXPECT_FALSE(recheck(*permit)) << "what changes in the estate counts";
  EXPECT_EQ(refusal(employee, Action::write, draft(skute)), "error.access.forbidden");
}

TEST_P(EstateTest, WhereNoEstateIsRegisteredNobodyActs) {
  forget_estate();
  EXPECT_EQ(refusal(manager, Action::write, draft(skute)), "error.access.bankrupt_nobody");
  EXPECT_EQ(refusal(trustee, Action::write, draft(skute)), "error.access.forbidden");
  const auto advice = fixture.decider().advise(manager, skute, breach);
  EXPECT_TRUE(advice.bankrupt);
  EXPECT_TRUE(advice.ask.empty());
}

TEST_P(EstateTest, AdviceNamesTheAdministrator) {
  const auto advice = fixture.decider().advise(manager, skute, breach);
  EXPECT_FALSE(advice.may);
  EXPECT_TRUE(advice.bankrupt);
  EXPECT_EQ(advice.ask, std::vector<std::string>{"Rettferdig Rødstrupe"});
  EXPECT_TRUE(fixture.decider().advise(trustee, skute, breach).may);
}

TEST_P(EstateTest, NobodyActsElsewhereThroughABusinessThatIsBankrupt) {
  const auto accountant = fixture.registers.actor("accountant");
  const auto firm = fixture.registers.organisation("Sirlig Regnskap AS").id,
             client = fixture.registers.organisation("Fjord og Fjell AS").id;
  ASSERT_TRUE(give(fixture.registers.actor("manager"), client, firm, "UTINN"));
  const auto permit = decide(accountant, Action::write, draft(client));
  ASSERT_TRUE(permit);
  set_bankrupt(firm, true);
  EXPECT_EQ(refusal(accountant, Action::write, draft(client)), "error.access.forbidden");
  EXPECT_FALSE(recheck(*permit));
}

TEST_P(EstateTest, SubUnitsFollowTheirMainUnit) {
  const auto fjord = fixture.registers.organisation("Fjord og Fjell AS").id,
             bergen = fixture.registers.organisation("Fjord og Fjell AS avd Bergen").id;
  const auto own = fixture.registers.actor("manager");
  const auto permit = decide(own, Action::write, draft(bergen));
  ASSERT_TRUE(permit);
  set_bankrupt(fjord, true);
  EXPECT_EQ(refusal(own, Action::write, draft(bergen)), "error.access.bankrupt_nobody");
  EXPECT_FALSE(recheck(*permit));
  EXPECT_TRUE(decide(own, Action::read, sent(bergen)));
}

TEST_P(EstateTest, AFormIsForEstatesWhenItSaysSo) {
  EXPECT_EQ(refusal(trustee, Action::instantiate, {estate, breach}), "error.access.party_kind");
  EXPECT_TRUE(decide(trustee, Action::instantiate, {skute, breach}));
  ASSERT_TRUE(fixture.decider().load_policies(
      {{breach,
        testing::policy_xml({{"Permit", "UTINN", "instantiate|read", "", "", false}}, "dat", "avviksmelding", 3),
        "974761467",
        {"organisation", "bankruptcyEstate"}}}));
  EXPECT_TRUE(decide(trustee, Action::instantiate, {estate, breach}));
}

TEST(EstateRule, IsDatedAndLetsManagersReadOnly) {
  EXPECT_EQ(estate_rule(*base::from_rfc3339("2025-12-31T23:59:59Z")), nullptr);
  const auto* rule = estate_rule(*base::from_rfc3339("2026-01-01T00:00:00Z"));
  ASSERT_NE(rule, nullptr);
  EXPECT_FALSE(rule->law.empty());
  EXPECT_TRUE(managers_may(*rule, Action::read));
  for (const auto action :
       {Action::instantiate, Action::write, Action::remove, Action::complete, Action::confirm, Action::delegate})
    EXPECT_FALSE(managers_may(*rule, action));
}

}  // namespace
}  // namespace alting::access
