// What /status asks, of a whole installation on each engine.
#include "main/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main/testing/whole_program.h"

namespace alting::main {
namespace {

using portal::Health;
using ::testing::ElementsAre;

class HealthTest : public ::testing::TestWithParam<store::Engine>, protected testing::WholeProgram {
 protected:
  HealthTest()
      : WholeProgram(GetParam(), [this](Settings& settings) { settings.scanner.clamd = temp.path() / "clamd"; }) {}
  Health health_of(std::string_view part) {
    for (const auto& probe : health_probes(*installation))
      if (probe.name == part) return probe.ask();
    throw std::logic_error("no such part");
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, HealthTest, store::testing::engines(), store::testing::engine_name);

TEST_P(HealthTest, asks_each_part_that_people_notice) {
  std::vector<std::string> parts;
  for (const auto& probe : health_probes(*installation)) parts.push_back(probe.name);
  EXPECT_THAT(parts, ElementsAre("database", "blobs", "log", "outbox", "scanner"));
  for (const auto* part : {"database", "blobs", "log", "outbox"}) EXPECT_EQ(health_of(part), Health::up) << part;
  EXPECT_EQ(health_of("scanner"), Health::down) << "nobody listens there";
}

TEST_P(HealthTest, finds_a_blob_folder_that_takes_nothing) {
  std::filesystem::remove_all(installation->folder->blobs() / "new");
  EXPECT_THROW((void)health_of("blobs"), store::DatabaseError);
  EXPECT_EQ(health_of("database"), Health::up);
  const auto measured = installation->measurements->now();
  ASSERT_EQ(measured.size(), 5U);
  EXPECT_EQ(measured[0].health, Health::up);
  EXPECT_EQ(measured[1].health, Health::down);
}

}  // namespace
}  // namespace alting::main
