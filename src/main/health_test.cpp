// What /status asks, of a whole installation on each engine.
#include "main/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/temp_database.h"

namespace alting::main {
namespace {

using portal::Health;
using ::testing::ElementsAre;

class HealthTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  HealthTest() {
    auto settings = demo_settings(8080, temp.path() / "data");
    settings.population = false;
    settings.watch_services = false;
    settings.scanner.clamd = temp.path() / "clamd";
    if (GetParam() == store::Engine::postgresql) {
      name = store::testing::PostgresCluster::of_this_process().create_database();
      settings.data.postgresql = store::testing::PostgresCluster::of_this_process().where(name);
    }
    auto opened = Installation::open(settings);
    if (!opened) throw std::runtime_error(opened.error().detail);
    installation = std::move(*opened);
  }
  ~HealthTest() override {
    installation.reset();
    if (!name.empty()) store::testing::PostgresCluster::of_this_process().drop_database(name);
  }
  Health health_of(std::string_view part) {
    for (const auto& probe : health_probes(*installation))
      if (probe.name == part) return probe.ask();
    throw std::logic_error("no such part");
  }

  store::testing::TempFolder temp;
  std::string name;
  std::unique_ptr<Installation> installation;
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
