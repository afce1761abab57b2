// What is given holds at once for both sides and in the log, and is taken back at once; also against what comes between, and when
// a commit gives no answer.
#include <gtest/gtest.h>

#include <functional>

#include "access/facts.h"
#include "access/testing/decider_fixture.h"
#include "ledger/event_kinds.h"
#include "store/failpoint.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::breach;
using testing::private_app;
using testing::strict;

class GivenAccessTest : public testing::DeciderFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, GivenAccessTest, store::testing::engines(), store::testing::engine_name);

TEST_P(GivenAccessTest, GivingTheRoleWorksAtOnceForBothSidesAndInTheLogAndTakingItBackToo) {
  const auto employee = fixture.registers.actor("employee");
  ASSERT_FALSE(decide(employee, Action::write, draft(fjord)));
  const auto given = give("employee", "UTINN", std::nullopt, fjord);
  ASSERT_TRUE(given) << given.error().code;
  const auto permit = decide(employee, Action::write, draft(bergen));
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->evidence().source, "delegation:" + given->id.text());
  EXPECT_EQ(permit->evidence().role, "UTINN");
  const auto mine = fixture.delegations().received_by(employee);
  ASSERT_EQ(mine.size(), 1u);
  EXPECT_EQ(mine[0].from_name, "Fjord og Fjell AS");
  EXPECT_EQ(mine[0].given_by_name, "Modig Måltrost");
  ASSERT_EQ(fixture.delegations().given_by(managing(fjord)).size(), 1u);
  EXPECT_EQ(fixture.delegations().given_by(managing(fjord))[0].to_name, "Stille Elvebredd");

  ASSERT_TRUE(
      fixture.delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), fixture.post()));
  EXPECT_FALSE(decide(employee, Action::write, draft(fjord)));
  EXPECT_TRUE(fixture.delegations().received_by(employee).empty());
  const auto entries = fixture.ledger.entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].kind, ledger::EventKind::access_delegated);
  EXPECT_EQ(entries[0].parameters.text("role"), "UTINN");
  EXPECT_EQ(entries[1].kind, ledger::EventKind::access_withdrawn);
  EXPECT_EQ(entries[1].evidence->role, "DAGL");
}

TEST_P(GivenAccessTest, OneFormAloneGivesThatFormAlone) {
  const auto employee = fixture.registers.actor("employee");
  ASSERT_TRUE(give("employee", std::nullopt, breach, fjord));
  EXPECT_TRUE(decide(employee, Action::instantiate, {fjord, breach}));
  EXPECT_TRUE(decide(employee, Action::complete, draft(fjord)));
  EXPECT_TRUE(decide(employee, Action::represent, {.party = fjord}));
  EXPECT_FALSE(decide(employee, Action::read, {fjord, strict}));
  EXPECT_FALSE(decide(employee, Action::read_activity, {.party = fjord}));
  EXPECT_FALSE(decide(employee, Action::delegate, {.party = fjord}));
  const auto scope = fixture.decider().scope(employee, Action::read, fjord);
  ASSERT_TRUE(scope);
  ASSERT_EQ(scope->grants().size(), 1u);
  EXPECT_EQ(scope->grants()[0].apps, std::vector{breach});
}

TEST_P(GivenAccessTest, RefusesWhatMayNotBeGiven) {
  const auto permit = managing(fjord);
  const auto give_to = [&](terms::PartyId to, std::optional<std::string> role, std::optional<terms::AppId> app) {
    return fixture.delegations().delegate(permit, {to, std::move(role), std::move(app)}, fixture.registers.clock.now(),
                                          fixture.post());
  };
  const auto employee = fixture.registers.actor("employee").party;
  EXPECT_EQ(give_to(employee, "KLADM", {}).error().code, "error.delegation.not_yours_to_give");
  EXPECT_EQ(give_to(employee, "DAGL", {}).error().code, "error.delegation.not_yours_to_give");
  EXPECT_EQ(give_to(employee, "TULL", {}).error().code, "error.delegation.not_yours_to_give");
  EXPECT_EQ(give_to(employee, {}, private_app).error().code, "error.delegation.not_yours_to_give");
  EXPECT_EQ(give_to(employee, {}, {}).error().code, "error.delegation.role_or_app");
  EXPECT_EQ(give_to(employee, "UTINN", breach).error().code, "error.delegation.role_or_app");
  EXPECT_EQ(give_to(permit.actor().party, "UTINN", {}).error().code, "error.delegation.to_oneself");
  EXPECT_EQ(give_to(fjord, "UTINN", {}).error().code, "error.delegation.to_oneself");
  EXPECT_TRUE(give_to(employee, "UTINN", {}));
  EXPECT_EQ(give_to(employee, "UTINN", {}).error().code, "error.delegation.given_already");
  EXPECT_EQ(fixture.delegations()
                .withdraw(permit, terms::DelegationId{base::Uuid::v4(fixture.registers.random)},
                          fixture.registers.clock.now(), fixture.post())
                .error()
                .code,
            "error.delegation.unknown");
}

TEST_P(GivenAccessTest, APostThatComesTwiceGivesOnce) {
  const auto permit = managing(fjord);
  const auto post = fixture.post();
  const Delegations::Grant grant{fixture.registers.actor("employee").party, "UTINN", std::nullopt};
  const auto one = fixture.delegations().delegate(permit, grant, fixture.registers.clock.now(), post);
  const auto two = fixture.delegations().delegate(permit, grant, fixture.registers.clock.now(), post);
  ASSERT_TRUE(one);
  ASSERT_TRUE(two) << two.error().code;
  EXPECT_EQ(one->id, two->id);
  EXPECT_EQ(fixture.ledger.entries().size(), 1u);
}

TEST_P(GivenAccessTest, AWriteDecidesAgainInItsTransaction) {
  const auto employee = fixture.registers.actor("employee");
  const auto given = give("employee", "UTINN", std::nullopt, fjord);
  const auto permit = decide(employee, Action::write, draft(fjord)).value();
  const auto recheck = [&](const terms::Permit& checked) {
    return fixture.registers.temp.database().write(
        [&](store::Tx& tx) { return fixture.decider().recheck(tx, checked); });
  };
  EXPECT_TRUE(recheck(permit));
  // Something else changed: the ground still holds.
  ASSERT_TRUE(give("private_person", "UTINN", std::nullopt, fjord));
  EXPECT_TRUE(recheck(permit));
  ASSERT_TRUE(
      fixture.delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), fixture.post()));
  EXPECT_EQ(recheck(permit).error().kind, base::ErrorKind::forbidden);
  const auto manager = decide(fixture.registers.actor("manager"), Action::write, draft(fjord)).value();
  EXPECT_TRUE(recheck(manager));
}

// What comes back from a commit is an error, and nobody knows what became of it.
std::string after_commit(store::Engine engine) {
  return engine == store::Engine::sqlite ? "sqlite.committed" : "postgresql.committed";
}

TEST_P(GivenAccessTest, AWithdrawalIsHonouredThoughItsCommitGaveNoAnswer) {
  const auto employee = fixture.registers.actor("employee");
  const auto given = give("employee", "UTINN", std::nullopt, fjord);
  ASSERT_TRUE(decide(employee, Action::write, draft(fjord)));
  const auto post = fixture.post();
  const auto permit = managing(fjord);
  store::failpoint::arm(after_commit(GetParam()), store::failpoint::Action::error);
  EXPECT_THROW((void)fixture.delegations().withdraw(permit, given->id, fixture.registers.clock.now(), post),
               store::DatabaseError);
  EXPECT_TRUE(store::failpoint::fired());
  store::failpoint::disarm();
  const bool stands = !fixture.delegations().given_by(permit).empty();
  EXPECT_EQ(decide(employee, Action::write, draft(fjord)).has_value(), stands) << "memory follows the rows";
  ASSERT_TRUE(fixture.delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), post));
  EXPECT_FALSE(decide(employee, Action::write, draft(fjord)));
  EXPECT_TRUE(fixture.delegations().given_by(managing(fjord)).empty());
}

TEST_P(GivenAccessTest, AWithdrawalIsLoggedOfWhomItWasTakenFromThen) {
  const auto employee = fixture.registers.actor("employee");
  const auto given = give("employee", "UTINN", std::nullopt, fjord);
  ASSERT_TRUE(given);
  const auto before = fixture.ledger.entries().size();
  fixture.ledger.on_prepare = [&] {
    const auto renamed = fixture.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE party SET name = 'NYTT NAVN' WHERE id = ?", {employee.party});
      return {};
    });
    ASSERT_TRUE(renamed);
  };
  ASSERT_TRUE(
      fixture.delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), fixture.post()));
  const auto entries = fixture.ledger.entries();
  ASSERT_EQ(entries.size(), before + 1);
  EXPECT_EQ(entries.back().personal.back(), std::pair(std::string("recipient_name"), std::string("NYTT NAVN")));
}

TEST_P(GivenAccessTest, AWithdrawalThatLosesEveryRaceSaysSoAndCanBeTriedAgain) {
  const auto employee = fixture.registers.actor("employee");
  const auto given = give("employee", "UTINN", std::nullopt, fjord);
  ASSERT_TRUE(given);
  int names = 0;
  std::function<void()> rename = [&] {
    fixture.ledger.on_prepare = rename;
    ASSERT_TRUE(fixture.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE party SET name = ? WHERE id = ?", {"NAVN " + std::to_string(++names), employee.party});
      return {};
    }));
  };
  fixture.ledger.on_prepare = rename;
  const auto done =
      fixture.delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), fixture.post());
  fixture.ledger.on_prepare = nullptr;
  EXPECT_EQ(names, 10);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, base::ErrorKind::conflict);
  EXPECT_EQ(done.error().code, "error.delegation.changed");
  EXPECT_FALSE(fixture.delegations().given_by(managing(fjord)).empty());
  EXPECT_TRUE(
      fixture.delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), fixture.post()));
}

TEST_P(GivenAccessTest, WhatWasGivenIsHonouredThoughItsCommitGaveNoAnswer) {
  const auto employee = fixture.registers.actor("employee");
  store::failpoint::arm(after_commit(GetParam()), store::failpoint::Action::error);
  EXPECT_THROW((void)give("employee", "UTINN", std::nullopt, fjord), store::DatabaseError);
  store::failpoint::disarm();
  const bool stands = !fixture.delegations().given_by(managing(fjord)).empty();
  EXPECT_EQ(decide(employee, Action::write, draft(fjord)).has_value(), stands);
}

TEST_P(GivenAccessTest, APostThatComesAgainBringsMemoryUpToDate) {
  const auto employee = fixture.registers.actor("employee");
  const auto given = give("employee", "UTINN", std::nullopt, fjord);
  ASSERT_TRUE(given);
  const auto post = fixture.post();
  // Another process withdraws it, with this post.
  auto other = make_access({fixture.registers.temp.database(), *fixture.registers.registry, fixture.ledger,
                            fixture.registers.clock, fixture.registers.random});
  ASSERT_TRUE(other->delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), post));
  ASSERT_TRUE(decide(employee, Action::write, draft(fjord))) << "nobody has told this one yet";
  ASSERT_TRUE(fixture.delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), post));
  EXPECT_FALSE(decide(employee, Action::write, draft(fjord)));
}

TEST_P(GivenAccessTest, OfTwoReadingsOfTheRowsTheLaterCounts) {
  DelegationIndex index;
  DelegationFact fact;
  fact.id = {base::Uuid::v4(fixture.registers.random)};
  fact.from = fjord;
  fact.to = bergen;
  index.replace(fjord, 1, {fact});
  EXPECT_EQ(index.size(), 1u);
  index.replace(fjord, 2, {});
  index.replace(fjord, 1, {fact});
  EXPECT_EQ(index.size(), 0u);
  EXPECT_TRUE(index.received(bergen).empty());
  EXPECT_EQ(index.version(fjord), 2);
}

}  // namespace
}  // namespace alting::access
