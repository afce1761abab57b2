// Decisions over the test population: who may what for whom, and which parties one may act for.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "access/testing/decider_fixture.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using testing::private_app;
using testing::strict;

class DeciderTest : public testing::DeciderFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, DeciderTest, store::testing::engines(), store::testing::engine_name);

TEST_P(DeciderTest, APartysOwnPeopleHaveNoPermitOfTheAgencys) {
  const access::Target sent{fjord, breach, std::nullopt, "EndEvent_1"};
  EXPECT_TRUE(decide(fixture.registers.actor("manager"), Action::read, sent));
  const auto permit = decide(fixture.registers.actor("manager"), Action::agency_read, sent);
  ASSERT_FALSE(permit);
  EXPECT_EQ(permit.error().code, "error.access.not_staff");
}

TEST_P(DeciderTest, AManagerMayBecauseOfTheRoleAndThePermitSaysSo) {
  const auto permit = decide(fixture.registers.actor("manager"), Action::write, draft(fjord));
  ASSERT_TRUE(permit) << permit.error().code;
  EXPECT_EQ(permit->resource(), "app:dat/avviksmelding");
  EXPECT_EQ(permit->party(), fjord);
  EXPECT_EQ(permit->evidence().kind, "role");
  EXPECT_EQ(permit->evidence().role, "DAGL");
  EXPECT_TRUE(permit->evidence().source.starts_with("enhetsregisteret:"));
  EXPECT_EQ(permit->evidence().policy, "rule:2");
}

TEST_P(DeciderTest, WhatARoleLetsOneSeeIsWhatTheDecisionsSay) {
  const auto employee = fixture.registers.actor("employee");
  for (const auto* role : {"UTINN", "A0236", "ADMAI", "HADM"}) {
    const auto sights = fixture.decider().sights_of(role);
    EXPECT_EQ(sights.forms, std::string_view(role) == "UTINN") << role;
    EXPECT_TRUE(sights.activity) << role;
    EXPECT_EQ(sights.others_reads, std::string_view(role) == "ADMAI" || std::string_view(role) == "HADM") << role;
    const auto given = give("employee", role, std::nullopt, fjord);
    ASSERT_TRUE(given) << role;
    EXPECT_EQ(decide(employee, Action::read_activity, {.party = fjord}).has_value(), sights.activity) << role;
    EXPECT_EQ(decide(employee, Action::read_delegations, {.party = fjord}).has_value(), sights.others_reads) << role;
    EXPECT_EQ(decide(employee, Action::read, draft(fjord)).has_value(), sights.forms) << role;
    ASSERT_TRUE(
        fixture.delegations().withdraw(managing(fjord), given->id, fixture.registers.clock.now(), fixture.post()));
  }
  EXPECT_FALSE(fixture.decider().sights_of("ABC").activity);
}

TEST_P(DeciderTest, TheStateOfTheFormDecidesToo) {
  const auto manager = fixture.registers.actor("manager");
  EXPECT_TRUE(decide(manager, Action::complete, draft(fjord)));
  EXPECT_FALSE(decide(manager, Action::complete, {fjord, breach, std::nullopt, "EndEvent_1"}));
  EXPECT_FALSE(decide(manager, Action::complete, {fjord, breach}));
  EXPECT_TRUE(decide(manager, Action::read, {fjord, breach, std::nullopt, "EndEvent_1"}));
}

TEST_P(DeciderTest, WithoutAFactNothingIsPermittedAndTheErrorSaysWhatToAskFor) {
  const auto refused = decide(fixture.registers.actor("employee"), Action::instantiate, {fjord, breach});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::forbidden);
  EXPECT_EQ(refused.error().params[0], (std::pair<std::string, std::string>{"role", "UTINN"}));
  EXPECT_EQ(decide(fixture.registers.actor("employee"), Action::represent, {.party = fjord}).error().kind,
            base::ErrorKind::forbidden);
  EXPECT_EQ(decide(fixture.registers.actor("employee"), Action::read, {terms::PartyId{7}, breach}).error().kind,
            base::ErrorKind::not_found);
  EXPECT_EQ(
      decide(fixture.registers.actor("manager"), Action::read, {fjord, terms::AppId{"dat", "ukjent"}}).error().kind,
      base::ErrorKind::not_found);
}

TEST_P(DeciderTest, ABoardMemberFillsInButDoesNotGiveAccess) {
  const auto member = fixture.registers.actor("board_member");
  EXPECT_TRUE(decide(member, Action::write, draft(fjord)));
  EXPECT_FALSE(decide(member, Action::delegate, {.party = fjord}));
  EXPECT_TRUE(decide(fixture.registers.actor("chair"), Action::delegate, {.party = fjord}));
}

TEST_P(DeciderTest, RolesOfTheMainUnitHoldInItsSubUnits) {
  EXPECT_TRUE(decide(fixture.registers.actor("manager"), Action::write, draft(bergen)));
  EXPECT_FALSE(decide(fixture.registers.actor("employee"), Action::write, draft(bergen)));
}

TEST_P(DeciderTest, AWeakLoginIsToldWhichLevelIsNeeded) {
  const auto weak = fixture.registers.actor("manager", terms::AssuranceLevel::substantial);
  EXPECT_TRUE(decide(weak, Action::instantiate, {fjord, breach}));
  const auto refused = decide(weak, Action::read, {fjord, strict});
  EXPECT_EQ(refused.error().kind, base::ErrorKind::level_too_low);
  EXPECT_EQ(refused.error().params[0].second, "4");
  EXPECT_TRUE(decide(fixture.registers.actor("manager"), Action::read, {fjord, strict}));
}

TEST_P(DeciderTest, ADenyOverridesAPermit) {
  const auto chair = fixture.registers.actor("chair");
  EXPECT_TRUE(decide(chair, Action::read, {fjord, strict}));
  EXPECT_FALSE(decide(chair, Action::write, {fjord, strict}));
}

TEST_P(DeciderTest, APersonActsForThemselfAndNobodyElseDoes) {
  const auto person = fixture.registers.actor("private_person");
  const auto permit = decide(person, Action::instantiate, {person.party, private_app});
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->evidence().kind, "self");
  EXPECT_FALSE(decide(fixture.registers.actor("manager"), Action::instantiate, {person.party, private_app}));
  EXPECT_EQ(decide(person, Action::instantiate, {person.party, breach}).error().code, "error.access.party_kind");
}

TEST_P(DeciderTest, AKeyRoleBringsWhatTheOrganisationHoldsElsewhere) {
  // The accountant's firm is REGN at Fjord og Fjell: A0239 to A0241, not UTINN.
  const auto accountant = fixture.registers.actor("accountant");
  EXPECT_TRUE(decide(accountant, Action::represent, {.party = fjord}));
  EXPECT_FALSE(decide(accountant, Action::write, draft(fjord)));
  const auto firm = fixture.registers.organisation("Sirlig Regnskap AS");
  const auto given = fixture.delegations().delegate(managing(fjord), {firm.id, "UTINN", std::nullopt},
                                                    fixture.registers.clock.now(), fixture.post());
  ASSERT_TRUE(given) << given.error().code;
  const auto permit = decide(accountant, Action::write, draft(fjord));
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->evidence().kind, "delegation");
  EXPECT_NE(permit->evidence().source.find(fmt::format(";through:{}", firm.id.value)), std::string::npos);
}

// ---- the level of login

TEST_P(DeciderTest, AFormIsGivenOnlyWithTheLoginItAsksFor) {
  const auto weak = fixture.registers.actor("manager", terms::AssuranceLevel::substantial);
  const auto permit = decide(weak, Action::delegate, {.party = fjord});
  ASSERT_TRUE(permit);
  const auto to = fixture.registers.actor("employee").party;
  const auto form = fixture.delegations().delegate(*permit, {to, std::nullopt, strict}, fixture.registers.clock.now(),
                                                   fixture.post());
  ASSERT_FALSE(form);
  EXPECT_EQ(form.error().kind, base::ErrorKind::level_too_low);
  EXPECT_EQ(form.error().params[0].second, "4");
  EXPECT_TRUE(fixture.delegations().delegate(*permit, {to, std::nullopt, breach}, fixture.registers.clock.now(),
                                             fixture.post()));
}

TEST_P(DeciderTest, AListLeavesOutWhatAsksForAStrongerLoginAndSaysSo) {
  const auto holds = [&](const terms::Scope& scope, const terms::AppId& app) {
    for (const auto& grant : scope.grants())
      if (grant.party == fjord && std::find(grant.apps.begin(), grant.apps.end(), app) != grant.apps.end()) return true;
    return false;
  };
  const auto strong = fixture.decider().scope(fixture.registers.actor("manager"), Action::read, fjord);
  EXPECT_TRUE(holds(*strong, strict));
  EXPECT_FALSE(strong->withheld());
  const auto weak = fixture.decider().scope(fixture.registers.actor("manager", terms::AssuranceLevel::substantial),
                                            Action::read, fjord);
  EXPECT_TRUE(holds(*weak, breach));
  EXPECT_FALSE(holds(*weak, strict));
  EXPECT_EQ(weak->withheld(), terms::AssuranceLevel::high);
  const auto person = fixture.registers.actor("manager", terms::AssuranceLevel::substantial);
  const auto own = fixture.decider().scope(person, Action::read, person.party);
  ASSERT_EQ(own->grants().size(), 1u);
  EXPECT_FALSE(own->grants()[0].apps.empty()) << "not simply all of one's own";
  EXPECT_EQ(own->withheld(), terms::AssuranceLevel::high);
}

TEST_P(DeciderTest, WhatIsToldOfAFormElsewhereIsWithheldByTheSameRule) {
  const auto weak = fixture.registers.actor("manager", terms::AssuranceLevel::substantial);
  EXPECT_EQ(fixture.decider().withheld(weak, strict), terms::AssuranceLevel::high);
  EXPECT_EQ(fixture.decider().withheld(weak, breach), std::nullopt);
  EXPECT_EQ(fixture.decider().withheld(fixture.registers.actor("manager"), strict), std::nullopt);
  EXPECT_EQ(fixture.decider().withheld(weak, {"dat", "nothing"}), terms::AssuranceLevel::high)
      << "what a form that is gone asked for is not known";
  EXPECT_EQ(fixture.decider().withheld(fixture.registers.actor("manager"), {"dat", "nothing"}), std::nullopt);
}

TEST_P(DeciderTest, AFreshStartKnowsWhatWasGiven) {
  ASSERT_TRUE(give("employee", std::nullopt, breach, fjord));
  fixture.restart();
  EXPECT_TRUE(decide(fixture.registers.actor("employee"), Action::write, draft(fjord)));
  const auto permit = decide(fixture.registers.actor("employee"), Action::write, draft(fjord)).value();
  EXPECT_TRUE(
      fixture.registers.temp.database().write([&](store::Tx& tx) { return fixture.decider().recheck(tx, permit); }));
}

TEST_P(DeciderTest, TheAgencysStaffReadsWhatWasSentAndNoDraft) {
  const auto worker = fixture.registers.actor("caseworker");
  EXPECT_EQ(fixture.decider().agencies_of(worker), std::vector<std::string>{"dat"});
  EXPECT_TRUE(fixture.decider().agencies_of(fixture.registers.actor("manager")).empty());
  ASSERT_TRUE(fixture.decider().agency_scope(worker, "dat"));
  EXPECT_EQ(fixture.decider().agency_scope(worker, "dat")->agency(), "dat");
  // dat/privat is the agency's too, but no rule of its policy lets staff read.
  EXPECT_EQ(fixture.decider().agency_scope(worker, "dat")->agency_apps(), std::vector{breach});
  EXPECT_FALSE(fixture.decider().agency_scope(worker, "nav"));
  EXPECT_FALSE(fixture.decider().agency_scope(fixture.registers.actor("manager"), "dat"));
  const auto sent = fixture.decider().decide_agency(worker, "dat", {fjord, breach, {}, "EndEvent_1"});
  ASSERT_TRUE(sent) << sent.error().code;
  EXPECT_EQ(sent->evidence().kind, "agency");
  EXPECT_TRUE(sent->evidence().source.starts_with("etat:"));
  EXPECT_TRUE(
      fixture.registers.temp.database().write([&](store::Tx& tx) { return fixture.decider().recheck(tx, *sent); }));
  EXPECT_FALSE(fixture.decider().decide_agency(worker, "dat", {fjord, breach, {}, "Task_1"}));
  EXPECT_FALSE(
      fixture.decider().decide_agency(fixture.registers.actor("manager"), "dat", {fjord, breach, {}, "EndEvent_1"}));
  EXPECT_FALSE(decide(worker, Action::read, {fjord, breach, {}, "EndEvent_1"}));
  EXPECT_FALSE(decide(worker, Action::represent, {.party = fixture.registers.organisation("Datatilsynet").id}));
}

TEST_P(DeciderTest, ListsWhomOneMayActForWithSubUnitsUnderTheirMainUnit) {
  const auto page = fixture.decider().representations(fixture.registers.actor("manager"), {});
  ASSERT_EQ(page.rows.size(), 4u);
  EXPECT_EQ(page.total, 4);
  EXPECT_EQ(page.rows[0].party.name, "Modig Måltrost");
  EXPECT_EQ(page.rows[1].party.name, "Fjord og Fjell AS");
  EXPECT_EQ(page.rows[1].roles, std::vector<std::string>{"DAGL"});
  EXPECT_EQ(page.rows[2].party.name, "Fjord og Fjell AS avd Bergen");
  EXPECT_EQ(page.rows[2].roles, std::vector<std::string>{"DAGL"});
  EXPECT_EQ(page.rows[3].party.name, "Fjord og Fjell AS avd Tromsø");
  EXPECT_EQ(fixture.decider().representations(fixture.registers.actor("caseworker"), {}).rows.size(), 1u);
  EXPECT_EQ(fixture.decider().representations(fixture.registers.actor("accountant"), {}).rows.size(),
            7u);  // self, firm, 3 clients, 2 sub-units
}

TEST_P(DeciderTest, PagesAndSearchesTheList) {
  const auto manager = fixture.registers.actor("manager");
  RepresentationQuery query;
  query.limit = 3;
  const auto first = fixture.decider().representations(manager, query);
  ASSERT_EQ(first.rows.size(), 3u);
  query.after = first.next;
  const auto second = fixture.decider().representations(manager, query);
  ASSERT_EQ(second.rows.size(), 1u);
  EXPECT_EQ(second.next, "");
  query = {};
  query.search = "tromsø";
  const auto found = fixture.decider().representations(manager, query);
  ASSERT_EQ(found.rows.size(), 2u);
  EXPECT_EQ(found.rows[1].party.name, "Fjord og Fjell AS avd Tromsø");
  query.search = found.rows[1].party.organisation_number;
  EXPECT_EQ(fixture.decider().representations(manager, query).rows.size(), 2u);
  query.search = "finnes ikke";
  EXPECT_TRUE(fixture.decider().representations(manager, query).rows.empty());
}

TEST(Representations, SearchFindsWhatTheFoldedNameHolds) {
  AccessFixture fixture;
  const auto permit_all = [&](const std::string& search) {
    std::set<std::string> found;
    RepresentationQuery query;
    query.search = search;
    query.limit = 200;
    for (const auto story : {"manager", "two_companies", "accountant", "chair", "sole_proprietor"})
      for (const auto& row : fixture.decider().representations(fixture.registers.actor(story), query).rows)
        found.insert(row.party.name);
    return found;
  };
  EXPECT_TRUE(permit_all("løkke").contains("Lys Løkke AS"));
  EXPECT_TRUE(permit_all("LYS  LØKKE").contains("Lys Løkke AS"));
  EXPECT_TRUE(permit_all("fjell as avd").contains("Fjord og Fjell AS avd Bergen"));
  EXPECT_FALSE(permit_all("lokke").contains("Lys Løkke AS"));
  EXPECT_TRUE(permit_all("!!").size() > 5);  // nothing to search for: everybody
}

TEST_P(DeciderTest, ASubUnitGivenAloneStandsUnderAMainUnitWithoutAccess) {
  ASSERT_TRUE(give("employee", "UTINN", std::nullopt, bergen));
  const auto employee = fixture.registers.actor("employee");
  EXPECT_TRUE(decide(employee, Action::write, draft(bergen)));
  EXPECT_FALSE(decide(employee, Action::write, draft(fjord)));
  const auto page = fixture.decider().representations(employee, {});
  ASSERT_EQ(page.rows.size(), 3u);
  EXPECT_EQ(page.rows[1].party.name, "Fjord og Fjell AS");
  EXPECT_TRUE(page.rows[1].only_as_parent);
  EXPECT_EQ(page.rows[2].party.name, "Fjord og Fjell AS avd Bergen");
  EXPECT_FALSE(page.rows[2].only_as_parent);
}

TEST_P(DeciderTest, SaysWhoCanGiveAccess) {
  const auto advice = fixture.decider().advise(fixture.registers.actor("employee"), fjord, breach);
  EXPECT_FALSE(advice.may);
  EXPECT_TRUE(advice.register_may_be_outdated);
  EXPECT_EQ(advice.ask, (std::vector<std::string>{"Modig Måltrost", "Myndig Mårhund"}));
  EXPECT_TRUE(advice.others == 0 && !advice.bankrupt);
  EXPECT_TRUE(fixture.decider().advise(fixture.registers.actor("manager"), fjord, breach).may);
}

TEST_P(DeciderTest, NamesNobodyWhoWasGivenAccessManagementButSaysHowManyTheyAre) {
  ASSERT_TRUE(give("private_person", "ADMAI", std::nullopt, fjord));
  ASSERT_TRUE(give("two_companies", "HADM", std::nullopt, fjord));
  ASSERT_TRUE(give("two_companies", "ADMAI", std::nullopt, fjord));
  ASSERT_TRUE(give("accountant", "UTINN", std::nullopt, fjord));
  ASSERT_TRUE(give("chair", "ADMAI", std::nullopt, fjord));
  const auto advice = fixture.decider().advise(fixture.registers.actor("employee"), bergen, breach);
  EXPECT_EQ(advice.ask, (std::vector<std::string>{"Modig Måltrost", "Myndig Mårhund"}));
  EXPECT_EQ(advice.others, 2) << "each once, and the chair is named already";
}

TEST_P(DeciderTest, ADeletedPartyMayBeReadAndNothingElse) {
  const auto& unit = *std::find_if(fixture.registers.population.units.begin(), fixture.registers.population.units.end(),
                                   [](const auto& one) { return one.organisation.party.deleted; });
  const auto number = unit.organisation.party.organisation_number;
  const auto& role =
      *std::find_if(fixture.registers.population.roles.begin(), fixture.registers.population.roles.end(),
                    [&](const auto& one) { return one.organisation_number == number && one.role == "DAGL"; });
  const auto actor = fixture.registers.actor_of(role.holder);
  const auto party = fixture.registers.find_organisation(number)->id;
  EXPECT_TRUE(decide(actor, Action::read, {party, breach, {}, "EndEvent_1"}));
  EXPECT_EQ(decide(actor, Action::instantiate, {party, breach}).error().code, "error.access.party_deleted");
  const auto listed = [&](bool with_deleted) {
    RepresentationQuery query;
    query.with_deleted = with_deleted;
    query.limit = 200;
    const auto page = fixture.decider().representations(actor, query);
    return std::any_of(page.rows.begin(), page.rows.end(), [&](const auto& row) { return row.party.id == party; });
  };
  EXPECT_FALSE(listed(false));
  EXPECT_TRUE(listed(true));
}

TEST_P(DeciderTest, OffersWhatTheGiverHolds) {
  const auto offer = fixture.delegations().offer(managing(fjord));
  ASSERT_EQ(offer.usual, 3U);
  EXPECT_EQ(std::vector(offer.roles.begin(), offer.roles.begin() + 3),
            (std::vector<std::string>{"UTINN", "A0236", "ADMAI"}));
  const std::set all(offer.roles.begin(), offer.roles.end());
  EXPECT_TRUE(all.contains("HADM") && !all.contains("KLADM") && all.size() == offer.roles.size());
  EXPECT_EQ(offer.apps, (std::vector{breach, strict}));
}

TEST(Withdrawal, IsImmediateUnderManyDeciders) {
  AccessFixture fixture;
  const auto fjord = fixture.registers.organisation("Fjord og Fjell AS").id;
  const auto employee = fixture.registers.actor("employee"), manager = fixture.registers.actor("manager");
  const Target target{fjord, breach, std::nullopt, "Task_1"};
  std::atomic<int> phase{0};  // odd: withdrawn and acknowledged
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> wrong{0}, decided{0};
  std::vector<std::thread> deciders;
  for (int i = 0; i < 4; ++i)
    deciders.emplace_back([&] {
      while (!stop) {
        const int before = phase;
        const bool may = fixture.decider().decide(employee, Action::write, target).has_value();
        const int after = phase;
        if (before == after && (before % 2 == 1) && may) ++wrong;
        ++decided;
      }
    });
  for (int round = 0; round < 40; ++round) {
    const auto permit = fixture.decider().decide(manager, Action::delegate, {.party = fjord}).value();
    const auto given = fixture.delegations().delegate(permit, {employee.party, "UTINN", std::nullopt},
                                                      fixture.registers.clock.now(), fixture.post());
    ASSERT_TRUE(given) << given.error().code;
    ASSERT_TRUE(fixture.decider().decide(employee, Action::write, target));
    ASSERT_TRUE(fixture.delegations().withdraw(permit, given->id, fixture.registers.clock.now(), fixture.post()));
    ++phase;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_FALSE(fixture.decider().decide(employee, Action::write, target));
    ++phase;
  }
  stop = true;
  for (auto& thread : deciders) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(decided, 1000);
}

}  // namespace
}  // namespace alting::access
