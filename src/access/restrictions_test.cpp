// What is restricted is stored, and nothing else: every decision asks, at once, and says who tried.
#include "access/restrictions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "access/testing/access_fixture.h"
#include "access/topics.h"
#include "ledger/event_kinds.h"
#include "store/row_reader.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RestrictionsTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  AccessFixture fixture{GetParam()};
  parties::Party firm = fixture.registers.organisation("Fjord og Fjell AS"),
                 agency = fixture.registers.organisation("Datatilsynet");
  terms::Actor worker = fixture.registers.actor("caseworker"), citizen = fixture.registers.actor("private_person");
  terms::InstanceId form{base::Uuid::v4(fixture.registers.random)}, other{base::Uuid::v4(fixture.registers.random)};

  Restrictions& restrictions() { return fixture.access->restrictions(); }
  store::Database& database() { return fixture.registers.temp.database(); }
  base::Instant now() { return fixture.registers.clock.now(); }
  terms::Scope scope() { return fixture.decider().agency_scope(worker, "dat").value(); }
  Target sent(const terms::InstanceId& id) { return {firm.id, breach, id, "EndEvent_1"}; }
  terms::Actor system() {
    terms::Actor actor;
    actor.kind = terms::ActorKind::system;
    actor.party = agency.id;
    actor.level = terms::AssuranceLevel::substantial;
    actor.name = agency.name;
    actor.credential = "client:https://issuer.example/|archive";
    actor.scopes = {std::string(scope_instances_read), std::string(scope_instances_write)};
    return actor;
  }
  template <class Result>
  static std::string code_of(const Result& result) {
    return result ? std::string() : result.error().code;
  }
  base::Result<RestrictionId> impose(std::string item = {}, std::string ground = "contested") {
    const auto judge = scope();
    return restrictions().impose({&judge, {}}, {.party = firm.id, .item = std::move(item), .ground = std::move(ground)},
                                 now(), fixture.post());
  }
  base::Status announce(const RestrictionId& id, std::optional<base::Instant> day = {}) {
    const auto judge = scope();
    return restrictions().announce_lift({&judge, {}}, id, day, now(), fixture.post());
  }
  base::Status open(const terms::InstanceId& id, const std::string& ground = "legal_claims",
                    const std::string& words = "Klagesak 26/00042") {
    return restrictions().open_anyway(scope(), firm.id, id.text(), ground, words, now(), fixture.post());
  }
  std::string read(const terms::InstanceId& id, const terms::Actor& actor) {
    return code_of(fixture.decider().decide_agency(actor, "dat", sent(id)));
  }
  // Inside a transaction that writes, and one that reads.
  template <class Ground>
  std::string recheck(const Ground& ground) {
    const auto written = database().write([&](store::Tx& tx) { return fixture.decider().recheck(tx, ground); });
    const auto read = database().read([&](store::Tx& tx) { return fixture.decider().recheck_read(tx, ground); });
    EXPECT_EQ(written.has_value(), read.has_value());
    return code_of(written);
  }
  std::int64_t logged(ledger::EventKind kind) {
    const auto entries = fixture.ledger.entries();
    return std::ranges::count_if(entries, [&](const auto& entry) { return entry.kind == kind; });
  }
  // What waits to be told, of all.
  std::vector<std::string> to_be_told() {
    return database().read([](store::Tx& tx) {
      std::vector<std::string> all;
      for (const auto& row :
           tx.query("SELECT payload FROM outbox WHERE topic = ? ORDER BY id", {restriction_changed.name}))
        all.emplace_back(base::Json::parse(store::read_one<std::string>(row))->text("what"));
      std::ranges::sort(all);
      return all;
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, RestrictionsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(RestrictionsTest, refuse_the_agencys_people_and_systems_and_take_away_what_was_decided_before) {
  const auto before = fixture.decider().decide_agency(worker, "dat", sent(form)).value();
  const auto confirming = fixture.decider().decide_agency(system(), "dat", sent(form), Action::agency_confirm).value();
  EXPECT_EQ(recheck(before), "");
  ASSERT_TRUE(impose());
  EXPECT_EQ(read(form, worker), restricted_code);
  EXPECT_EQ(read(other, worker), restricted_code);
  EXPECT_EQ(read(form, system()), restricted_code);
  EXPECT_EQ(code_of(fixture.decider().decide_agency(system(), "dat", sent(form), Action::agency_confirm)),
            restricted_code);
  EXPECT_EQ(recheck(before), restricted_code);
  EXPECT_EQ(recheck(confirming), restricted_code);
  EXPECT_EQ(recheck(scope()), "") << "a list leaves it out";
}

TEST_P(RestrictionsTest, let_the_party_go_on_reading_and_sending) {
  const auto manager = fixture.registers.actor("manager");
  ASSERT_TRUE(impose());
  for (const auto action : {Action::instantiate, Action::read, Action::write, Action::complete})
    EXPECT_EQ(code_of(fixture.decider().decide(manager, action, {firm.id, breach, std::nullopt, "Task_1"})), "");
  EXPECT_EQ(code_of(fixture.decider().permit_for_job(JobKind::portable, Action::read, {.party = firm.id})), "");
  EXPECT_EQ(code_of(fixture.decider().permit_for_job(JobKind::erasure, Action::remove, {.party = firm.id})), "");
}

TEST_P(RestrictionsTest, of_one_form_leave_the_others_open_and_other_agencies_are_not_bound) {
  ASSERT_TRUE(impose(form.text()));
  EXPECT_EQ(read(form, worker), restricted_code);
  EXPECT_EQ(read(other, worker), "");
  database().read([&](store::Tx& tx) {
    EXPECT_TRUE(is_restricted(tx, firm.id, "dat", form.text()));
    EXPECT_FALSE(is_restricted(tx, firm.id, "dat", other.text()));
    EXPECT_FALSE(is_restricted(tx, firm.id, "dat"));
    EXPECT_FALSE(is_restricted(tx, firm.id, "nav", form.text()));
    EXPECT_FALSE(is_restricted(tx, firm.id, operator_controller, form.text()));
    EXPECT_TRUE(is_restricted_anywhere(tx, firm.id));
    EXPECT_FALSE(is_restricted_anywhere(tx, agency.id));
  });
}

TEST_P(RestrictionsTest, say_in_the_log_who_tried_within_what_one_may_cause_in_an_hour) {
  ASSERT_TRUE(impose());
  EXPECT_EQ(logged(ledger::EventKind::restriction_imposed), 1);
  EXPECT_EQ(read(form, worker), restricted_code);
  const auto entries = fixture.ledger.entries();
  const auto& tried = entries.back();
  EXPECT_EQ(tried.kind, ledger::EventKind::access_restricted_try);
  EXPECT_EQ(tried.actor.party, worker.party);
  EXPECT_EQ(tried.party, firm.id);
  EXPECT_EQ(tried.instance, form);
  EXPECT_EQ(tried.agency, "dat");
  EXPECT_EQ(tried.resource, "app:" + breach.text());
  EXPECT_EQ(read(form, fixture.registers.actor("employee")), "error.access.not_staff");
  EXPECT_EQ(logged(ledger::EventKind::access_restricted_try), 1) << "who may not anyhow did not try what is restricted";
  auto subscriber = system();
  subscriber.credential = "subscription:1";
  EXPECT_EQ(read(form, subscriber), restricted_code);
  EXPECT_EQ(logged(ledger::EventKind::access_restricted_try), 1) << "the program asks what a subscriber may see";
}

TEST_P(RestrictionsTest, log_no_more_tries_than_the_hour_has_room_for_and_refuse_all_the_same) {
  store::QuotaLimits limits;
  limits.entries = 3;
  fixture.access = make_access({.database = database(),
                                .parties = *fixture.registers.registry,
                                .ledger = fixture.ledger,
                                .clock = fixture.registers.clock,
                                .random = fixture.registers.random,
                                .quotas = store::Quotas(limits)});
  fixture.load();
  ASSERT_TRUE(impose());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(read(form, worker), restricted_code);
  EXPECT_EQ(logged(ledger::EventKind::access_restricted_try), 2) << "imposing it was the first of three";
}

TEST_P(RestrictionsTest, are_opened_by_one_employee_for_an_hour_on_a_ground_of_the_list) {
  ASSERT_TRUE(impose());
  EXPECT_EQ(code_of(open(form, "curiosity")), "error.restriction.ground");
  EXPECT_EQ(code_of(open(form, "consent", "x")), "error.restriction.words");
  EXPECT_EQ(code_of(open(form, "consent", std::string(501, 'x'))), "error.restriction.words");
  EXPECT_EQ(read(form, worker), restricted_code);
  ASSERT_TRUE(open(form));
  const auto permit = fixture.decider().decide_agency(worker, "dat", sent(form));
  ASSERT_TRUE(permit) << permit.error().code;
  EXPECT_THAT(permit->evidence().policy, ::testing::EndsWith(";art18:legal_claims"));
  EXPECT_EQ(recheck(*permit), "");
  const auto how = restrictions().opened_by(worker, "dat", firm.id, form.text());
  ASSERT_TRUE(how);
  EXPECT_EQ(how->ground, "legal_claims");
  EXPECT_EQ(how->until, now() + base::Duration::hours(1));
  EXPECT_FALSE(restrictions().opened_by(worker, "dat", firm.id, other.text()));
  EXPECT_EQ(read(other, worker), restricted_code) << "this one, and no other";
  EXPECT_EQ(read(form, system()), restricted_code) << "a person named themself, and no system";
  const auto entries = fixture.ledger.entries();
  const auto opened = std::ranges::find(entries, ledger::EventKind::restriction_opened, &ledger::NewEntry::kind);
  ASSERT_NE(opened, entries.end());
  EXPECT_EQ(opened->party, firm.id);
  EXPECT_EQ(opened->actor.party, worker.party);
  EXPECT_EQ(opened->parameters.text("ground"), "legal_claims");
  EXPECT_THAT(opened->personal, ElementsAre(std::pair<std::string, std::string>("opening_words", "Klagesak 26/00042")));
  fixture.registers.clock.advance(base::Duration::minutes(61));
  EXPECT_EQ(recheck(*permit), restricted_code);
  EXPECT_EQ(read(form, worker), restricted_code);
  EXPECT_FALSE(restrictions().opened_by(worker, "dat", firm.id, form.text()));
}

TEST_P(RestrictionsTest, cannot_be_opened_where_nothing_is_restricted_or_by_who_is_not_of_the_agency) {
  EXPECT_EQ(code_of(open(form)), "error.restriction.unknown");
  ASSERT_TRUE(impose(form.text()));
  EXPECT_EQ(code_of(open(other)), "error.restriction.unknown");
  const auto by_system = fixture.decider().agency_scope(system(), "dat").value();
  EXPECT_EQ(
      code_of(restrictions().open_anyway(by_system, firm.id, form.text(), "consent", "fordi", now(), fixture.post())),
      "error.access.needs_person");
}

TEST_P(RestrictionsTest, are_imposed_once_and_tell_what_is_wrong_with_what_was_asked) {
  EXPECT_EQ(code_of(impose({}, "because")), "error.restriction.ground");
  EXPECT_EQ(code_of(impose("not an id")), "error.restriction.item");
  const auto judge = scope();
  EXPECT_EQ(code_of(restrictions().impose({&judge, {}}, {.party = {987}, .ground = "claims"}, now(), fixture.post())),
            "error.restriction.party");
  EXPECT_EQ(
      code_of(restrictions().impose({nullptr, ""}, {.party = firm.id, .ground = "claims"}, now(), fixture.post())),
      "error.restriction.name");
  const auto first = impose(), again = impose();
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first, *again);
  EXPECT_EQ(logged(ledger::EventKind::restriction_imposed), 1);
  EXPECT_THAT(to_be_told(), ElementsAre("imposed"));
}

TEST_P(RestrictionsTest, are_decided_by_whose_login_opens_all_of_the_agencys_services) {
  const std::vector<testing::RuleText> by_staff{{"Permit", "", "read", "", "EndEvent_1", true}};
  ASSERT_TRUE(fixture.decider().load_policies(
      {{breach, testing::policy_xml(by_staff, "dat", "avviksmelding", 3), "974761467", {}},
       {{"dat", "streng"}, testing::policy_xml(by_staff, "dat", "streng", 4), "974761467", {}}}));
  auto weak = worker;
  weak.level = terms::AssuranceLevel::substantial;
  const auto weak_scope = fixture.decider().agency_scope(weak, "dat").value();
  ASSERT_TRUE(weak_scope.withheld()) << "some service asks for more";
  const auto by_weak = [&] {
    return code_of(
        restrictions().impose({&weak_scope, {}}, {.party = firm.id, .ground = "claims"}, now(), fixture.post()));
  };
  EXPECT_EQ(by_weak(), "error.access.level");
  const auto id = impose().value();
  EXPECT_EQ(code_of(restrictions().announce_lift({&weak_scope, {}}, id, {}, now(), fixture.post())),
            "error.access.level");
  EXPECT_TRUE(announce(id));
}

TEST_P(RestrictionsTest, are_lifted_on_the_day_that_was_said_before_and_no_earlier) {
  const auto id = impose().value();
  EXPECT_EQ(code_of(announce(id, now() + base::Duration::hours(3))), "error.restriction.day");
  EXPECT_EQ(code_of(announce({base::Uuid::v4(fixture.registers.random)})), "error.restriction.unknown");
  ASSERT_TRUE(announce(id));
  auto all = restrictions().of_controller({.scope = nullptr});
  EXPECT_THAT(all, IsEmpty()) << "the operator has none";
  const auto judge = scope();
  all = restrictions().of_controller({&judge, {}});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].lift_at, now() + base::Duration::days(14));
  EXPECT_EQ(all[0].imposed_by, worker.party);
  fixture.registers.clock.advance(base::Duration::days(13));
  EXPECT_EQ(restrictions().lift_due(), 0);
  EXPECT_EQ(read(form, worker), restricted_code);
  fixture.registers.clock.advance(base::Duration::days(1));
  EXPECT_EQ(restrictions().lift_due(), 1);
  EXPECT_EQ(restrictions().lift_due(), 0);
  EXPECT_EQ(read(form, worker), "");
  EXPECT_EQ(logged(ledger::EventKind::restriction_announced), 1);
  EXPECT_EQ(logged(ledger::EventKind::restriction_lifted), 1);
  EXPECT_THAT(to_be_told(), ElementsAre("announced", "imposed", "lifted"));
  EXPECT_EQ(code_of(announce(id)), "error.restriction.unknown");
  EXPECT_TRUE(impose()) << "and may be restricted again";
}

TEST_P(RestrictionsTest, end_by_age_nothing_of_the_party_and_are_no_ground_for_help) {
  const auto ends = [&] {
    return code_of(fixture.decider().permit_for_job(JobKind::retention, Action::remove, {.party = firm.id}));
  };
  const auto before = fixture.decider().permit_for_job(JobKind::retention, Action::remove, {.party = firm.id}).value();
  EXPECT_EQ(ends(), "");
  ASSERT_TRUE(impose(form.text()));
  EXPECT_EQ(ends(), restricted_code);
  EXPECT_EQ(logged(ledger::EventKind::access_restricted_try), 1);
  EXPECT_TRUE(fixture.ledger.entries().back().actor.is_program());
  EXPECT_EQ(recheck(before), restricted_code);
  const terms::CaseId id{base::Uuid::v4(fixture.registers.random)};
  const auto helps = [&](CaseKind kind) {
    fixture.cases[id] = {id, kind, firm.id, worker.party, std::nullopt};
    return code_of(fixture.decider().permit_for_case(worker, id, Action::read, {.party = firm.id}));
  };
  EXPECT_EQ(helps(CaseKind::support), "") << "what one agency has restricted is its own";
  ASSERT_TRUE(restrictions().impose({nullptr, "Kari Nordmann"}, {.party = firm.id, .ground = "objection"}, now(),
                                    fixture.post()));
  EXPECT_EQ(helps(CaseKind::support), restricted_code);
  EXPECT_EQ(fixture.ledger.entries().back().kind, ledger::EventKind::access_restricted_try);
  EXPECT_EQ(fixture.ledger.entries().back().actor.party, worker.party);
  EXPECT_EQ(helps(CaseKind::rights_request), "");
  EXPECT_EQ(logged(ledger::EventKind::access_restricted_try), 2);
}

TEST_P(RestrictionsTest, say_who_was_told_of_what_once_each) {
  const auto id = impose().value();
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      Told told{"party", "imposed", now(), "notice"};
      note_told(tx, id, told);
      told.whom = "dat";
      note_told(tx, id, told);
      note_told(tx, {base::Uuid::v4(fixture.registers.random)}, told);
      told.way = "event";
      note_told(tx, id, told);
      return {};
    }));
  const auto manager = fixture.registers.actor("manager");
  const auto permit = fixture.decider().decide(manager, Action::represent, {.party = firm.id}).value();
  const auto mine = restrictions().of_party(permit);
  ASSERT_EQ(mine.size(), 1U);
  ASSERT_EQ(mine[0].told.size(), 3U);
  EXPECT_EQ(mine[0].told[0].whom, "party");
  EXPECT_EQ(mine[0].told[1].whom, "dat");
  EXPECT_EQ(mine[0].told[1].way, "notice");
  EXPECT_EQ(mine[0].told[2].way, "event");
  const auto theirs = fixture.decider().decide(citizen, Action::represent, {.party = citizen.party}).value();
  EXPECT_THAT(restrictions().of_party(theirs), IsEmpty());
}

TEST_P(RestrictionsTest, say_each_day_that_was_told_when_it_was_moved) {
  const auto id = impose().value();
  const auto told_day = [&](std::string_view day) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      note_told(tx, id, {"party", std::string(told_announced), now(), "notice", std::string(day)});
      return {};
    }));
  };
  for (const char* day : {"2026-03-01", "2026-03-01", "2026-04-01"}) told_day(day);
  const auto told = database().read([&](store::Tx& tx) { return find_restriction(tx, id).value().told; });
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].day, "2026-03-01");
  EXPECT_EQ(told[1].day, "2026-04-01");
}

TEST_P(RestrictionsTest, are_written_with_what_else_an_answer_writes_or_not_at_all) {
  const auto judge = scope();
  const auto imposing =
      restrictions().prepare({&judge, {}}, {.party = firm.id, .ground = "claims", .request = "r"}, now()).value();
  const auto undone = database().write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(imposing(tx));
    return base::make_error(base::ErrorKind::conflict, "error.rights.answered");
  });
  EXPECT_FALSE(undone);
  EXPECT_EQ(read(form, worker), "");
  ASSERT_TRUE(database().write([&](store::Tx& tx) { return imposing(tx); }));
  EXPECT_EQ(read(form, worker), restricted_code);
  database().read([&](store::Tx& tx) {
    const auto all = restrictions_in_force(tx);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].party, firm.id);
    EXPECT_EQ(all[0].controller, "dat");
    EXPECT_EQ(all[0].item, "");
  });
}

}  // namespace
}  // namespace alting::access
