#include "parties/register_facts.h"

#include <gtest/gtest.h>

#include "parties/party_rows.h"
#include "parties/testing/test_registers.h"
#include "parties/write_rows.h"

namespace alting::parties {
namespace {

using testing::TestRegisters;

std::optional<bool> struck_off(store::Tx& tx, terms::PartyId organisation) {
  const auto standing = standing_of(tx, organisation);
  return standing ? std::optional(standing->struck_off) : std::nullopt;
}

// Registers of two organisations and two persons, with generations made by hand.
class RegisterFactsOn : public ::testing::TestWithParam<store::Engine> {
 protected:
  RegisterFactsOn() : registers(GetParam(), false) {
    write([&](store::Tx& tx) {
      firm = organisation(tx, "310000001", "FJORD AS");
      gone = organisation(tx, "310000002", "VIK AS");
      living = person(tx, "a", "KARI NORDMANN", "bosatt");
      dead = person(tx, "b", "OLA NORDMANN", "doed");
    });
  }

  template <class F>
  void write(F&& work) {
    write_rows(registers.temp.database(), std::forward<F>(work));
  }
  template <class F>
  auto read(F&& work) {
    return registers.temp.database().read(std::forward<F>(work));
  }
  terms::PartyId organisation(store::Tx& tx, std::string_view number, std::string_view name) {
    return party_of_organisation(tx, number, PartyKind::organisation, make_party_name(name),
                                 base::Uuid::v4(registers.random), registers.clock.now())
        .key.id;
  }
  terms::PartyId person(store::Tx& tx, std::string number, std::string_view name, std::string_view status) {
    FolkeregisterPerson answer;
    answer.status = status;
    answer.source = "folkeregisteret:local";
    return upsert_person(tx, {number, number}, answer, make_party_name(name), base::Uuid::v4(registers.random),
                         registers.clock.now())
        .id;
  }
  // A generation of a register with what `fill` puts into it, in use or not yet.
  template <class F>
  std::int64_t generation(std::string_view register_name, bool in_use, F&& fill) {
    std::int64_t number = 0;
    write([&](store::Tx& tx) {
      number = begin_generation(tx, register_name, "by hand", "", registers.clock.now());
      fill(tx, number);
      if (in_use) switch_on(tx, register_name, number, registers.clock.now());
    });
    return number;
  }
  static OrganisationRow unit(std::string number, bool deleted) {
    OrganisationRow row;
    row.number = std::move(number);
    row.form = "AS";
    row.deleted = deleted;
    row.content = "{}";
    return row;
  }
  std::vector<std::string> told(const std::vector<HeldRole>& roles, const RolesInForce& from) {
    std::vector<std::string> all;
    for (const auto& one : roles)
      all.push_back(fmt::format("{} in {} by {}", role_codes[one.role], one.in == firm ? "firm" : "gone",
                                from.source(one.source)));
    return all;
  }
  using Told = std::vector<std::string>;

  TestRegisters registers;
  terms::PartyId firm, gone, living, dead, nobody{2'000'000'000};
};

TEST_P(RegisterFactsOn, who_is_dead_and_nobody_else) {
  read([&](store::Tx& tx) {
    EXPECT_TRUE(is_dead(tx, dead));
    EXPECT_FALSE(is_dead(tx, living));
    EXPECT_FALSE(is_dead(tx, firm));
    EXPECT_FALSE(is_dead(tx, nobody));
  });
}

TEST_P(RegisterFactsOn, an_organisation_is_struck_off_when_the_generation_in_use_says_so) {
  read([&](store::Tx& tx) { EXPECT_EQ(struck_off(tx, firm), std::nullopt); });
  (void)generation("enhetsregisteret/units", true, [&](store::Tx& tx, std::int64_t number) {
    insert_organisation(tx, number, firm, unit("310000001", false));
    insert_organisation(tx, number, gone, unit("310000002", true));
  });
  const auto next = generation("enhetsregisteret/units", false, [&](store::Tx& tx, std::int64_t number) {
    insert_organisation(tx, number, firm, unit("310000001", true));
  });
  read([&](store::Tx& tx) {
    EXPECT_EQ(struck_off(tx, firm), false);  // the next generation is not in use
    EXPECT_EQ(struck_off(tx, gone), true);
    EXPECT_EQ(struck_off(tx, living), std::nullopt);
  });
  write([&](store::Tx& tx) { switch_on(tx, "enhetsregisteret/units", next, registers.clock.now()); });
  read([&](store::Tx& tx) {
    EXPECT_EQ(struck_off(tx, firm), true);
    EXPECT_EQ(struck_off(tx, gone), std::nullopt);
  });
}

TEST_P(RegisterFactsOn, of_an_organisation_in_two_registers_the_later_generation_counts) {
  (void)generation("enhetsregisteret/units", true, [&](store::Tx& tx, std::int64_t number) {
    insert_organisation(tx, number, firm, unit("310000001", true));
  });
  (void)generation("enhetsregisteret/sub-units", true, [&](store::Tx& tx, std::int64_t number) {
    insert_organisation(tx, number, firm, unit("310000001", false));
  });
  EXPECT_EQ(read([&](store::Tx& tx) { return struck_off(tx, firm); }), false);
}

TEST_P(RegisterFactsOn, an_organisation_has_an_estate_when_it_is_bankrupt_or_a_court_dissolves_it) {
  (void)generation("enhetsregisteret/units", true, [&](store::Tx& tx, std::int64_t number) {
    auto bankrupt = unit("310000001", false), dissolving = unit("310000002", false);
    bankrupt.bankrupt = true;
    dissolving.dissolving = true;
    insert_organisation(tx, number, firm, bankrupt);
    insert_organisation(tx, number, gone, dissolving);
    insert_role_fact(tx, number, firm, "BOBE", living);
    insert_role_fact(tx, number, firm, "DAGL", dead);
  });
  read([&](store::Tx& tx) {
    EXPECT_TRUE(standing_of(tx, firm)->has_estate);
    EXPECT_TRUE(standing_of(tx, gone)->has_estate);
    const auto held = RolesInForce(tx).held_in(firm);
    ASSERT_EQ(held.size(), 2U);
    EXPECT_EQ(held[0].role, role_code("BOBE"));
    EXPECT_EQ(held[0].holder, living);
    EXPECT_EQ(held[1].holder, dead);
  });
  registers.registry->reload();
  EXPECT_TRUE(registers.find_organisation("310000001")->bankrupt);
  EXPECT_TRUE(registers.find_organisation("310000002")->dissolving);
  EXPECT_TRUE(registers.find_organisation("310000002")->has_estate());
}

TEST_P(RegisterFactsOn, a_number_names_its_organisation_and_no_person) {
  read([&](store::Tx& tx) {
    EXPECT_EQ(organisation_with(tx, "310000001"), firm);
    EXPECT_EQ(organisation_with(tx, "310000009"), std::nullopt);
    EXPECT_EQ(organisation_with(tx, "a"), std::nullopt);
    EXPECT_EQ(organisation_with(tx, ""), std::nullopt);
  });
}

TEST_P(RegisterFactsOn, a_party_in_no_register_is_still_named) {
  read([&](store::Tx& tx) {
    const auto name = name_of(tx, gone);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->name, "VIK AS");
    EXPECT_EQ(name->uuid, find_by_identifier(tx, "organisation", "310000002")->uuid);
    EXPECT_FALSE(name_of(tx, nobody));
  });
}

TEST_P(RegisterFactsOn, every_switch_is_counted) {
  const auto before = read([](store::Tx& tx) { return switch_count(tx); });
  const auto nothing = [](store::Tx&, std::int64_t) {};
  (void)generation("etat/staff", false, nothing);
  EXPECT_EQ(read([](store::Tx& tx) { return switch_count(tx); }), before);
  (void)generation("etat/staff", true, nothing);
  (void)generation("enhetsregisteret/units", true, nothing);
  EXPECT_EQ(read([](store::Tx& tx) { return switch_count(tx); }), before + 2);
}

TEST_P(RegisterFactsOn, roles_are_those_of_the_generations_in_use_with_their_source) {
  const auto old = generation("enhetsregisteret/role-identities", true, [&](store::Tx& tx, std::int64_t number) {
    insert_role_fact(tx, number, firm, "LEDE", living);
  });
  const auto roles = generation("enhetsregisteret/role-identities", true, [&](store::Tx& tx, std::int64_t number) {
    insert_role_fact(tx, number, firm, "MEDL", living);
    insert_role_fact(tx, number, firm, "DAGL", living);
    insert_role_fact(tx, number, firm, "NYKODE", living);  // of a register that is ahead of this program
    insert_role_fact(tx, number, gone, "STFT", living);
    insert_role_fact(tx, number, firm, "DAGL", dead);
    insert_role_fact(tx, number, gone, "REGN", firm);
  });
  const auto staff = generation("etat/staff", true, [&](store::Tx& tx, std::int64_t number) {
    insert_role_fact(tx, number, firm, "SAKSB", living);
  });
  ASSERT_LT(old, roles);
  read([&](store::Tx& tx) {
    const RolesInForce now(tx);
    const auto register_ = fmt::format("enhetsregisteret:{}", roles), agency = fmt::format("etat:{}", staff);
    EXPECT_EQ(told(now.held(living, firm), now),
              (Told{"DAGL in firm by " + register_, "MEDL in firm by " + register_, "SAKSB in firm by " + agency}));
    EXPECT_EQ(told(now.held_by(living), now), (Told{"DAGL in firm by " + register_, "MEDL in firm by " + register_,
                                                    "STFT in gone by " + register_, "SAKSB in firm by " + agency}));
    EXPECT_EQ(told(now.held_by(firm), now), Told{"REGN in gone by " + register_});
    EXPECT_EQ(told(now.held(firm, living), now), Told{});
    EXPECT_EQ(told(now.held(dead, firm), now), Told{});
    EXPECT_EQ(told(now.held_by(dead), now), Told{});
  });
}

TEST_P(RegisterFactsOn, the_transaction_sees_what_it_has_written_itself) {
  write([&](store::Tx& tx) {
    const auto number = begin_generation(tx, "etat/staff", "by hand", "", registers.clock.now());
    insert_role_fact(tx, number, firm, "SAKSB", living);
    EXPECT_TRUE(RolesInForce(tx).held(living, firm).empty());
    switch_on(tx, "etat/staff", number, registers.clock.now());
    EXPECT_EQ(RolesInForce(tx).held(living, firm).size(), 1U);
  });
}

// The graph and the rows are two readings of the same facts: a decision in memory and one inside a write must not differ.
TEST_P(RegisterFactsOn, the_graph_says_the_same) {
  const auto stored = store_population(*registers.registry, registers.population);
  ASSERT_TRUE(stored);
  for (const auto& known : registers.population.persons) {
    if (known.register_answer.dead()) continue;
    const auto actor = registers.actor_of(known.national_id);
    registers.registry->graph().read([&](const GraphData& graph) {
      std::vector<std::tuple<std::int64_t, RoleCode, std::string>> memory, rows;
      const auto at = graph.index_of(actor.party);
      for (const auto& edge : graph.held_by(at))
        memory.emplace_back(graph.id(edge.other).value, edge.role, graph.source(edge.source));
      read([&](store::Tx& tx) {
        const RolesInForce now(tx);
        for (const auto& one : now.held_by(actor.party))
          rows.emplace_back(one.in.value, one.role, now.source(one.source));
      });
      std::sort(memory.begin(), memory.end());
      std::sort(rows.begin(), rows.end());
      EXPECT_EQ(memory, rows) << actor.name;
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, RegisterFactsOn, store::testing::engines(), store::testing::engine_name);

}  // namespace
}  // namespace alting::parties
