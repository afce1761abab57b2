#include "parties/deaths.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "parties/register_facts.h"
#include "parties/testing/test_registers.h"

namespace alting::parties {
namespace {

class DeathsOn : public ::testing::TestWithParam<store::Engine> {
 protected:
  testing::TestRegisters registers{GetParam()};
  std::optional<DeathsReport> logged;

  base::Result<DeathsReport> run(std::string text) {
    bool given = false;
    return import_deaths(
        *registers.registry,
        [text = std::move(text), given]() mutable -> base::Result<base::Bytes> {
          return std::exchange(given, true) ? std::string() : text;
        },
        [this](const DeathsReport& report) {
          logged = report;
          return [](store::Tx&) {};
        });
  }
  std::string line_of(std::string_view story, std::string_view day = "2026-10-01") {
    return fmt::format("{};{}\n", registers.person(story).national_id, day);
  }
  std::optional<GoneBy> gone(terms::PartyId party) {
    return registers.temp.database().read([&](store::Tx& tx) { return gone_by(tx, party); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, DeathsOn, store::testing::engines(), store::testing::engine_name);

const std::string deaths_heading = "identifikator;doedsdato\n";

TEST_P(DeathsOn, who_is_dead_holds_nothing_from_then_and_is_not_logged_in) {
  const auto manager = registers.actor("manager");
  ASSERT_FALSE(registers.roles_held_by(manager.party).empty());
  EXPECT_FALSE(gone(manager.party));
  const auto done = run(deaths_heading + line_of("manager") + line_of("dead"));
  ASSERT_TRUE(done) << done.error().code;
  EXPECT_EQ(done->noted, 1);
  EXPECT_EQ(done->lines, 2) << "the other is dead already, or not known here";
  EXPECT_EQ(gone(manager.party), GoneBy::death);
  EXPECT_TRUE(registers.roles_held_by(manager.party).empty());
  EXPECT_EQ(registers.registry->sign_in(terms::NationalIdText(registers.person("manager").national_id)).error().code,
            "error.person.dead");
  ASSERT_TRUE(logged);
  EXPECT_EQ(logged->noted, 1);
  EXPECT_EQ(run(deaths_heading + line_of("manager"))->known, 1) << "the same again changes nothing";
}

TEST_P(DeathsOn, a_line_that_is_wrong_is_a_fault_and_the_rest_is_taken) {
  const auto employee = registers.actor("employee");
  const auto done = run(deaths_heading + line_of("manager", "2126-10-01") + "12345678901;2026-10-01\n" +
                        line_of("manager", "i fjor") + "x\n" + line_of("employee"));
  ASSERT_TRUE(done) << done.error().code;
  EXPECT_EQ(done->faults, 4);
  for (const auto& fault : done->first_faults) EXPECT_EQ(fault.message.find("12345678901"), std::string::npos);
  EXPECT_EQ(gone(employee.party), GoneBy::death);
  EXPECT_EQ(run("identifikator;dato\n").error().code, "error.import.heading");
}

TEST_P(DeathsOn, a_login_that_the_register_refuses_tells_of_the_death_too) {
  const auto employee = registers.actor("employee");
  (void)registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE local_folkeregister SET status = 'doed' WHERE number = ?",
           {registers.numbers.lookup(terms::NationalIdText(registers.person("employee").national_id))});
    return {};
  });
  EXPECT_FALSE(gone(employee.party));
  EXPECT_FALSE(registers.registry->sign_in(terms::NationalIdText(registers.person("employee").national_id)));
  EXPECT_EQ(gone(employee.party), GoneBy::death);
  EXPECT_TRUE(registers.registry->graph().read(
      [&](const GraphData& graph) { return graph.dead(graph.index_of(employee.party)); }));
}

}  // namespace
}  // namespace alting::parties
