// For tests: the registers with the test population in them, over a database of their own.
#pragma once
#include <memory>

#include "base/time.h"
#include "parties/migrations.h"
#include "parties/population.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/testing/temp_database.h"

namespace alting::parties::testing {

inline constexpr base::Instant test_time{1'795'000'000'000'000};  // 2026-11-18

class TestRegisters {
 public:
  explicit TestRegisters(store::Engine engine = store::Engine::sqlite, bool populated = true,
                         std::vector<store::RoomMigrations> more = {})
      : temp(engine) {
    std::vector<store::RoomMigrations> all{store::migrations(), parties::migrations()};
    all.insert(all.end(), more.begin(), more.end());
    store::migrate(temp.database(), clock, all);
    registry = make_registry({temp.database(), clock, random, numbers, *folkeregisteret, *krr, terms::Mode::test});
    if (populated) (void)store_population(*registry, population);
  }

  // Signed in, at the level of BankID.
  [[nodiscard]] terms::Actor actor(std::string_view story, terms::AssuranceLevel level = terms::AssuranceLevel::high) {
    for (const auto& person : population.persons)
      if (person.story == story) return actor_of(person.national_id, level);
    throw std::logic_error("no such story");
  }
  [[nodiscard]] terms::Actor actor_of(const std::string& national_id,
                                      terms::AssuranceLevel level = terms::AssuranceLevel::high) {
    const auto person = registry->sign_in(terms::NationalIdText(national_id));
    if (!person) throw std::logic_error(person.error().code);
    terms::Actor actor;
    actor.party = person->party.id;
    actor.party_uuid = person->party.uuid;
    actor.user_id = person->user_id;
    actor.level = level;
    actor.name = person->party.name;
    return actor;
  }
  [[nodiscard]] std::optional<Party> find_organisation(std::string_view number) const {
    return registry->graph().read([&](const GraphData& graph) -> std::optional<Party> {
      const Index at = graph.index_of_organisation(number);
      if (at == no_index) return std::nullopt;
      return graph.party(at);
    });
  }
  [[nodiscard]] std::vector<Party> sub_units(terms::PartyId main_unit) const {
    return registry->graph().read([&](const GraphData& graph) {
      std::vector<Party> units;
      if (const Index at = graph.index_of(main_unit); at != no_index)
        for (const Index child : graph.children(at)) units.push_back(graph.party(child));
      return units;
    });
  }
  [[nodiscard]] std::vector<RoleFact> roles_held_by(terms::PartyId holder) const {
    return registry->graph().read([&](const GraphData& graph) {
      std::vector<RoleFact> facts;
      if (const Index at = graph.index_of(holder); at != no_index)
        for (const auto& edge : graph.held_by(at))
          facts.push_back(
              {holder, graph.id(edge.other), std::string(role_codes[edge.role]), graph.source(edge.source)});
      return facts;
    });
  }
  [[nodiscard]] Party organisation(std::string_view name) {
    for (const auto& unit : population.units)
      if (unit.organisation.party.name == name)
        return find_organisation(unit.organisation.party.organisation_number).value();
    throw std::logic_error("no such organisation");
  }
  [[nodiscard]] const PopulationPerson& person(std::string_view story) const {
    for (const auto& person : population.persons)
      if (person.story == story) return person;
    throw std::logic_error("no such story");
  }

  Population population = make_population();
  base::ManualClock clock{test_time};
  base::SeededRandom random{7};
  store::testing::TempDatabase temp;
  NumberVault numbers{std::string(32, 'k')};
  std::unique_ptr<Folkeregisteret> folkeregisteret = make_local_folkeregisteret(temp.database(), numbers);
  std::unique_ptr<Krr> krr = make_local_krr(temp.database(), numbers);
  std::unique_ptr<Registry> registry;
};

}  // namespace alting::parties::testing
