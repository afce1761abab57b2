// What an agency's own system may do, that came with a token: what its scopes say of what was sent, and nothing else.
#include <gtest/gtest.h>

#include "access/testing/access_fixture.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;

class AgencySystems : public ::testing::TestWithParam<store::Engine> {
 protected:
  AccessFixture fixture{GetParam()};
  parties::Party agency = fixture.registers.organisation("Datatilsynet"),
                 firm = fixture.registers.organisation("Fjord og Fjell AS");
  const Target sent{firm.id, breach, std::nullopt, "EndEvent_1"}, draft{firm.id, breach, std::nullopt, "Task_1"};

  static terms::Actor system_of(const parties::Party& organisation, std::vector<std::string> scopes) {
    terms::Actor actor;
    actor.kind = terms::ActorKind::system;
    actor.party = organisation.id;
    actor.party_uuid = organisation.uuid;
    actor.level = terms::AssuranceLevel::substantial;
    actor.name = organisation.name;
    actor.credential = "client:https://issuer.example/|archive";
    actor.scopes = std::move(scopes);
    return actor;
  }
  terms::Actor reader() { return system_of(agency, {"openid", std::string(scope_instances_read)}); }
  terms::Actor writer() { return system_of(agency, {std::string(scope_instances_write)}); }
  template <class Result>
  static std::string code_of(const Result& result) {
    return result ? std::string() : result.error().code;
  }
  template <class Ground>
  std::string recheck(const Ground& ground) {
    auto& database = fixture.registers.temp.database();
    const auto written = database.write([&](store::Tx& tx) { return fixture.decider().recheck(tx, ground); });
    const auto read = database.read([&](store::Tx& tx) { return fixture.decider().recheck_read(tx, ground); });
    EXPECT_EQ(written.has_value(), read.has_value());
    return code_of(written);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AgencySystems, store::testing::engines(), store::testing::engine_name);

TEST_P(AgencySystems, ReadWhatWasSentWithTheScopeForItAndNoDraft) {
  EXPECT_EQ(fixture.decider().agencies_of(reader()), std::vector<std::string>{"dat"});
  const auto scope = fixture.decider().agency_scope(reader(), "dat");
  ASSERT_TRUE(scope);
  EXPECT_EQ(scope->agency_apps(), std::vector{breach});
  EXPECT_EQ(recheck(*scope), "");
  const auto permit = fixture.decider().decide_agency(reader(), "dat", sent);
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->action(), Action::agency_read);
  EXPECT_EQ(permit->evidence().kind, "agency");
  EXPECT_EQ(permit->evidence().role, scope_instances_read);
  EXPECT_EQ(permit->evidence().source, reader().credential);
  EXPECT_EQ(recheck(*permit), "");
  EXPECT_EQ(code_of(fixture.decider().decide_agency(reader(), "dat", draft)), "error.access.forbidden");
}

TEST_P(AgencySystems, MayDoNothingWithoutTheScope) {
  const std::vector<std::vector<std::string>> all{{}, {"altinn:serviceowner/instances.readx"}, {"openid"}};
  for (const auto& scopes : all) {
    const auto system = system_of(agency, scopes);
    EXPECT_EQ(code_of(fixture.decider().agency_scope(system, "dat")), "error.token.scope");
    EXPECT_EQ(code_of(fixture.decider().decide_agency(system, "dat", sent)), "error.token.scope");
    EXPECT_EQ(code_of(fixture.decider().decide_agency(system, "dat", sent, Action::agency_confirm)),
              "error.token.scope");
  }
  EXPECT_EQ(code_of(fixture.decider().decide_agency(writer(), "dat", sent)), "error.token.scope")
      << "who may confirm does not read by it";
}

TEST_P(AgencySystems, ConfirmWithAScopeOfItsOwnWhichIsForSystemsAlone) {
  EXPECT_EQ(code_of(fixture.decider().decide_agency(reader(), "dat", sent, Action::agency_confirm)),
            "error.token.scope");
  const auto permit = fixture.decider().decide_agency(writer(), "dat", sent, Action::agency_confirm);
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->action(), Action::agency_confirm);
  const auto message_writer = system_of(agency, {std::string(scope_messages_write)});
  const auto message_reader = system_of(agency, {std::string(scope_messages_read)});
  const auto sending = fixture.decider().decide_agency(message_writer, "dat", {.app = breach}, Action::agency_send);
  ASSERT_TRUE(sending) << sending.error().code;
  EXPECT_EQ(sending->party(), agency.id) << "about no party: the agency's own";
  EXPECT_TRUE(fixture.decider().decide_agency(message_writer, "dat", {.app = breach}, Action::agency_follow));
  EXPECT_TRUE(fixture.decider().decide_agency(message_reader, "dat", {.app = breach}, Action::agency_follow));
  EXPECT_EQ(code_of(fixture.decider().decide_agency(message_reader, "dat", {.app = breach}, Action::agency_send)),
            "error.token.scope");
  EXPECT_EQ(code_of(fixture.decider().decide_agency(writer(), "dat", {.app = breach}, Action::agency_send)),
            "error.token.scope");
  EXPECT_EQ(recheck(*permit), "");
  const auto caseworker = fixture.registers.actor("caseworker");
  EXPECT_EQ(code_of(fixture.decider().decide_agency(caseworker, "dat", sent, Action::agency_confirm)),
            "error.access.not_staff");
  // No other action is the agency's, whoever asks.
  for (const auto action : {Action::read, Action::write, Action::complete, Action::remove, Action::delegate}) {
    EXPECT_EQ(code_of(fixture.decider().decide_agency(writer(), "dat", sent, action)), "error.token.scope");
    EXPECT_EQ(code_of(fixture.decider().decide_agency(caseworker, "dat", sent, action)), "error.access.not_staff");
  }
}

TEST_P(AgencySystems, OfAnotherOrganisationSeeNothing) {
  const auto other = system_of(firm, {std::string(scope_instances_read), std::string(scope_instances_write)});
  EXPECT_TRUE(fixture.decider().agencies_of(other).empty());
  EXPECT_EQ(code_of(fixture.decider().agency_scope(other, "dat")), "error.access.not_staff");
  EXPECT_EQ(code_of(fixture.decider().decide_agency(other, "dat", sent)), "error.access.not_staff");
  EXPECT_EQ(code_of(fixture.decider().agency_scope(reader(), "nav")), "error.access.not_staff");
  auto without_organisation = reader();
  without_organisation.party = {};
  EXPECT_EQ(code_of(fixture.decider().decide_agency(without_organisation, "dat", sent)), "error.access.not_staff");
}

TEST_P(AgencySystems, HoldNothingForAnyParty) {
  for (const auto& system : {reader(), system_of(firm, {std::string(scope_instances_read)})}) {
    for (const auto party : {firm.id, agency.id}) {
      for (const auto action : {Action::instantiate, Action::read, Action::write, Action::complete, Action::remove})
        EXPECT_FALSE(fixture.decider().decide(system, action, {party, breach, std::nullopt, "Task_1"}));
      for (const auto action : {Action::represent, Action::read_activity, Action::delegate, Action::read_delegations})
        EXPECT_FALSE(fixture.decider().decide(system, action, {.party = party}));
    }
    EXPECT_TRUE(fixture.decider().scope(system, Action::read, std::nullopt)->grants().empty());
    EXPECT_TRUE(fixture.decider().representations(system, {}).rows.empty());
  }
}

// The same organisation's certificate is for what the organisation does as any other: it reads nothing for the agency.
TEST_P(AgencySystems, AreNotTheAgencysCertificate) {
  auto with_certificate = reader();
  with_certificate.kind = terms::ActorKind::organisation;
  EXPECT_TRUE(fixture.decider().agencies_of(with_certificate).empty());
  EXPECT_EQ(code_of(fixture.decider().agency_scope(with_certificate, "dat")), "error.access.not_staff");
  EXPECT_EQ(code_of(fixture.decider().decide_agency(with_certificate, "dat", sent)), "error.access.not_staff");
}

TEST_P(AgencySystems, LoseWhatIsDecidedAgainWhenTheFormIsAnotherAgencys) {
  const auto scope = fixture.decider().agency_scope(reader(), "dat").value();
  const auto permit = fixture.decider().decide_agency(reader(), "dat", sent).value();
  const Decider::AppPolicy form{
      breach,
      testing::policy_xml({{"Permit", "", "read", "", "EndEvent_1", true}}, breach.org, breach.app),
      firm.organisation_number,
      {}};
  ASSERT_TRUE(fixture.decider().load_policies({form}));
  EXPECT_EQ(recheck(scope), "error.access.not_staff");
  EXPECT_EQ(recheck(permit), "error.access.not_staff");
}

// The program itself is a system too, and has what none that comes from outside may have.
TEST_P(AgencySystems, AreNotTheProgramItself) {
  EXPECT_FALSE(reader().is_program());
  const terms::CaseId id{base::Uuid::v4(fixture.registers.random)};
  const auto worker = fixture.registers.actor("caseworker");
  for (const auto kind : {CaseKind::support, CaseKind::rights_request}) {
    fixture.cases[id] = {id, kind, firm.id, worker.party, std::nullopt};
    for (const auto action : {Action::read, Action::read_activity, Action::remove})
      EXPECT_EQ(code_of(fixture.decider().permit_for_case(reader(), id, action, {.party = firm.id})),
                "error.access.case");
  }
}

}  // namespace
}  // namespace alting::access
