// What the rooms bring, put together as the program does: that it fits, and that operators are told what is counted.
#include "main/rooms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <regex>
#include <thread>

#include "base/file.h"
#include "main/background.h"
#include "main/restored.h"
#include "main/testing/whole_program.h"
#include "store/blob_file.h"
#include "store/row_reader.h"

namespace alting::main {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class Rooms : public ::testing::TestWithParam<store::Engine>, protected testing::WholeProgram {
 protected:
  Rooms() : WholeProgram(GetParam()) {}
  store::Database& database() { return installation->folder->database(); }
};
INSTANTIATE_TEST_SUITE_P(Engines, Rooms, store::testing::engines(), store::testing::engine_name);

TEST_P(Rooms, bring_jobs_that_all_can_run) {
  std::vector<std::string_view> codes;
  for (const auto& job : all_jobs(*installation)) {
    codes.push_back(job.code);
    EXPECT_NO_THROW((void)job.run()) << job.code;
  }
  EXPECT_THAT(codes, IsSupersetOf({"end_sessions", "retire_draft_keys", "sweep_registers", "turn_key_epochs"}));
}

TEST_P(Rooms, sweep_nothing_over_a_database_that_was_set_back) {
  auto& vault = installation->folder->vault();
  const auto writer = vault.create_blob({"party:7"});
  writer->append("orphan");
  const auto file = store::blob_path(installation->folder->path() / "blobs", writer->finish().name);
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - std::chrono::hours(25));
  installation->ledger->flush();
  const auto jobs = all_jobs(*installation);
  const auto sweep = std::ranges::find(jobs, "sweep_orphans", &store::Job::code);
  const auto set_size = [&](std::string_view sql) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      tx.run(sql);
      return {};
    }));
  };
  set_size("UPDATE ledger_log SET size = size - 1");
  EXPECT_FALSE(installation->ledger->halted()) << "nobody has noticed yet";
  EXPECT_EQ(sweep->run(), 0);
  EXPECT_TRUE(std::filesystem::exists(file));
  set_size("UPDATE ledger_log SET size = size + 1");
  EXPECT_EQ(sweep->run(), 1);
}

TEST_P(Rooms, hold_the_sweeping_before_a_new_origin_is_made) {
  const auto log = ledger_options(installation->settings, *installation->folder);
  const auto begun = begin_origin_held(*installation->folder, installation->clock, installation->random, log);
  ASSERT_FALSE(begun) << "the log is open";
  EXPECT_TRUE(database().read([](store::Tx& tx) {
    return tx.query_one("SELECT 1 FROM store_setting WHERE name = 'keys_held_until'").has_value();
  }));
}

// Who had read to number 5 would miss what is numbered 4 and 5 after a restore of when there were three.
TEST_P(Rooms, give_no_number_of_an_event_anew_once_a_database_was_set_back) {
  const auto set_to_three = [&] {
    ASSERT_TRUE(database().write([](store::Tx& tx) -> base::Status {
      tx.run("INSERT INTO event_counter (org, last) VALUES ('dat', 3) ON CONFLICT (org) DO UPDATE SET last = 3");
      return {};
    }));
  };
  const auto last = [&] {
    return database().read([](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, "SELECT last FROM event_counter WHERE org = 'dat'");
    });
  };
  set_to_three();
  (void)erase_rows_again(*installation->folder, installation->clock, {});
  const auto first = last();
  EXPECT_GT(first, 1'000'000);
  set_to_three();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const auto log = ledger_options(installation->settings, *installation->folder);
  (void)begin_origin_held(*installation->folder, installation->clock, installation->random, log);
  EXPECT_GT(last(), first) << "set back twice to the same moment";
}

TEST_P(Rooms, bring_pages_that_fit_together_and_have_their_words) {
  const auto sets = all_page_sets(*installation);
  const auto texts = base::Texts::load(installation->settings.texts);
  ASSERT_TRUE(texts);
  const auto fits = portal::check_page_sets(sets, *texts);
  EXPECT_TRUE(fits) << fits.error().detail;
  // As people know it.
  std::map<int, std::string> menu, footer;
  for (const auto& set : sets) {
    for (const auto& entry : set.menu) menu[entry.order] = entry.key;
    for (const auto& link : set.footer) footer[link.order] = link.text;
  }
  std::string in_order;
  for (const auto& [order, key] : menu) in_order += key + " ";
  for (const auto& [order, text] : footer) in_order += text + " ";
  EXPECT_EQ(in_order,
            "inbox forms access activity agency footer.privacy footer.cookies footer.accessibility footer.verify "
            "footer.status footer.contact footer.outbox ");
}

TEST_P(Rooms, start_what_runs_in_the_background_and_stop_it) {
  {
    Background background(*installation);
    background.start();
    // Each job runs at once in a new installation; a minute is for a machine that stands still.
    const auto jobs = static_cast<std::int64_t>(all_jobs(*installation).size());
    const auto ended = [&] {
      return database().read([](store::Tx& tx) {
        return store::read_one<std::int64_t>(
            tx, "SELECT count(*) FROM job WHERE last_ended_at IS NOT NULL AND failures = 0");
      });
    };
    for (int i = 0; i < 6'000 && ended() < jobs; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(ended(), jobs);
  }
  const Background again(*installation);  // whose gauges are due anew
  installation->metrics.refresh();
  const auto text = installation->metrics.text();
  EXPECT_THAT(text, HasSubstr("\nalting_job_late_seconds{job=\"end_sessions\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nalting_outbox_waiting{topic=\"instances.keys.erase\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nalting_outbox_unknown 0\n"));
  EXPECT_THAT(text, HasSubstr("\nalting_ledger_entries "));
  EXPECT_THAT(text, HasSubstr("\nalting_keystore_wraps "));
  EXPECT_THAT(text, HasSubstr("\nalting_backup_age_seconds +Inf\n"));
  for (const char* owner : {"backup", "jobs", "keystore", "log", "outbox", "registers"})
    EXPECT_THAT(text, HasSubstr(fmt::format("\nalting_metrics_failures_total{{of=\"{}\"}} 0\n", owner)));
}

std::string text_of(const std::filesystem::path& file) { return base::read_file(file, 10'000'000).value_or(""); }

TEST(Metrics, are_all_told_to_operators) {
  const std::filesystem::path root(ALTING_SOURCE_DIR);
  const auto told = text_of(root / "docs/operator.md");
  const std::regex name("\"(alting_[a-z_]+)\",");
  int found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "src")) {
    if (entry.path().extension() != ".cpp" || entry.path().stem().string().ends_with("_test")) continue;
    const auto code = text_of(entry.path());
    for (auto at = std::sregex_iterator(code.begin(), code.end(), name); at != std::sregex_iterator(); ++at, ++found)
      EXPECT_THAT(told, HasSubstr("| `" + (*at)[1].str() + "`")) << entry.path();
  }
  EXPECT_GT(found, 20);
}

}  // namespace
}  // namespace alting::main
