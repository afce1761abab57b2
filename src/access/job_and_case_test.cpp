// Permits for jobs and cases: what stands on the list and nothing else, looked at again in the writing transaction.
#include "access/job_and_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "access/testing/access_fixture.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using testing::private_app;
using testing::strict;

constexpr std::array every_action{
    Action::instantiate,   Action::read,        Action::write,          Action::remove,
    Action::complete,      Action::confirm,     Action::delegate,       Action::read_delegations,
    Action::read_activity, Action::agency_read, Action::agency_confirm, Action::agency_send,
    Action::agency_follow, Action::represent};

struct Forger : Decider {  // as another release might have made one
  using Decider::make_permit;
};

class JobsAndCases : public ::testing::TestWithParam<store::Engine> {
 protected:
  AccessFixture fixture{GetParam()};
  parties::Party firm = fixture.registers.organisation("Fjord og Fjell AS");
  terms::Actor citizen = fixture.registers.actor("private_person"), worker = fixture.registers.actor("caseworker"),
               other = fixture.registers.actor("employee");
  terms::CaseId id{base::Uuid::v4(fixture.registers.random)};
  terms::Actor program = [] {
    terms::Actor actor;
    actor.kind = terms::ActorKind::system;
    return actor;
  }();

  base::Result<terms::Permit> job(JobKind kind, Action action, const Target& target) {
    return fixture.decider().permit_for_job(kind, action, target);
  }
  base::Result<terms::Permit> in_case(const terms::Actor& actor, Action action, const Target& target) {
    return fixture.decider().permit_for_case(actor, id, action, target);
  }
  void open_case(CaseKind kind, std::optional<terms::InstanceId> instance = {}) {
    fixture.cases[id] = {id, kind, citizen.party, worker.party, instance};
  }
  Target citizens(std::optional<terms::AppId> app = {}, std::optional<terms::InstanceId> instance = {}) {
    return {citizen.party, std::move(app), instance, ""};
  }
  // Written, and in a transaction that only reads.
  std::string recheck(const terms::Permit& permit) {
    auto& database = fixture.registers.temp.database();
    const auto written = database.write([&](store::Tx& tx) { return fixture.decider().recheck(tx, permit); });
    const auto read = database.read([&](store::Tx& tx) { return fixture.decider().recheck_read(tx, permit); });
    EXPECT_EQ(written.has_value(), read.has_value());
    return written ? "" : written.error().code;
  }
  void run(std::string_view sql, std::initializer_list<store::Value> values) {
    ASSERT_TRUE(fixture.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      EXPECT_EQ(tx.run(sql, values), 1);
      return {};
    }));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, JobsAndCases, store::testing::engines(), store::testing::engine_name);

TEST(JobAndCaseRules, EachKindHasOneRowACodeOfItsOwnALawAndSomethingToDo) {
  std::set<std::string_view> codes;
  for (const auto& rule : job_rules()) {
    EXPECT_TRUE(codes.insert(rule.code).second) << rule.code;
    EXPECT_FALSE(rule.legal_basis.empty()) << rule.code;
    EXPECT_FALSE(rule.actions.empty()) << rule.code;
    EXPECT_EQ(&rule_of(rule.kind), &rule);
    EXPECT_EQ(find_job_rule(rule.code), &rule);
  }
  for (const auto& rule : case_rules()) {
    EXPECT_TRUE(codes.insert(rule.code).second) << rule.code;
    EXPECT_FALSE(rule.legal_basis.empty()) << rule.code;
    EXPECT_EQ(&rule_of(rule.kind), &rule);
  }
  EXPECT_EQ(find_job_rule("party.anything"), nullptr);
  EXPECT_EQ(find_job_rule(""), nullptr);
}

TEST_P(JobsAndCases, AJobMayDoWhatItsKindSaysAndNothingElse) {
  for (const auto& rule : job_rules()) {
    for (const auto action : every_action) {
      const bool listed = std::ranges::find(rule.actions, action) != rule.actions.end();
      const auto permit = job(rule.kind, action, {firm.id, breach});
      ASSERT_EQ(permit.has_value(), listed) << rule.code << " " << terms::to_text(action);
      if (!permit) {
        EXPECT_EQ(permit.error().kind, base::ErrorKind::forbidden);
        EXPECT_EQ(permit.error().code, "error.access.job");
        continue;
      }
      EXPECT_EQ(permit->actor().kind, terms::ActorKind::system);
      EXPECT_EQ(permit->actor().party, terms::PartyId{});
      EXPECT_EQ(permit->party(), firm.id);
      EXPECT_EQ(permit->party_uuid(), firm.uuid);
      EXPECT_EQ(permit->action(), action);
      EXPECT_EQ(permit->resource(), "app:dat/avviksmelding");
      EXPECT_EQ(permit->evidence().kind, "job");
      EXPECT_EQ(permit->evidence().role, rule.code);
      EXPECT_EQ(permit->evidence().policy, rule.legal_basis) << "stands in the log with what the job does";
      EXPECT_EQ(recheck(*permit), "");
    }
  }
  EXPECT_EQ(job(JobKind::portable, Action::read, {.party = firm.id})->resource(), "party");
  const auto nobody = job(JobKind::retention, Action::remove, {.party = {999'999'999}});
  EXPECT_EQ(nobody.error().kind, base::ErrorKind::not_found);
}

TEST_P(JobsAndCases, AJobOnAServiceThatIsNotThereAnyMoreStillEndsWhatWasSentToIt) {
  EXPECT_TRUE(job(JobKind::retention, Action::remove, {firm.id, terms::AppId{"dat", "gone"}}));
}

TEST_P(JobsAndCases, WhatIsErasedOrPastItsTimeIsSoWhetherOrNotThePartyLives) {
  const auto gathering = job(JobKind::portable, Action::read, citizens()).value();
  const auto ending = job(JobKind::retention, Action::remove, citizens()).value();
  run("UPDATE person SET dead = 1 WHERE party = ?", {citizen.party});
  EXPECT_EQ(recheck(gathering), "error.access.job") << "the rows know before memory does";
  EXPECT_EQ(recheck(ending), "");
  fixture.restart();
  EXPECT_EQ(job(JobKind::portable, Action::read, citizens()).error().code, "error.access.job");
  EXPECT_TRUE(job(JobKind::retention, Action::remove, citizens()));
  EXPECT_TRUE(job(JobKind::erasure, Action::remove, citizens()));
}

TEST_P(JobsAndCases, AnOrganisationThatIsStruckOffGetsNoCopyButLosesWhatIsPastItsTime) {
  const auto gathering = job(JobKind::portable, Action::read, {.party = firm.id}).value();
  const auto ending = job(JobKind::erasure, Action::remove, {.party = firm.id}).value();
  run("UPDATE organisation SET deleted = 1 WHERE party = ?", {firm.id});
  EXPECT_EQ(recheck(gathering), "error.access.job");
  EXPECT_EQ(recheck(ending), "");
}

TEST_P(JobsAndCases, APermitOfAKindThatIsNotOnTheListIsRefusedInTheTransaction) {
  const auto forge = [&](std::string code, Action action, const terms::Actor& actor) {
    return Forger::make_permit(actor, firm, action, "party", {}, {"job", std::move(code), "", "", 0});
  };
  EXPECT_EQ(recheck(forge("party.retention", Action::remove, program)), "");
  EXPECT_EQ(recheck(forge("party.anything", Action::remove, program)), "error.access.job");
  EXPECT_EQ(recheck(forge("", Action::remove, program)), "error.access.job");
  EXPECT_EQ(recheck(forge("party.retention", Action::read, program)), "error.access.job");
  EXPECT_EQ(recheck(forge("party.retention", Action::remove, citizen)), "error.access.job") << "no person is a job";
  const auto nowhere =
      Forger::make_permit(program, {}, Action::remove, "party", {}, {"job", "party.retention", "", "", 0});
  EXPECT_EQ(recheck(nowhere), "error.party.not_found");
}

TEST_P(JobsAndCases, WithoutARoomThatKeepsCasesNoneIsOpen) {
  auto without = make_access({fixture.registers.temp.database(), *fixture.registers.registry, fixture.ledger,
                              fixture.registers.clock, fixture.registers.random});
  for (const auto& actor : {worker, program}) {
    const auto refused = without->decider().permit_for_case(actor, id, Action::read, citizens());
    EXPECT_EQ(refused.error().kind, base::ErrorKind::forbidden);
    EXPECT_EQ(refused.error().code, "error.access.case");
  }
  open_case(CaseKind::support);
  const auto permit = in_case(worker, Action::read, citizens()).value();
  const auto checked =
      fixture.registers.temp.database().write([&](store::Tx& tx) { return without->decider().recheck(tx, permit); });
  EXPECT_EQ(checked.error().code, "error.access.case");
}

TEST_P(JobsAndCases, StaffWithAnOpenCaseMayDoWhatItsKindSaysAndOnlyForItsParty) {
  open_case(CaseKind::support);
  for (const auto action : every_action) {
    const auto& allowed = rule_of(CaseKind::support).actions;
    const bool listed = std::ranges::find(allowed, action) != allowed.end();
    const auto permit = in_case(worker, action, citizens());
    ASSERT_EQ(permit.has_value(), listed) << terms::to_text(action);
    if (!permit) continue;
    EXPECT_EQ(permit->evidence().kind, "case");
    EXPECT_EQ(permit->evidence().role, "support");
    EXPECT_EQ(permit->evidence().source, "case:" + id.text());
    EXPECT_EQ(permit->evidence().policy, rule_of(CaseKind::support).legal_basis);
    EXPECT_EQ(recheck(*permit), "");
  }
  EXPECT_EQ(in_case(worker, Action::read, {.party = firm.id}).error().code, "error.access.case");
  EXPECT_EQ(in_case(other, Action::read, citizens()).error().code, "error.access.case") << "another's case";
  EXPECT_EQ(in_case(citizen, Action::read, citizens()).error().code, "error.access.case");
  EXPECT_EQ(in_case(program, Action::read, citizens()).error().code, "error.access.case");
  auto business = worker;
  business.kind = terms::ActorKind::organisation;
  EXPECT_EQ(in_case(business, Action::read, citizens()).error().code, "error.access.case");
}

TEST_P(JobsAndCases, ACaseThatClosesOrChangesHandsClosesWhatWasDecidedToo) {
  open_case(CaseKind::support);
  const auto permit = in_case(worker, Action::read, citizens()).value();
  EXPECT_EQ(recheck(permit), "");
  fixture.cases[id].worker = other.party;
  EXPECT_EQ(recheck(permit), "error.access.case");
  fixture.cases[id].worker.reset();
  EXPECT_EQ(recheck(permit), "error.access.case");
  fixture.cases[id].worker = worker.party;
  fixture.cases[id].kind = CaseKind::rights_request;
  EXPECT_EQ(recheck(permit), "error.access.case") << "it was permitted as something else";
  fixture.cases[id].kind = CaseKind::support;
  fixture.cases[id].party = firm.id;
  EXPECT_EQ(recheck(permit), "error.access.case");
  fixture.cases.clear();
  EXPECT_EQ(recheck(permit), "error.access.case");
  EXPECT_EQ(in_case(worker, Action::read, citizens()).error().code, "error.access.case");
}

TEST_P(JobsAndCases, ACaseAboutOneFormOpensThatFormOnly) {
  const terms::InstanceId form{base::Uuid::v4(fixture.registers.random)},
      another{base::Uuid::v4(fixture.registers.random)};
  open_case(CaseKind::support, form);
  const auto permit = in_case(worker, Action::read, citizens(private_app, form));
  ASSERT_TRUE(permit);
  EXPECT_EQ(recheck(*permit), "");
  EXPECT_FALSE(in_case(worker, Action::read, citizens(private_app, another)));
  EXPECT_FALSE(in_case(worker, Action::read, citizens()));
  fixture.cases[id].instance = another;
  EXPECT_EQ(recheck(*permit), "error.access.case");
}

TEST_P(JobsAndCases, WhatAFormAsksOfALoginIsAskedOfStaffWithACaseToo) {
  open_case(CaseKind::support);
  const auto weak = fixture.registers.actor("caseworker", terms::AssuranceLevel::substantial);
  const auto weaker = fixture.registers.actor("caseworker", terms::AssuranceLevel::low);
  EXPECT_TRUE(in_case(weak, Action::read, citizens(private_app)));
  EXPECT_EQ(in_case(weaker, Action::read, citizens()).error().kind, base::ErrorKind::level_too_low);
  EXPECT_EQ(in_case(weak, Action::read, citizens(strict)).error().kind, base::ErrorKind::level_too_low);
  EXPECT_EQ(in_case(weak, Action::read, citizens(terms::AppId{"dat", "gone"})).error().kind,
            base::ErrorKind::level_too_low)
      << "what it asked for is not known";
  EXPECT_TRUE(in_case(worker, Action::read, citizens(strict)));
  const terms::InstanceId form{base::Uuid::v4(fixture.registers.random)};
  EXPECT_TRUE(in_case(weak, Action::read, citizens()));
  EXPECT_TRUE(in_case(weak, Action::read, citizens(private_app, form)));
  EXPECT_EQ(in_case(weak, Action::read, citizens({}, form)).error().kind, base::ErrorKind::level_too_low)
      << "a form of which nobody says what it asks for";
  EXPECT_TRUE(in_case(worker, Action::read, citizens({}, form)));
}

TEST_P(JobsAndCases, TheProgramCarriesOutWhatARightsRequestDecided) {
  open_case(CaseKind::rights_request);
  EXPECT_TRUE(in_case(worker, Action::remove, citizens()));
  const auto permit = in_case(program, Action::remove, citizens());
  ASSERT_TRUE(permit);
  EXPECT_EQ(recheck(*permit), "");
  EXPECT_FALSE(in_case(program, Action::delegate, citizens()));
  fixture.cases.clear();
  EXPECT_EQ(recheck(*permit), "error.access.case");
}

TEST_P(JobsAndCases, NobodyWhoIsDeadWorksOnACase) {
  open_case(CaseKind::support);
  const auto permit = in_case(worker, Action::read, citizens()).value();
  run("UPDATE person SET dead = 1 WHERE party = ?", {worker.party});
  EXPECT_EQ(recheck(permit), "error.access.case");
  fixture.restart();
  EXPECT_EQ(in_case(worker, Action::read, citizens()).error().code, "error.access.case");
}

TEST_P(JobsAndCases, AnAgencysPermitsAndScopesFallWithTheRole) {
  auto& decider = fixture.decider();
  auto& database = fixture.registers.temp.database();
  const auto permit = decider.decide_agency(worker, "dat", {firm.id, breach, {}, "EndEvent_1"}).value();
  const auto scope = decider.agency_scope(worker, "dat").value();
  const auto own = decider.scope(fixture.registers.actor("manager"), Action::read, firm.id).value();
  const auto written = [&](const auto& ground) {
    const auto done = database.write([&](store::Tx& tx) { return decider.recheck(tx, ground); });
    const auto read = database.read([&](store::Tx& tx) { return decider.recheck_read(tx, ground); });
    EXPECT_EQ(done.has_value(), read.has_value());
    return done ? std::string() : done.error().code;
  };
  EXPECT_EQ(written(permit), "");
  EXPECT_EQ(written(scope), "");
  EXPECT_EQ(written(own), "error.access.forbidden") << "its rows are decided one by one";
  run("UPDATE party_sequence SET next = next + 1 WHERE name = 'switch'", {});
  EXPECT_EQ(written(permit), "") << "something else changed";
  EXPECT_EQ(written(scope), "");
  run("DELETE FROM role_fact WHERE holder = ? AND role = 'SAKSB'", {worker.party});
  EXPECT_EQ(written(permit), "error.access.not_staff");
  EXPECT_EQ(written(scope), "error.access.not_staff");
}

}  // namespace
}  // namespace alting::access
