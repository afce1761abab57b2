#include "store/migrate.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store/keystore_migrations.h"
#include "store/migrations.h"
#include "store/row_reader.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

class MigrateTest : public ::testing::TestWithParam<Engine> {
 protected:
  MigrateTest() : temp(GetParam()) {}
  int apply(const std::vector<Migration>& all) { return migrate(temp.database(), clock, {{"room", all}}); }
  std::int64_t count(std::string_view table) {
    return temp.database().read(
        [&](Tx& tx) { return read_one<std::int64_t>(tx, fmt::format("SELECT count(*) FROM {}", table)); });
  }
  base::ManualClock clock{{1'000'000}};
  testing::TempDatabase temp;
  Migration first{1, "first", std::nullopt, "aa",
                  "CREATE TABLE a (id BIGINT, x {blob});\nINSERT INTO a (id) VALUES (1);\n"};
};
INSTANTIATE_TEST_SUITE_P(Engines, MigrateTest, testing::engines(), testing::engine_name);

TEST_P(MigrateTest, applies_each_once) {
  EXPECT_EQ(apply({first}), 1);
  EXPECT_EQ(apply({first}), 0);
  EXPECT_EQ(apply({first, {2, "second", std::nullopt, "bb", "INSERT INTO a (id) VALUES (2);\n"}}), 1);
  EXPECT_EQ(count("a"), 2);
}

TEST_P(MigrateTest, refuses_one_that_was_changed_after_it_was_applied) {
  apply({first});
  first.checksum = "cc";
  EXPECT_THROW(apply({first}), DatabaseError);
}

TEST_P(MigrateTest, a_failing_one_leaves_nothing_of_itself) {
  EXPECT_THROW(
      apply({first,
             {2, "bad", std::nullopt, "bb", "INSERT INTO a (id) VALUES (2);\nINSERT INTO nothing (id) VALUES (2);\n"}}),
      DatabaseError);
  EXPECT_EQ(count("a"), 1);
  EXPECT_EQ(count("schema_migration"), 1);
}

TEST_P(MigrateTest, takes_the_variant_of_its_engine) {
  apply({{1, "x", Engine::sqlite, "aa", "CREATE TABLE of_sqlite (id BIGINT);\n"},
         {1, "x", Engine::postgresql, "bb", "CREATE TABLE of_postgresql (id BIGINT);\n"}});
  EXPECT_EQ(count(GetParam() == Engine::sqlite ? "of_sqlite" : "of_postgresql"), 0);
}

TEST_P(MigrateTest, leaves_those_of_a_newer_program_alone) {
  apply({first, {2, "newer", std::nullopt, "bb", "CREATE TABLE b (id BIGINT);\n"}});
  EXPECT_EQ(apply({first}), 0);
  EXPECT_EQ(count("b"), 0);
}

TEST_P(MigrateTest, the_rooms_own_apply) {
  EXPECT_GE(migrate(temp.database(), clock, {migrations()}), 1);
  EXPECT_EQ(count("outbox"), 0);
  EXPECT_EQ(count("store_once"), 0);
}

TEST(MigratePostgresql, a_migration_takes_longer_than_a_statement_may) {
  auto& cluster = testing::PostgresCluster::of_this_process();
  const auto name = cluster.create_database();
  {
    base::SystemRandom random;
    const base::ManualClock clock({1});
    const auto database = open_postgresql(cluster.where(name), random, {.statement_timeout_ms = 100});
    const std::vector<Migration> slow{{1, "slow", std::nullopt, "aa", "SELECT pg_sleep(0.5);\n"}};
    EXPECT_EQ(migrate(*database, clock, {{"room", slow}}), 1);
    EXPECT_THROW((void)database->read([](Tx& tx) { return tx.query("SELECT pg_sleep(0.5)").size(); }), DatabaseError);
  }
  cluster.drop_database(name);
}

TEST(Keystore, its_migrations_apply) {
  testing::TempDatabase temp(Engine::sqlite);
  const base::ManualClock clock({1});
  EXPECT_GE(migrate(temp.database(), clock, {keystore_migrations()}), 1);
}

}  // namespace
}  // namespace alting::store
