// What the two sides of a delegation see of it in their own activity logs.
#include <gtest/gtest.h>

#include "access/testing/access_fixture.h"
#include "ledger/event_kinds.h"
#include "ledger/make_ledger.h"
#include "ledger/migrations.h"
#include "store/testing/vault_fixture.h"

namespace alting::access {
namespace {

using terms::Action;

class DelegationLog : public ::testing::TestWithParam<store::Engine> {
 protected:
  DelegationLog() {
    auto made = ledger::make_ledger(registers.temp.database(), vault.vault(), registers.clock, registers.random,
                                    {.origin = "log.example/alting",
                                     .keys = files.path() / "keys",
                                     .guard = files.path() / "guard",
                                     .background = false});
    if (!made) throw std::runtime_error(made.error().detail);
    log = std::move(*made);
    access = make_access({registers.temp.database(), *registers.registry, *log, registers.clock, registers.random});
    const Decider::AppPolicy form{
        testing::breach,
        testing::policy_xml({{"Permit", "UTINN", "instantiate|read|write", "", ""}}, "dat", "avviksmelding"),
        registers.organisation("Datatilsynet").organisation_number,
        {"organisation"}};
    if (!access->decider().load_policies({form})) throw std::runtime_error("the policy is refused");
  }
  std::vector<ledger::Activity> seen_by(const terms::Actor& actor, terms::PartyId party) {
    const auto permit = access->decider().decide(actor, Action::read_activity, {.party = party});
    EXPECT_TRUE(permit);
    if (!permit) return {};
    log->flush();
    return log->activity(*permit, {.party = party}).rows;
  }
  /// Each act a moment after the one before: of what is entered in one moment the log says no order.
  base::Instant later() {
    registers.clock.advance(base::Duration::seconds(1));
    return registers.clock.now();
  }
  std::string post() { return base::Uuid::v4(registers.random).text(); }

  parties::testing::TestRegisters registers{GetParam(), true, {access::migrations(), ledger::migrations()}};
  store::testing::TempVault vault;
  store::testing::TempFolder files;
  std::unique_ptr<ledger::Ledger> log;
  std::unique_ptr<Access> access;
  terms::Actor manager = registers.actor("manager"), employee = registers.actor("employee");
  terms::PartyId firm = registers.organisation("Fjord og Fjell AS").id;
};
INSTANTIATE_TEST_SUITE_P(Engines, DelegationLog, store::testing::engines(), store::testing::engine_name);

TEST_P(DelegationLog, BothSidesSeeThatItWasGivenAndTakenAndByWhom) {
  const auto managing = access->decider().decide(manager, Action::delegate, {.party = firm}).value();
  const auto given = access->delegations().delegate(managing, {employee.party, "UTINN", {}}, later(), post());
  ASSERT_TRUE(given) << given.error().code;
  ASSERT_TRUE(access->delegations().withdraw(managing, given->id, later(), post()));

  const auto firms = seen_by(manager, firm), theirs = seen_by(employee, employee.party);
  ASSERT_EQ(firms.size(), 2U);
  ASSERT_EQ(theirs.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(theirs[i].entry_id, firms[i].entry_id);
    EXPECT_FALSE(firms[i].concerned);
    EXPECT_TRUE(theirs[i].concerned);
    EXPECT_EQ(theirs[i].actor_name, manager.name);
    EXPECT_EQ(theirs[i].party_name, "Fjord og Fjell AS");
    EXPECT_EQ(theirs[i].parameters.text("role"), "UTINN");
    EXPECT_EQ(theirs[i].parameters.text("delegation"), given->id.text());
    EXPECT_EQ(firms[i].evidence.text("role"), "DAGL");
    EXPECT_TRUE(theirs[i].evidence.is_null());
  }
  EXPECT_EQ(theirs[0].kind, ledger::EventKind::access_withdrawn);
  EXPECT_EQ(theirs[0].parameters.text("reason"), "withdrawn");
  EXPECT_EQ(theirs[1].kind, ledger::EventKind::access_delegated);
  EXPECT_TRUE(seen_by(manager, manager.party).empty()) << "who did it did it for the firm";
}

TEST_P(DelegationLog, BothSidesSeeARequestAndItsAnswer) {
  const auto asked = access->requests().ask(employee, {.party = firm, .role = "UTINN"}, later(), post());
  ASSERT_TRUE(asked) << asked.error().code;
  const auto managing = access->decider().decide(manager, Action::delegate, {.party = firm}).value();
  ASSERT_TRUE(access->requests().refuse(managing, asked->id, "not_known", later(), post()));
  const auto firms = seen_by(manager, firm), theirs = seen_by(employee, employee.party);
  ASSERT_EQ(firms.size(), 2U);
  ASSERT_EQ(theirs.size(), 2U);
  EXPECT_EQ(firms[1].kind, ledger::EventKind::access_request_sent);
  EXPECT_TRUE(firms[1].concerned);
  EXPECT_EQ(firms[1].actor_name, employee.name);
  EXPECT_EQ(firms[1].parameters.text("role"), "UTINN");
  EXPECT_EQ(theirs[0].kind, ledger::EventKind::access_request_refused);
  EXPECT_TRUE(theirs[0].concerned);
  EXPECT_EQ(theirs[0].party_name, "Fjord og Fjell AS");
  EXPECT_EQ(theirs[0].parameters.text("reason"), "not_known");
  EXPECT_EQ(theirs[0].parameters.text("request"), asked->id.text());
}

TEST_P(DelegationLog, WhoAskedSeesTheBusinessAsWhoAnsweredAndNoPerson) {
  const auto managing = access->decider().decide(manager, Action::delegate, {.party = firm}).value();
  const auto first = access->requests().ask(employee, {.party = firm, .role = "UTINN"}, later(), post());
  ASSERT_TRUE(first) << first.error().code;
  ASSERT_TRUE(access->requests().refuse(managing, first->id, "", later(), post()));
  const auto second = access->requests().ask(employee, {.party = firm, .role = "A0236"}, later(), post());
  ASSERT_TRUE(second) << second.error().code;
  const auto given = access->requests().approve(managing, second->id, later(), post());
  ASSERT_TRUE(given) << given.error().code;
  int answers = 0;
  for (const auto& one : seen_by(employee, employee.party)) {
    if (!one.concerned) continue;
    ++answers;
    EXPECT_EQ(one.actor_name, "Fjord og Fjell AS") << one.parameters.dump();
  }
  EXPECT_EQ(answers, 3) << "refused, given, approved";
  for (const auto& one : seen_by(manager, firm)) {
    if (one.concerned) continue;
    EXPECT_EQ(one.actor_name, manager.name) << "for its own people it stands who";
  }
  EXPECT_EQ(access->delegations().received_by(employee).at(0).given_by_name, "Fjord og Fjell AS");
  EXPECT_EQ(access->delegations().given_by(managing).at(0).given_by_name, manager.name);
}

TEST_P(DelegationLog, BothSidesSeeThatAccessWasGivenUp) {
  const auto managing = access->decider().decide(manager, Action::delegate, {.party = firm}).value();
  const auto given = access->delegations().delegate(managing, {employee.party, "UTINN", {}}, later(), post());
  ASSERT_TRUE(given);
  ASSERT_TRUE(access->delegations().renounce(employee, given->id, later(), post()));
  const auto firms = seen_by(manager, firm), theirs = seen_by(employee, employee.party);
  ASSERT_EQ(firms.size(), 2U);
  ASSERT_EQ(theirs.size(), 2U);
  EXPECT_EQ(firms[0].kind, ledger::EventKind::access_renounced);
  EXPECT_FALSE(firms[0].concerned);
  EXPECT_EQ(firms[0].actor_name, employee.name);
  EXPECT_EQ(theirs[0].kind, ledger::EventKind::access_renounced);
  EXPECT_TRUE(theirs[0].concerned);
  EXPECT_EQ(theirs[0].party_name, "Fjord og Fjell AS");
}

TEST_P(DelegationLog, RequestsAndBlocksAreLeftOutForWhoDoesNotManageAccess) {
  const auto managing = access->decider().decide(manager, Action::delegate, {.party = firm}).value();
  const auto asked = access->requests().ask(employee, {.party = firm, .role = "UTINN"}, later(), post());
  ASSERT_TRUE(asked) << asked.error().code;
  ASSERT_TRUE(access->requests().block(managing, asked->id, later(), post()));
  const auto theirs = seen_by(employee, employee.party);
  ASSERT_EQ(theirs.size(), 2U);
  EXPECT_EQ(theirs[0].kind, ledger::EventKind::access_blocked);
  EXPECT_EQ(theirs[0].actor_name, "Fjord og Fjell AS") << "not who pressed the button";
  ASSERT_TRUE(access->delegations().delegate(managing, {employee.party, "UTINN", {}}, later(), post()));
  log->flush();
  const auto permit = access->decider().decide(manager, Action::read_activity, {.party = firm}).value();
  EXPECT_EQ(log->activity(permit, {.party = firm}).rows.size(), 3U);
  const auto rows =
      log->activity(permit, {.party = firm, .without_kinds = {request_kinds.begin(), request_kinds.end()}}).rows;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].kind, ledger::EventKind::access_delegated);
}

}  // namespace
}  // namespace alting::access
