// What is the program's own goes by its rule, in pieces; what people sent or received stays.
#include "store/retention_jobs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>

#include "store/catalogue_rows.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/room_catalogue.h"
#include "store/row_reader.h"
#include "store/testing/sample_catalogue.h"
#include "store/testing/temp_database.h"
#include "store/testing/vault_fixture.h"

namespace alting::store {
namespace {

class RetentionJobs : public ::testing::TestWithParam<Engine> {
 protected:
  RetentionJobs() {
    migrate(temp.database(), clock, {migrations()});
    testing::make_sample_tables(temp.database());
  }
  void visit(std::int64_t who, base::Instant at) {
    ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
      tx.run("INSERT INTO sample_visit (who, at) VALUES (?, ?)", {who, at});
      return {};
    }));
  }
  std::int64_t count(std::string_view table) {
    return temp.database().read(
        [&](Tx& tx) { return read_one<std::int64_t>(tx, fmt::format("SELECT COUNT(*) FROM {}", table)); });
  }
  std::int64_t run(std::string_view code) {
    for (const auto& job : retention_jobs(temp.database(), vault.vault(), catalogue, clock))
      if (job.code == code) return job.run();
    throw std::logic_error("no such job");
  }

  testing::TempDatabase temp{GetParam()};
  testing::TempVault vault;
  base::ManualClock clock{{1'795'000'000'000'000}};
  Catalogue catalogue{{&room_catalogue(), &testing::sample_catalogue()}};
};
INSTANTIATE_TEST_SUITE_P(Engines, RetentionJobs, testing::engines(), testing::engine_name);

TEST_P(RetentionJobs, delete_what_is_older_than_the_rule_and_nothing_else) {
  const auto hours = base::Duration::hours(2);  // of the rule sample.visit
  visit(1, clock.now() - hours - base::Duration{1});
  visit(2, clock.now() - hours);
  visit(3, clock.now());
  EXPECT_EQ(run("forget_visits"), 1);
  EXPECT_EQ(count("sample_visit"), 2);
  EXPECT_EQ(run("forget_visits"), 0);
  clock.advance(hours);
  EXPECT_EQ(run("forget_visits"), 1);
  EXPECT_EQ(count("sample_visit"), 1);
}

TEST_P(RetentionJobs, go_on_in_pieces_until_nothing_is_left) {
  ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
    for (std::int64_t i = 0; i < 1'234; ++i)
      tx.run("INSERT INTO sample_visit (who, at) VALUES (?, ?)", {i, clock.now() - base::Duration::days(1)});
    return {};
  }));
  std::int64_t all = 0;
  for (auto some = run("forget_visits"); some > 0; some = run("forget_visits")) all += some;
  EXPECT_EQ(all, 1'234);
}

TEST_P(RetentionJobs, leave_alone_what_people_end) {
  testing::add_letter(temp.database(), {.id = "1", .key = base::Uuid{}});
  clock.advance(base::Duration::days(10'000));
  for (const auto& job : retention_jobs(temp.database(), vault.vault(), catalogue, clock)) EXPECT_EQ(job.run(), 0);
  EXPECT_EQ(count("sample_letter"), 1) << "its rule is long over";
}

TEST_P(RetentionJobs, end_nothing_that_is_held_and_all_else) {
  const auto old = clock.now() - base::Duration::days(1);
  for (std::int64_t who = 1; who <= 5; ++who) visit(who, old);
  Holds held;
  const HoldsNow asked = [&](Tx&) { return held; };
  const auto run_held = [&] {
    return end_rows(temp.database(), catalogue.table("sample_visit"), catalogue.rule("sample.visit"), clock.now(),
                    asked);
  };
  held = Holds({Hold{.rule = "sample.visit"}});
  EXPECT_EQ(run_held(), 0) << "all that the rule ends is held";
  held = Holds(
      {Hold{.rule = "sample.letter", .of = {HeldParty{{3}, "", {}, {}}}}, Hold{.of = {HeldParty{{2}, "", {}, {}}}}});
  const auto counted = temp.database().read([&](Tx& tx) {
    return count_before(tx, catalogue.table("sample_visit"), catalogue.rule("sample.visit"), clock.now(), held);
  });
  EXPECT_EQ(counted.all, 5);
  EXPECT_EQ(counted.held, 1);
  EXPECT_EQ(run_held(), 4) << "of one party all rules are held, of another only a rule of other rows";
  EXPECT_EQ(count("sample_visit"), 1);
  EXPECT_TRUE(held.holds("sample.visit", {2}));
  EXPECT_FALSE(held.holds("sample.visit", {3}));
  EXPECT_FALSE(held.holds("ledger.lasting", {2})) << "the log is held when a hold names its rule";
  held = Holds({Hold{.rule = "ledger.lasting", .of = {HeldParty{{2}, "", {}, {}}}}});
  EXPECT_TRUE(held.whole("ledger.lasting")) << "whole days end at once, so all of it is held";
  EXPECT_FALSE(held.whole("sample.visit"));
  held = Holds();
  EXPECT_EQ(run_held(), 1);
}

TEST_P(RetentionJobs, hold_one_letter_and_no_other_of_its_party) {
  const Holds held({Hold{.of = {HeldParty{{7}, "", {}, {}}}, .item = "a"}});
  EXPECT_TRUE(held.holds("sample.letter", {7}, "a"));
  EXPECT_FALSE(held.holds("sample.letter", {7}, "b"));
  EXPECT_FALSE(held.holds("sample.letter", {8}, "a"));
}

TEST_P(RetentionJobs, are_one_for_each_table_whose_rows_a_job_ends_with_the_law_of_its_rule) {
  std::vector<std::string> codes;
  for (const auto& job : retention_jobs(temp.database(), vault.vault(), catalogue, clock)) {
    codes.emplace_back(job.code);
    EXPECT_FALSE(job.legal_basis.empty());
    EXPECT_TRUE(job.until_none_left) << job.code;
  }
  EXPECT_THAT(codes,
              ::testing::UnorderedElementsAre("forget_posts", "forget_spent", "forget_visits", "forget_erasures"));
}

TEST_P(RetentionJobs, that_the_catalogue_promises_and_nobody_has_stop_the_start) {
  auto jobs = retention_jobs(temp.database(), vault.vault(), catalogue, clock);
  EXPECT_THROW(check_jobs_of(catalogue, jobs), std::logic_error) << "sweep_keys is missing";
  jobs.push_back({.code = "sweep_keys", .legal_basis = "law"});
  EXPECT_NO_THROW(check_jobs_of(catalogue, jobs));
}

TEST_P(RetentionJobs, forget_in_the_keystore_that_something_was_erased_once_no_copy_of_it_opens) {
  const auto sealed = vault.vault().seal("a document", {"party:1"});
  vault.vault().erase({sealed.key_id}, "party:1");
  const base::SystemClock system;  // the vault's
  EXPECT_EQ(vault.vault().counts().erased, 1);
  EXPECT_EQ(end_erasures(vault.vault(), catalogue, system.now() + base::Duration::days(179)), 0);
  EXPECT_EQ(end_erasures(vault.vault(), catalogue, system.now() + base::Duration::days(181)), 1);
  EXPECT_EQ(vault.vault().counts().erased, 0);
}

TEST(Catalogue, finds_all_ways_to_a_subject_and_what_goes_with_what) {
  const Catalogue catalogue({&room_catalogue(), &testing::sample_catalogue()});
  std::vector<std::string> persons, parties, dependents;
  for (const auto& [table, subject] : catalogue.reach(terms::SubjectKind::person))
    persons.push_back(fmt::format("{}.{}", table->name, subject->column));
  for (const auto& [table, subject] : catalogue.reach(terms::SubjectKind::party))
    parties.push_back(fmt::format("{}.{}", table->name, subject->column));
  EXPECT_THAT(persons, ::testing::ElementsAre("sample_visit.who"));
  EXPECT_THAT(parties, ::testing::IsSupersetOf({"store_once.actor", "key_wrap.holder", "sample_letter.party_id"}));
  for (const auto& [table, erasure] : catalogue.going_with("sample_letter")) dependents.emplace_back(table->name);
  EXPECT_THAT(dependents, ::testing::ElementsAre("sample_enclosure"));
  EXPECT_THROW((void)catalogue.table("sample_nothing"), std::logic_error);
  EXPECT_THROW((void)catalogue.rule("sample.nothing"), std::logic_error);
  EXPECT_EQ(catalogue.naming(terms::NamesWhat::key).size(), 2U) << "not the keystore's own tables";
}

}  // namespace
}  // namespace alting::store
