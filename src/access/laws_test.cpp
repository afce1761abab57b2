// Laws over everybody in the test population: the decision equals its definition told in the plainest words, lists
// agree with decisions, and a write that decides again in its transaction finds the same grounds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "access/roles.h"
#include "access/testing/access_fixture.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;
using testing::strict;

class Everybody : public ::testing::Test {
 protected:
  Everybody() {
    for (const auto& person : fixture.registers.population.persons) {
      if (person.register_answer.dead() || actors.size() >= 120) continue;
      actors.push_back(fixture.registers.actor_of(person.national_id));
    }
    for (const auto& unit : fixture.registers.population.units)
      parties.push_back(*fixture.registers.find_organisation(unit.organisation.party.organisation_number));
    give_at_random();
  }

  // Managers of random businesses give a role or a form to random persons and businesses.
  void give_at_random() {
    auto& random = fixture.registers.random;
    for (int i = 0; i < 400 && given.size() < 60; ++i) {
      const auto& party = parties[random.below(parties.size())];
      const auto& giver = actors[random.below(actors.size())];
      const auto permit = fixture.decider().decide(giver, Action::delegate, {.party = party.id});
      if (!permit) {
        for (const auto& fact : fixture.registers.registry->roles_in(party.id)) try_to_give(fact.holder, party.id);
        continue;
      }
      give(*permit);
    }
  }
  void try_to_give(terms::PartyId holder, terms::PartyId party) {
    for (const auto& actor : actors)
      if (actor.party == holder)
        if (const auto permit = fixture.decider().decide(actor, Action::delegate, {.party = party})) give(*permit);
  }
  void give(const terms::Permit& permit) {
    auto& random = fixture.registers.random;
    const auto to =
        random.below(3) == 0 ? parties[random.below(parties.size())].id : actors[random.below(actors.size())].party;
    Delegations::Grant grant{to, std::nullopt, std::nullopt};
    if (random.below(2) == 0)
      grant.role = random.below(2) == 0 ? "UTINN" : "A0236";
    else
      grant.app = random.below(2) == 0 ? breach : strict;
    if (auto done = fixture.delegations().delegate(permit, grant, fixture.registers.clock.now(), fixture.post()))
      given.push_back(*done);
  }

  // The definition, slowly: which roles someone holds for a party, and which forms.
  struct Plain {
    std::set<std::string> roles;  // with what they give
    std::set<terms::AppId> forms;
    bool anything = false;
  };
  // The estates of a business: units that are not struck off, in which it, or its owner, is the debtor.
  std::vector<terms::PartyId> estates(const parties::Party& business) {
    std::set<terms::PartyId> debtors{business.id};
    for (const auto& fact : fixture.registers.registry->roles_in(business.id))
      if (fact.role == "INNH") debtors.insert(fact.holder);
    std::vector<terms::PartyId> found;
    for (const auto& unit : parties)
      for (const auto& fact : fixture.registers.registry->roles_in(unit.id))
        if (fact.role == "KDEB" && debtors.contains(fact.holder) && !unit.deleted) found.push_back(unit.id);
    return found;
  }
  Plain plain(const terms::Actor& actor, const parties::Party& party, bool to_act = false) {
    Plain out;
    std::vector<terms::PartyId> holders{actor.party};
    for (const auto& fact : fixture.registers.roles_held_by(actor.party)) {
      const auto in = *fixture.registers.registry->find(fact.in);
      if (role_table().find(fact.role)->key && !in.deleted && (!in.has_estate() || fact.role == "BOBE"))
        holders.push_back(fact.in);
    }
    std::vector<parties::Party> places{party};
    if (party.kind == parties::PartyKind::sub_unit && party.parent)
      places.push_back(*fixture.registers.registry->find(*party.parent));
    const bool has_estate = std::any_of(places.begin(), places.end(), [](const auto& one) { return one.has_estate(); });
    const auto hold = [&](const std::string& role) {
      for (const auto& other : role_table().altinn_roles())
        if (role_table().find(role)->gives.test(other)) out.roles.insert(role_table()[other].code);
      out.roles.insert(role);
    };
    const auto hold_in = [&](terms::PartyId place, bool only_administrator) {
      for (const auto& fact : fixture.registers.registry->roles_in(place))
        if (std::find(holders.begin(), holders.end(), fact.holder) != holders.end() &&
            (!only_administrator || fact.role == "BOBE"))
          hold(fact.role);
      for (const auto& one : given)  // of a business that has an estate, only the administrator can have given it
        if (one.from == place && std::find(holders.begin(), holders.end(), one.to) != holders.end()) {
          if (one.role)
            hold(*one.role);
          else
            out.forms.insert(*one.app);
        }
    };
    for (const auto& place : places) {
      hold_in(place.id, to_act && has_estate);
      if (!has_estate) continue;
      for (const auto& estate : estates(place)) hold_in(estate, false);
    }
    for (const auto& role : out.roles)
      out.anything = out.anything || role_table().find(role)->altinn || role == "DAGL" || role == "LEDE";
    out.anything = out.anything || !out.forms.empty();
    return out;
  }

  AccessFixture fixture;
  std::vector<terms::Actor> actors;
  std::vector<parties::Party> parties;
  std::vector<Delegation> given;
};

TEST_F(Everybody, DecidesAsTheDefinitionSays) {
  ASSERT_GE(given.size(), 20u);
  int permitted = 0;
  for (const auto& actor : actors)
    for (const auto& party : parties) {
      const auto facts = plain(actor, party, true);
      const bool may = !party.deleted && (facts.roles.contains("UTINN") || facts.forms.contains(breach));
      const auto decision = fixture.decider().decide(actor, Action::write, {party.id, breach, std::nullopt, "Task_1"});
      ASSERT_EQ(decision.has_value(), may) << actor.name << " for " << party.name;
      const bool may_manage = !party.deleted && (facts.roles.contains("ADMAI") || facts.roles.contains("HADM"));
      ASSERT_EQ(fixture.decider().decide(actor, Action::delegate, {.party = party.id}).has_value(), may_manage)
          << actor.name << " for " << party.name;
      permitted += may ? 1 : 0;
    }
  EXPECT_GT(permitted, 50);
}

TEST_F(Everybody, TheListHoldsExactlyThoseOneMayRepresent) {
  for (const auto& actor : actors) {
    RepresentationQuery query;
    query.with_deleted = true;
    query.limit = 200;
    std::set<std::int64_t> listed;
    const auto page = fixture.decider().representations(actor, query);
    for (const auto& row : page.rows) {
      if (row.only_as_parent) continue;
      EXPECT_TRUE(listed.insert(row.party.id.value).second) << row.party.name << " twice";
    }
    EXPECT_EQ(static_cast<std::size_t>(page.total), page.rows.size());
    for (const auto& party : parties) {
      const bool may = fixture.decider().decide(actor, Action::represent, {.party = party.id}).has_value();
      ASSERT_EQ(listed.contains(party.id.value), may) << actor.name << " for " << party.name;
      ASSERT_EQ(may, plain(actor, party).anything) << actor.name << " for " << party.name;
    }
    EXPECT_TRUE(listed.contains(actor.party.value));
  }
}

TEST_F(Everybody, TheScopeHoldsExactlyWhatOneMayRead) {
  for (const auto& actor : actors) {
    const auto scope = fixture.decider().scope(actor, Action::read, std::nullopt);
    ASSERT_TRUE(scope);
    std::set<std::pair<std::int64_t, terms::AppId>> listed;
    for (const auto& grant : scope->grants())
      for (const auto& app : grant.apps) listed.emplace(grant.party.value, app);
    for (const auto& party : parties)
      for (const auto& app : {breach, strict}) {
        // Who only reads what was sent is in the list too, which says so.
        const bool may = fixture.decider().decide(actor, Action::read, {party.id, app}).has_value() ||
                         fixture.decider().decide(actor, Action::read, {party.id, app, {}, "EndEvent_1"}).has_value();
        const bool in_list = listed.contains({party.id.value, app});
        const auto alone = fixture.decider().scope(actor, Action::read, party.id);
        const bool in_own = std::any_of(alone->grants().begin(), alone->grants().end(), [&](const auto& grant) {
          return grant.party == party.id && std::find(grant.apps.begin(), grant.apps.end(), app) != grant.apps.end();
        });
        ASSERT_EQ(in_own, may) << actor.name << " for " << party.name << " " << app.text();
        ASSERT_EQ(in_list, may) << actor.name << " for " << party.name << " " << app.text();
      }
  }
}

TEST_F(Everybody, AWriteThatDecidesAgainFindsTheSameGround) {
  for (const auto& party : parties)
    (void)fixture.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO party_access (party, version) VALUES (?, 1) ON CONFLICT (party) DO UPDATE SET version = "
          "party_access.version + 1",
          {party.id});
      return {};
    });
  int checked = 0;
  for (const auto& actor : actors)
    for (const auto& party : parties)
      for (const auto action : {Action::write, Action::read}) {
        const auto permit = fixture.decider().decide(actor, action, {party.id, breach, std::nullopt, "Task_1"});
        if (!permit) continue;
        ++checked;
        const auto again = fixture.registers.temp.database().write(
            [&](store::Tx& tx) { return fixture.decider().recheck(tx, *permit); });
        ASSERT_TRUE(again) << actor.name << " for " << party.name;
      }
  EXPECT_GT(checked, 50);
}

}  // namespace
}  // namespace alting::access
