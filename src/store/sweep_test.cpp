// Keys and files that no row names go, and no other ever does.
#include "store/sweep.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "store/blob_file.h"
#include "store/failpoint.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/room_catalogue.h"
#include "store/testing/sample_catalogue.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

class Sweep : public ::testing::TestWithParam<Engine> {
 protected:
  Sweep() {
    migrate(temp.database(), clock, {migrations()});
    testing::make_sample_tables(temp.database());
  }
  base::Uuid new_key() { return vault->seal("a document", {"party:7", "agency:dat"}).key_id; }
  bool opens(const base::Uuid& key) { return vault->still_held({key}).size() == 1; }
  // Over the newest database, with a clock that goes as time does, unless a test says otherwise.
  SweepConditions conditions() {
    return {temp.database(),
            clock,
            {.migrations = {migrations()},
             .database_is_newest = [this] { return newest(); },
             .steady = [this] { return std::chrono::microseconds(clock.now().micros - jumped.micros); }}};
  }
  KeySweep sweep(KeySweep::Options options = {}) {
    return KeySweep(temp.database(), *vault, catalogue, clock, conditions(), options);
  }
  std::int64_t sweep_all_files(std::size_t most = max_orphans) {
    return FileSweep(temp.database(), *vault, catalogue, conditions(), most).run();
  }
  void hold(base::Duration length) {
    ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
      hold_sweeping(tx, clock.now() + length);
      return {};
    }));
  }
  Blob write_file(const std::string& content) {
    const auto writer = vault->create_blob({"party:7"});
    writer->append(content);
    return writer->finish();
  }
  void make_old(const Blob& blob) {
    std::filesystem::last_write_time(blob_path(folder.path() / "blobs", blob.name),
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(25));
  }
  bool is_there(const Blob& blob) { return std::filesystem::exists(blob_path(folder.path() / "blobs", blob.name)); }
  std::int64_t sweep_all(KeySweep::Options options = {}, int runs = 10) {
    auto sweeping = sweep(options);
    std::int64_t all = 0;
    for (int run = 0; run < runs; ++run) all += sweeping.run();
    return all;
  }
  void change(std::string_view sql) {
    ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
      tx.run(sql);
      return {};
    }));
  }

  testing::TempDatabase temp{GetParam()};
  testing::TempFolder folder;
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{11};
  std::unique_ptr<Vault> vault = open_vault({.keystore = folder.path() / "keystore.db",
                                             .blobs = folder.path() / "blobs",
                                             .erasure_list = folder.path() / "erasures"},
                                            crypto::SecretBytes(std::string(32, 'k')), random, clock);
  std::function<bool()> newest = [] { return true; };
  base::Duration jumped{};  // by so much the clock went without any time passing
  Catalogue catalogue{{&room_catalogue(), &testing::sample_catalogue()}};
  const base::Duration grace = base::Duration::days(7);  // of the rule store.orphan_key
  const base::Duration old_enough = base::Duration::hours(7 * 24 + 1);
};
INSTANTIATE_TEST_SUITE_P(Engines, Sweep, testing::engines(), testing::engine_name);

TEST_P(Sweep, erases_a_key_that_no_row_names_for_all_who_hold_it_and_says_so_in_the_list) {
  const auto named = new_key(), in_octets = new_key(), orphan = new_key();
  testing::add_letter(temp.database(), {.id = "1", .key = named, .sent_at = clock.now()});
  testing::add_enclosure(temp.database(), "1", 1, in_octets);
  clock.advance(old_enough);
  EXPECT_EQ(sweep_all(), 1);
  EXPECT_FALSE(opens(orphan));
  EXPECT_TRUE(opens(named));
  EXPECT_TRUE(opens(in_octets));
  const auto list = base::read_file(folder.path() / "erasures", 10'000).value();
  EXPECT_THAT(list, ::testing::HasSubstr(orphan.text() + " party:7"));
  EXPECT_THAT(list, ::testing::HasSubstr(orphan.text() + " agency:dat"));
  EXPECT_EQ(sweep_all(), 0);
}

TEST_P(Sweep, waits_until_a_key_is_old_enough_that_its_row_must_have_come) {
  const auto key = new_key();
  clock.advance(base::Duration::days(6));
  EXPECT_EQ(sweep_all(), 0);
  EXPECT_TRUE(opens(key));
  const auto later = new_key();
  clock.advance(base::Duration::hours(25));
  EXPECT_EQ(sweep_all(), 1);
  EXPECT_FALSE(opens(key));
  EXPECT_TRUE(opens(later)) << "its own time is not over";
  testing::add_letter(temp.database(), {.id = "1", .key = later, .sent_at = clock.now()});
  clock.advance(grace);
  EXPECT_EQ(sweep_all(), 0);
  EXPECT_TRUE(opens(later));
}

TEST_P(Sweep, a_key_that_was_shared_lately_is_no_old_one) {
  const auto key = vault->seal("a document", {"party:7"}).key_id;
  clock.advance(grace);
  ASSERT_TRUE(vault->share({key}, "party:7", "agency:dat"));
  clock.advance(base::Duration::hours(1));
  EXPECT_EQ(sweep_all(), 0);
  EXPECT_TRUE(opens(key));
}

TEST_P(Sweep, a_key_whose_name_moves_to_a_table_that_was_read_already_is_not_lost) {
  const auto first = new_key(), moving = new_key(), orphan = new_key();
  testing::add_letter(temp.database(), {.id = "1", .key = first, .sent_at = clock.now()});
  testing::add_enclosure(temp.database(), "1", 1, moving);
  clock.advance(old_enough);
  auto sweeping = sweep({.rows_at_once = 1, .longest = {}});
  for (int letter = 0; letter < 2; ++letter) EXPECT_EQ(sweeping.run(), 0);  // the letters, to their end
  testing::add_letter(temp.database(), {.id = "0", .key = moving, .sent_at = clock.now()});
  change("DELETE FROM sample_enclosure");
  std::int64_t gone = 0;
  for (int run = 0; run < 20; ++run) gone += sweeping.run();
  EXPECT_EQ(gone, 1);
  EXPECT_TRUE(opens(moving));
  EXPECT_TRUE(opens(first));
  EXPECT_FALSE(opens(orphan));
}

TEST_P(Sweep, goes_through_many_keys_and_rows_in_small_windows_and_loses_none_that_is_named) {
  std::vector<base::Uuid> named, orphans;
  for (int i = 0; i < 200; ++i) {
    clock.advance(base::Duration::seconds(1));
    auto& list = i % 3 == 0 ? orphans : named;
    list.push_back(new_key());
    if (i % 3 == 1) testing::add_letter(temp.database(), {.id = std::to_string(i), .key = named.back()});
    if (i % 3 == 2) testing::add_enclosure(temp.database(), "x", i, named.back());
  }
  clock.advance(old_enough);
  EXPECT_EQ(sweep_all({.window = 17, .rows_at_once = 5, .longest = {}}, 1'200),
            static_cast<std::int64_t>(orphans.size()));
  EXPECT_EQ(vault->still_held(named).size(), named.size());
  EXPECT_TRUE(vault->still_held(orphans).empty());
}

TEST_P(Sweep, goes_on_where_it_was_after_a_new_start_and_begins_again_after_a_week) {
  const auto first = new_key();
  testing::add_letter(temp.database(), {.id = "1", .key = first});
  clock.advance(old_enough);
  EXPECT_EQ(sweep_all(), 0);
  change("DELETE FROM sample_letter");  // as by a room that forgot the key
  EXPECT_EQ(sweep_all(), 0) << "it was looked at";
  clock.advance(base::Duration::days(7));
  EXPECT_EQ(sweep_all(), 1);
}

TEST_P(Sweep, erases_nothing_when_a_table_cannot_be_read) {
  const auto orphan = new_key();
  clock.advance(old_enough);
  change("DROP TABLE sample_enclosure");
  auto sweeping = sweep();
  for (int i = 0; i < 3; ++i) EXPECT_THROW((void)sweeping.run(), DatabaseError);
  EXPECT_TRUE(opens(orphan));
}

TEST_P(Sweep, erases_nothing_when_a_column_that_names_keys_holds_something_else) {
  const auto orphan = new_key(), named = new_key();
  testing::add_letter(temp.database(), {.id = "1", .key = named});
  change("UPDATE sample_letter SET key_id = 'no key'");
  clock.advance(old_enough);
  auto sweeping = sweep();
  EXPECT_THROW((void)sweeping.run(), DatabaseError);
  EXPECT_TRUE(opens(orphan));
  EXPECT_TRUE(opens(named));
}

TEST_P(Sweep, erases_nothing_while_there_is_a_table_no_catalogue_knows) {
  const auto orphan = new_key();
  clock.advance(old_enough);
  change("CREATE TABLE of_a_newer_release (key_id TEXT)");
  auto sweeping = sweep();
  EXPECT_THROW((void)sweeping.run(), DatabaseError);
  change("DROP TABLE of_a_newer_release");
  EXPECT_EQ(sweeping.run(), 1);
  EXPECT_FALSE(opens(orphan));
}

TEST_P(Sweep, erases_nothing_while_it_is_held_as_after_a_restore) {
  const auto orphan = new_key();
  clock.advance(old_enough);
  hold(base::Duration::days(30));
  hold(base::Duration::days(10));
  EXPECT_EQ(sweep_all(), 0);
  clock.advance(base::Duration::days(29));
  EXPECT_EQ(sweep_all(), 0);
  EXPECT_TRUE(opens(orphan));
  clock.advance(base::Duration::days(1));
  EXPECT_EQ(sweep_all(), 1);
}

TEST_P(Sweep, held_after_it_has_read_the_tables_it_erases_nothing) {
  const auto orphan = new_key();
  clock.advance(old_enough);
  auto sweeping = sweep({.window = 10, .rows_at_once = 1, .longest = {}});
  EXPECT_EQ(sweeping.run(), 0) << "one table of two is read";
  hold(base::Duration::days(30));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sweeping.run(), 0);
  EXPECT_TRUE(opens(orphan));
}

TEST_P(Sweep, when_an_erasure_fails_it_is_done_again_and_the_master_keys_wrap_stays) {
  const auto orphan = new_key();
  clock.advance(old_enough);
  auto sweeping = sweep();
  failpoint::arm("keystore.commit", failpoint::Action::error);
  EXPECT_THROW((void)sweeping.run(), DatabaseError);
  failpoint::disarm();
  EXPECT_EQ(sweeping.run(), 1);
  EXPECT_FALSE(opens(orphan));
  vault.reset();
  EXPECT_NO_THROW(vault = open_vault({.keystore = folder.path() / "keystore.db",
                                      .blobs = folder.path() / "blobs",
                                      .erasure_list = folder.path() / "erasures"},
                                     crypto::SecretBytes(std::string(32, 'k')), random, clock));
}

TEST_P(Sweep, erases_nothing_over_a_database_that_is_not_the_newest) {
  const auto orphan = new_key();
  const auto file = write_file("orphan");
  make_old(file);
  clock.advance(old_enough);
  newest = [] { return false; };
  EXPECT_EQ(sweep_all(), 0);
  EXPECT_EQ(sweep_all_files(), 0);
  EXPECT_TRUE(opens(orphan));
  EXPECT_TRUE(is_there(file));
  newest = {[] { return true; }};
  EXPECT_EQ(sweep_all(), 2) << "the file's key too";
  EXPECT_EQ(sweep_all_files(), 1);
}

TEST_P(Sweep, asks_again_right_before_anything_goes) {
  const auto orphan = new_key();
  const auto file = write_file("orphan");
  make_old(file);
  clock.advance(old_enough);
  int asked = 0;
  newest = [&] { return ++asked == 1; };  // it goes back in time while the tables are read
  auto sweeping = sweep();
  EXPECT_EQ(sweeping.run(), 0);
  EXPECT_EQ(asked, 2);
  EXPECT_TRUE(opens(orphan));
  asked = 0;
  EXPECT_EQ(sweep_all_files(), 0);
  EXPECT_EQ(asked, 2);
  EXPECT_TRUE(is_there(file));
}

TEST_P(Sweep, told_nothing_of_the_database_sweeps_nothing) {
  const auto orphan = new_key();
  clock.advance(old_enough);
  KeySweep sweeping(temp.database(), *vault, catalogue, clock,
                    SweepConditions(temp.database(), clock, {.migrations = {migrations()}}));
  EXPECT_EQ(sweeping.run(), 0);
  EXPECT_TRUE(opens(orphan));
}

TEST_P(Sweep, erases_none_of_more_orphans_than_sends_that_fail_leave_and_looks_again_the_day_after) {
  std::vector<base::Uuid> orphans;
  for (int i = 0; i < 4; ++i) orphans.push_back(new_key());
  clock.advance(old_enough);
  auto sweeping = sweep({.max_orphans = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sweeping.run(), 0);
  EXPECT_EQ(sweeping.too_many(), 4);
  EXPECT_EQ(vault->still_held(orphans).size(), 4U);
  testing::add_letter(temp.database(), {.id = "1", .key = orphans[0]});  // the newer copy came
  EXPECT_EQ(sweeping.run(), 0) << "it rests";
  clock.advance(base::Duration::days(1));
  EXPECT_EQ(sweeping.run(), 3);
  EXPECT_EQ(sweeping.too_many(), 0);
  EXPECT_TRUE(opens(orphans[0]));
}

TEST_P(Sweep, removes_none_of_more_files_than_sends_that_fail_leave) {
  std::vector<Blob> files;
  for (int i = 0; i < 3; ++i) {
    files.push_back(write_file("orphan " + std::to_string(i)));
    make_old(files.back());
  }
  FileSweep sweeping(temp.database(), *vault, catalogue, conditions(), 2);
  EXPECT_EQ(sweeping.run(), 0);
  EXPECT_EQ(sweeping.too_many(), 3);
  for (const auto& file : files) EXPECT_TRUE(is_there(file));
  testing::add_enclosure(temp.database(), "1", 1, files[0].key_id, files[0].name);
  EXPECT_EQ(sweeping.run(), 2);
  EXPECT_EQ(sweeping.too_many(), 0);
  EXPECT_TRUE(is_there(files[0]));
}

TEST_P(Sweep, removes_no_file_while_it_is_held) {
  const auto file = write_file("orphan");
  make_old(file);
  hold(base::Duration::days(30));
  EXPECT_EQ(sweep_all_files(), 0);
  EXPECT_TRUE(is_there(file));
  clock.advance(base::Duration::days(30));
  newest = [&, first = true]() mutable {  // held between the looking and the removing
    if (std::exchange(first, false)) hold(base::Duration::days(30));
    return true;
  };
  EXPECT_EQ(sweep_all_files(), 0);
  EXPECT_TRUE(is_there(file));
}

TEST_P(Sweep, leaves_a_database_alone_that_a_newer_program_changed) {
  const auto orphan = new_key();
  const auto file = write_file("orphan");
  make_old(file);
  clock.advance(old_enough);
  change("INSERT INTO schema_migration (room, number, name, checksum, applied_at) VALUES ('store', 9999, 'x', '', 0)");
  EXPECT_EQ(sweep_all(), 0);
  EXPECT_EQ(sweep_all_files(), 0);
  EXPECT_TRUE(opens(orphan));
  EXPECT_TRUE(is_there(file));
  change("DELETE FROM schema_migration WHERE number = 9999");
  EXPECT_EQ(sweep_all(), 2);
  EXPECT_EQ(sweep_all_files(), 1);
}

TEST_P(Sweep, erases_nothing_when_the_clock_jumped_by_more_than_time_did) {
  const auto orphan = new_key();
  auto sweeping = sweep();
  const auto jump = base::Duration::days(8);
  clock.advance(jump);
  jumped = jump;
  EXPECT_EQ(sweeping.run(), 0);
  EXPECT_TRUE(opens(orphan));
  jumped = {};
  EXPECT_EQ(sweeping.run(), 1) << "the days have passed";
}

TEST_P(Sweep, erases_in_pieces_so_that_a_stop_waits_for_one) {
  std::vector<base::Uuid> orphans;
  for (int i = 0; i < 5; ++i) orphans.push_back(new_key());
  clock.advance(old_enough);
  const KeySweep::Options small{.longest = {}, .erased_at_once = 2};
  {
    auto sweeping = sweep(small);
    std::int64_t first = 0;
    while (first == 0) first = sweeping.run();  // the tables are read first, one in each run
    EXPECT_EQ(first, 2);
    EXPECT_EQ(sweeping.run(), 2);
    EXPECT_EQ(vault->still_held(orphans).size(), 1U);
  }
  EXPECT_EQ(sweep_all(small), 1) << "what was not done before the stop is done after the next start";
  EXPECT_TRUE(vault->still_held(orphans).empty());
}

TEST_P(Sweep, says_when_it_last_had_looked_at_all_keys) {
  (void)new_key();
  (void)new_key();
  clock.advance(old_enough);
  EXPECT_EQ(keys_swept_at(temp.database()), std::nullopt);
  auto sweeping = sweep({.window = 1});
  EXPECT_EQ(sweeping.run() + sweeping.run(), 2);
  EXPECT_EQ(keys_swept_at(temp.database()), std::nullopt) << "it has not seen yet that these were all";
  EXPECT_EQ(sweeping.run(), 0);
  EXPECT_EQ(keys_swept_at(temp.database()), clock.now());
}

TEST_P(Sweep, an_operator_may_let_as_many_go_as_they_say) {
  std::vector<base::Uuid> orphans;
  for (int i = 0; i < 4; ++i) orphans.push_back(new_key());
  for (int i = 0; i < 3; ++i) make_old(write_file("orphan " + std::to_string(i)));
  clock.advance(old_enough);
  const auto gone = [&](std::size_t max_orphans) {
    base::Metrics metrics;
    std::vector<std::int64_t> counts;
    for (const auto& job : sweeping_jobs(
             temp.database(), *vault, catalogue, clock, metrics,
             {.migrations = {migrations()}, .database_is_newest = [] { return true; }, .max_orphans = max_orphans}))
      counts.push_back(job.run() + job.run());
    return counts;
  };
  EXPECT_THAT(gone(0), ::testing::ElementsAre(0, 0)) << "keys, files";
  EXPECT_THAT(gone(2), ::testing::ElementsAre(0, 0));
  EXPECT_EQ(vault->still_held(orphans).size(), 4U);
  EXPECT_THAT(gone(7), ::testing::ElementsAre(7, 3)) << "the files' keys too";
  EXPECT_TRUE(vault->still_held(orphans).empty());
}

TEST_P(Sweep, its_jobs_tell_how_they_stand) {
  base::Metrics metrics;
  (void)new_key();
  clock.advance(old_enough);
  const auto jobs = sweeping_jobs(temp.database(), *vault, catalogue, clock, metrics,
                                  {.migrations = {migrations()}, .database_is_newest = [] { return true; }});
  metrics.refresh();
  EXPECT_THAT(metrics.text(), ::testing::HasSubstr("\nalting_key_sweep_age_seconds +Inf\n"));
  for (const auto& job : jobs) (void)job.run();
  (void)jobs.front().run();
  EXPECT_THAT(metrics.text(), ::testing::HasSubstr("\nalting_sweep_too_many{what=\"keys\"} 0\n"));
  EXPECT_THAT(metrics.text(), ::testing::HasSubstr("\nalting_sweep_too_many{what=\"files\"} 0\n"));
  EXPECT_EQ(keys_swept_at(temp.database()), clock.now());
}

TEST_P(Sweep, removes_files_that_no_row_of_any_room_names) {
  const auto named = write_file("named"), orphan = write_file("orphan");
  testing::add_enclosure(temp.database(), "1", 1, named.key_id, named.name);
  EXPECT_EQ(sweep_all_files(), 0) << "24 hours have not passed";
  make_old(named);
  make_old(orphan);
  EXPECT_EQ(sweep_all_files(), 1);
  EXPECT_TRUE(is_there(named));
  EXPECT_FALSE(is_there(orphan));
}

}  // namespace
}  // namespace alting::store
