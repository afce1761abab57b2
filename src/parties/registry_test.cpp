#include "parties/registry.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/text.h"
#include "parties/national_id.h"
#include "parties/organisation_number.h"
#include "parties/testing/test_registers.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

using testing::TestRegisters;

TEST(Population, EveryNumberIsSyntheticAndHolds) {
  const auto population = make_population();
  EXPECT_GE(population.persons.size(), 290u);
  EXPECT_GE(population.units.size(), 100u);
  for (const auto& person : population.persons)
    EXPECT_TRUE(read_national_id(person.national_id, terms::Mode::test)) << person.national_id;
  for (const auto& unit : population.units)
    EXPECT_TRUE(read_organisation_number(unit.organisation.party.organisation_number, terms::Mode::test))
        << unit.organisation.party.name;
}

TEST(Population, IsTheSameForTheSameSeedAndHasEveryRoleOfTheRegister) {
  const auto one = make_population(), two = make_population();
  ASSERT_EQ(one.persons.size(), two.persons.size());
  for (std::size_t i = 0; i < one.persons.size(); ++i)
    EXPECT_EQ(one.persons[i].national_id, two.persons[i].national_id);
  std::set<std::string> codes;
  for (const auto& role : one.roles) {
    codes.insert(role.role);
    EXPECT_TRUE(find_role_code(role.role)) << role.role;
  }
  for (const auto* code :
       {"DAGL", "LEDE", "NEST", "MEDL", "VARA", "OBS",  "INNH", "KOMP",  "DTPR", "DTSO", "BEST", "BOBE", "FFØR",
        "KONT", "KEMN", "KOMK", "KNUF", "REPR", "REGN", "REVI", "SREVA", "SIGN", "SIFE", "SIHV", "PROK", "POFE",
        "POHV", "STFT", "SAM",  "ESGR", "ETDL", "MVAU", "MVAG", "KDEB",  "AVKL", "HLED", "HNST", "HMDL", "HVAR"})
    EXPECT_TRUE(codes.contains(code)) << code;
}

TEST(Population, StoringItTwiceChangesNothing) {
  TestRegisters registers;
  const auto before = registers.registry->graph().read([](const GraphData& graph) { return graph.size(); });
  const auto again = store_population(*registers.registry, registers.population);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_there);
  EXPECT_EQ(registers.registry->graph().read([](const GraphData& graph) { return graph.size(); }), before);
}

class RegistryOn : public ::testing::TestWithParam<store::Engine> {};

TEST_P(RegistryOn, SignsInAPersonAndKnowsTheRoles) {
  TestRegisters registers(GetParam());
  const auto manager = registers.actor("manager");
  EXPECT_GT(manager.user_id, 0);
  EXPECT_EQ(registers.actor("manager").user_id, manager.user_id);
  const auto roles = registers.roles_held_by(manager.party);
  ASSERT_EQ(roles.size(), 1u);
  EXPECT_EQ(roles[0].role, "DAGL");
  EXPECT_TRUE(roles[0].source.starts_with("enhetsregisteret:"));
  const auto company = registers.registry->find(roles[0].in);
  ASSERT_TRUE(company);
  EXPECT_EQ(company->name, "Fjord og Fjell AS");
  EXPECT_EQ(registers.registry->find(company->uuid)->id, company->id);
  EXPECT_EQ(registers.find_organisation(company->organisation_number)->id, company->id);
  const auto units = registers.sub_units(company->id);
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].name, "Fjord og Fjell AS avd Bergen");
  EXPECT_EQ(units[0].parent, company->id);
  EXPECT_EQ(units[0].kind, PartyKind::sub_unit);
}

TEST_P(RegistryOn, FindsABusinessByItsNumberAndSaysWhatOneIsThere) {
  TestRegisters registers(GetParam());
  const auto firm = registers.organisation("Fjord og Fjell AS");
  const auto found = registers.registry->find_organisation(firm.organisation_number);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, firm.id);
  for (const auto* none : {"", "1", "999999999", "ni siffer"})
    EXPECT_FALSE(registers.registry->find_organisation(none)) << none;
  const auto manager = registers.actor("manager");
  const auto own = registers.registry->own_roles(manager);
  EXPECT_EQ(own.size(), registers.roles_held_by(manager.party).size());
  EXPECT_TRUE(std::ranges::any_of(own, [&](const RoleFact& fact) {
    return fact.in == firm.id && fact.role == "DAGL" && fact.holder == manager.party &&
           fact.source.starts_with("enhetsregisteret:");
  }));
}

TEST_P(RegistryOn, NoColumnHoldsAPlainNumberAndNoProtectedAddressIsStored) {
  TestRegisters registers(GetParam());
  const auto& protected_person = registers.person("sole_proprietor");
  (void)registers.actor("sole_proprietor");
  const auto self = registers.registry->self(registers.actor("sole_proprietor"));
  ASSERT_TRUE(self);
  EXPECT_FALSE(self->address);
  registers.temp.database().read([&](store::Tx& tx) {
    for (const auto& row : tx.query("SELECT number, sealed FROM party_identifier WHERE kind = 'national'")) {
      const auto [number, sealed] = store::read_row<std::string, base::Bytes>(row);
      EXPECT_EQ(number.size(), 64u);
      for (const auto& person : registers.population.persons)
        EXPECT_EQ(sealed.find(person.national_id), std::string::npos);
    }
    EXPECT_EQ(
        store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM person WHERE is_protected = 1 AND address IS NOT NULL"),
        0);
    EXPECT_EQ(store::read_one<std::int64_t>(
                  tx, "SELECT COUNT(*) FROM local_folkeregister WHERE grading <> 'ugradert' AND address <> ''"),
              0);
    EXPECT_GE(store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM person WHERE is_protected = 1"), 5);
  });
  EXPECT_EQ(registers.registry->national_id(self->party.id)->reveal(), protected_person.national_id);
}

TEST_P(RegistryOn, TheDeadAndTheUnknownCannotSignIn) {
  TestRegisters registers(GetParam());
  EXPECT_EQ(registers.registry->sign_in(terms::NationalIdText(registers.person("dead").national_id)).error().code,
            "error.person.dead");
  EXPECT_EQ(registers.registry->sign_in(terms::NationalIdText("03851598730")).error().code, "error.person.unknown");
  EXPECT_EQ(registers.registry->sign_in(terms::NationalIdText("20036914700")).error().code,
            "error.national_id.real_in_test");
}

TEST_P(RegistryOn, FindsAPersonOnlyByNumberAndLastNameTogetherAndLimitsWrongTries) {
  TestRegisters registers(GetParam());
  const auto manager = registers.actor("manager");
  const terms::NationalIdText number(registers.person("employee").national_id);
  EXPECT_EQ(registers.registry->look_up_person(manager, number, "elvebredd")->name, "Stille Elvebredd");
  const auto wrong_name = registers.registry->look_up_person(manager, number, "Nordmann");
  const auto wrong_number =
      registers.registry->look_up_person(manager, terms::NationalIdText("03851598730"), "Elvebredd");
  const auto no_number = registers.registry->look_up_person(manager, terms::NationalIdText("123"), "Elvebredd");
  EXPECT_EQ(wrong_name.error().code, "error.person.no_match");
  EXPECT_EQ(wrong_number.error().code, wrong_name.error().code);
  EXPECT_EQ(no_number.error().code, wrong_name.error().code);
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(registers.registry->look_up_person(manager, number, "Feil"));
  EXPECT_EQ(registers.registry->look_up_person(manager, number, "Elvebredd").error().kind, base::ErrorKind::too_many);
  EXPECT_TRUE(registers.registry->look_up_person(registers.actor("chair"), number, "Elvebredd"));
  registers.clock.advance(base::Duration::minutes(61));
  EXPECT_TRUE(registers.registry->look_up_person(manager, number, "Elvebredd"));
}

TEST(Registry, WrongTriesAtTheSameTimeAreCountedToo) {
  TestRegisters registers;
  const auto by = registers.actor("manager");
  const terms::NationalIdText number(registers.person("chair").national_id);
  std::atomic<int> judged{0}, refused{0};
  {
    std::vector<std::jthread> tries;
    for (int i = 0; i < 30; ++i)
      tries.emplace_back([&] {
        const auto found = registers.registry->look_up_person(by, number, "Feil");
        ++(found.error().kind == base::ErrorKind::too_many ? refused : judged);
      });
  }
  EXPECT_EQ(judged, 10);
  EXPECT_EQ(refused, 20);
}

INSTANTIATE_TEST_SUITE_P(Engines, RegistryOn, store::testing::engines(), store::testing::engine_name);

TEST(Krr, EmailAndMobileAreFreshEachForItselfForEighteenMonths) {
  const auto now = *base::from_rfc3339("2026-07-01T00:00:00Z");
  KrrPerson person;
  person.status = "AKTIV";
  person.email = {"a@eksempel.example", base::from_rfc3339("2024-12-31T00:00:00Z"), std::nullopt};
  person.mobile = {"+4740000000", base::from_rfc3339("2020-01-01T00:00:00Z"),
                   base::from_rfc3339("2025-01-01T00:00:00Z")};
  EXPECT_EQ(usable_contact(person, now).email, "");
  EXPECT_TRUE(usable_contact(person, now).email_stale) << "there is one, and it is too old";
  EXPECT_EQ(usable_contact(person, now).mobile, "+4740000000");
  EXPECT_FALSE(usable_contact(person, now).mobile_stale);
  person.reserved = true;
  EXPECT_EQ(usable_contact(person, now).mobile, "");
  EXPECT_TRUE(usable_contact(person, now).reserved);
  person.reserved = false;
  person.status = "SLETTET";
  EXPECT_EQ(usable_contact(person, now).mobile, "");
}

TEST(Krr, ExactlyEighteenMonthsIsStillFresh) {
  const auto now = *base::from_rfc3339("2026-07-01T10:00:00Z");
  EXPECT_TRUE(is_fresh({"x", base::from_rfc3339("2025-01-01T10:00:00Z"), std::nullopt}, now));
  EXPECT_FALSE(is_fresh({"x", base::from_rfc3339("2025-01-01T09:59:59Z"), std::nullopt}, now));
}

TEST(Folkeregisteret, AnUnknownGradingProtects) {
  EXPECT_TRUE(is_open_grading("ugradert"));
  for (const auto* word : {"", "fortrolig", "strengtFortrolig", "klientadresse", "UGRADERT", "noe nytt"})
    EXPECT_FALSE(is_open_grading(word)) << word;
}

TEST(Graph, ALatePartyIsFoundAndStandsInItsPlaceByName) {
  GraphData graph;
  base::SeededRandom random(3);
  const auto node = [&](std::int64_t id, std::string_view name, const std::string& key) {
    NewNode made;
    made.id = {id};
    made.uuid = {base::Uuid::v4(random)};
    made.name = name;
    made.sort_name = key;
    return made;
  };
  for (const auto& [id, name] :
       std::vector<std::pair<std::int64_t, std::string>>{{10, "Ål"}, {11, "Anne"}, {12, "Ørn"}}) {
    const auto key = base::sort_key(name);
    graph.add(node(id, name, key));
  }
  graph.finish();
  const auto key = base::sort_key("Berit");
  graph.add_late(node(15, "Berit", key));
  const auto rank = [&](std::int64_t id) { return graph.rank(graph.index_of(terms::PartyId{id})); };
  EXPECT_LT(rank(11), rank(15));
  EXPECT_LT(rank(15), rank(12));
  EXPECT_LT(rank(12), rank(10));
  EXPECT_EQ(graph.index_of(terms::PartyId{13}), no_index);
  EXPECT_EQ(graph.index_of(terms::PartyId{9}), no_index);
  EXPECT_EQ(graph.index_of(terms::PartyId{99}), no_index);
}

}  // namespace
}  // namespace alting::parties
