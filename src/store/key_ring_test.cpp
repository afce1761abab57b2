#include "store/key_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>

#include <fmt/format.h>

#include "base/file.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "store/failpoint.h"
#include "store/keystore_migrations.h"
#include "store/migrate.h"
#include "store/testing/holders.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

using testing::agency, testing::party;
constexpr std::int64_t all_at_once = 1'000'000;

class KeyRingTest : public ::testing::Test {
 protected:
  KeyRingTest() {
    base::create_private_directory(keys());
    base::write_file_durably(keys() / "master.key", base::to_hex(std::string(32, 'm')) + "\n");
  }
  ~KeyRingTest() override { failpoint::disarm(); }
  [[nodiscard]] fs::path keys() const { return temp.path() / "keys"; }
  [[nodiscard]] fs::path keystore() const { return temp.path() / "keystore.db"; }
  std::unique_ptr<Vault> open_with(const fs::path& database, const fs::path& with) {
    auto master = parse_master_key(base::read_file(with / "master.key", 1'000).value_or(""));
    if (!master) throw DatabaseError("no master key");
    return open_vault({.keystore = database,
                       .blobs = temp.path() / "blobs",
                       .erasure_list = temp.path() / "erasures",
                       .epochs = with / "epochs",
                       .master_file = with / "master.key",
                       .master_is_root = master->is_root},
                      std::move(master->octets), random, clock);
  }
  std::unique_ptr<Vault> open() { return open_with(keystore(), keys()); }
  [[nodiscard]] std::vector<std::int64_t> files() const {
    return EpochFiles(keys() / "epochs", keys() / "master.key").numbers();
  }
  fs::path copy_keys(const std::string& name) {
    fs::copy(keys(), temp.path() / name, fs::copy_options::recursive);
    return temp.path() / name;
  }
  fs::path copy_keystore(Vault& vault, const std::string& name) {
    vault.back_up_keystore(temp.path() / name);
    return temp.path() / name;
  }
  void pass(int days) { clock.advance(base::Duration::days(days)); }
  static std::int64_t current(Vault& vault) {
    std::int64_t number = -1;
    for (const auto& epoch : vault.key_epochs()) {
      if (epoch.in_use_at) number = epoch.number;
    }
    return number;
  }
  static std::int64_t wraps_under(Vault& vault, std::int64_t number) {
    for (const auto& epoch : vault.key_epochs()) {
      if (epoch.number == number) return epoch.wraps;
    }
    return 0;
  }
  static std::string code_of(const base::Status& status) { return status ? "" : status.error().code; }

  // A keystore as releases before the epochs made it: wraps under the master key itself.
  SealedDocument make_landed(int wraps) {
    const auto database = open_sqlite(keystore(), {.name = "keystore"});
    const auto first = keystore_migrations();
    migrate(*database, clock, {{first.room, first.all.first(1)}});
    const auto key = crypto::SecretBytes::random(random, 32);
    const auto wrap = [&](const base::Uuid& id, const Holder& holder, const crypto::SecretBytes& wrapped) {
      const auto under = crypto::hkdf_sha256(std::string(32, 'm'), {}, "alting key wrap 1 " + holder, 32);
      return crypto::seal(under, wrapped.reveal(), octets(id) + holder, random);
    };
    const auto id = base::Uuid::v7(random, clock.now());
    (void)database->write([&](Tx& tx) -> base::Status {
      const auto insert = [&](const base::Uuid& of, const Holder& holder) {
        tx.run("INSERT INTO key_wrap (key_id, holder, wrap, created_at) VALUES (?, ?, ?, ?)",
               {Value::octets(octets(of)), holder, Value::octets(wrap(of, holder, key)), clock.now()});
      };
      insert(base::Uuid{}, "check");
      insert(id, party);
      for (int i = 2; i < wraps; ++i) insert(base::Uuid::v7(random, clock.now()), party);
      return {};
    });
    return {id, crypto::seal(key, "innhold", id.text(), random), crypto::sha256("innhold")};
  }
  static base::Bytes octets(const base::Uuid& id) { return base::Bytes(id.view()); }
  std::string text_of(Vault& vault, const SealedDocument& document, const Holder& holder = party) {
    return vault.open(document.key_id, document.ciphertext, holder).value_or("");
  }

  base::SystemRandom random;
  base::ManualClock clock{{1'790'000'000'000'000}};
  testing::TempFolder temp;
};

TEST_F(KeyRingTest, a_new_keystore_has_an_epoch_in_use_and_the_next_ready) {
  auto vault = open();
  EXPECT_THAT(files(), ElementsAre(1, 2));
  EXPECT_EQ(current(*vault), 1);
  using fs::perms;
  EXPECT_EQ(fs::status(keys() / "epochs/1.key").permissions(), perms::owner_read | perms::owner_write);
  EXPECT_EQ(fs::status(keys() / "epochs").permissions(), perms::owner_all);
}

TEST_F(KeyRingTest, each_thirty_days_the_next_comes_into_use_and_the_oldest_is_destroyed) {
  auto vault = open();
  const auto document = vault->seal("innhold", {party, agency});
  pass(29);
  EXPECT_EQ(vault->turn_keys(all_at_once), 0);
  EXPECT_EQ(current(*vault), 1);
  pass(1);
  EXPECT_EQ(vault->turn_keys(all_at_once), 3);  // two, and the keystore's own
  EXPECT_EQ(current(*vault), 2);
  EXPECT_EQ(wraps_under(*vault, 1), 0);
  EXPECT_THAT(files(), ElementsAre(1, 2, 3));
  pass(30);
  EXPECT_EQ(vault->turn_keys(all_at_once), 3);
  EXPECT_THAT(files(), ElementsAre(2, 3, 4));
  EXPECT_EQ(vault->turn_keys(all_at_once), 0);
  vault.reset();
  vault = open();
  EXPECT_EQ(text_of(*vault, document), "innhold");
  EXPECT_EQ(text_of(*vault, document, agency), "innhold");
}

TEST_F(KeyRingTest, a_copy_of_the_keystore_opens_for_thirty_days_and_later_with_nothing_that_is_left) {
  auto vault = open();
  const auto document = vault->seal("innhold", {party});
  const auto copy = copy_keystore(*vault, "copy.db");
  const auto old_keys = copy_keys("old-keys");
  pass(30);
  vault->turn_keys(all_at_once);
  EXPECT_EQ(code_of(check_epochs(copy, keys())), "");
  pass(30);
  vault->turn_keys(all_at_once);
  EXPECT_EQ(code_of(check_epochs(copy, keys())), "error.restore.epoch_gone");
  EXPECT_THROW((void)open_with(copy, keys()), DatabaseError);
  // Who copied keys/ keeps the power to read what was copied then, and nothing later.
  EXPECT_EQ(text_of(*open_with(copy, old_keys), document), "innhold");
  EXPECT_EQ(code_of(check_epochs(copy_keystore(*vault, "new.db"), old_keys)), "error.restore.keys_older");
}

// What operator.md promises, day after day, also when it takes the job days to make the wraps anew.
TEST_F(KeyRingTest, keys_copied_at_most_thirty_days_ago_open_every_copy_of_the_last_thirty_days) {
  auto vault = open();
  std::vector<SealRequest> documents(1'200, SealRequest{"x", {party}});
  ASSERT_TRUE(vault->seal_all(documents));
  struct Copy {
    int day;
    fs::path path;
  };
  std::vector<Copy> copies;
  fs::path latest_keys;
  for (int day = 0; day <= 300; day += 5) {
    vault->turn_keys(500);
    if (day % 30 == 0) latest_keys = copy_keys(fmt::format("keys-{}", day));
    copies.push_back({day, copy_keystore(*vault, fmt::format("copy-{}.db", day))});
    for (const auto& copy : copies) {
      if (day - copy.day <= 30) {
        EXPECT_EQ(code_of(check_epochs(copy.path, latest_keys)), "") << copy.day << " on day " << day;
        EXPECT_EQ(code_of(check_epochs(copy.path, keys())), "") << copy.day << " on day " << day;
      } else if (day - copy.day == 110) {
        EXPECT_EQ(code_of(check_epochs(copy.path, keys())), "error.restore.epoch_gone") << copy.day;
      }
    }
    pass(5);
  }
  EXPECT_GE(current(*vault), 6);
}

TEST_F(KeyRingTest, a_keystore_from_before_the_epochs_comes_under_them_by_the_same_job) {
  const auto document = make_landed(1'200);
  auto vault = open();
  const auto copy = copy_keystore(*vault, "copy.db");
  EXPECT_EQ(text_of(*vault, document), "innhold");
  EXPECT_EQ(current(*vault), 0);  // as the release before reads and writes it
  EXPECT_EQ(vault->turn_keys(all_at_once), 0);
  pass(30);
  EXPECT_EQ(vault->turn_keys(all_at_once), 1'200);
  pass(30);
  EXPECT_EQ(vault->turn_keys(all_at_once), 1'200);
  EXPECT_THAT(files(), ElementsAre(1, 2, 3));
  EXPECT_TRUE(base::read_file(keys() / "master.key", 1'000).value_or("").starts_with("root "));
  EXPECT_EQ(code_of(check_epochs(copy, keys())), "error.restore.epoch_gone");
  vault.reset();
  vault = open();
  EXPECT_EQ(text_of(*vault, document), "innhold");
}

TEST_F(KeyRingTest, an_old_master_key_does_not_open_a_keystore_whose_epochs_are_missing) {
  (void)open()->seal("innhold", {party});
  fs::remove_all(keys() / "epochs");
  EXPECT_THROW((void)open(), DatabaseError);
}

TEST_F(KeyRingTest, the_key_of_another_epoch_is_not_taken) {
  (void)open()->seal("innhold", {party});
  fs::copy_file(keys() / "epochs/2.key", keys() / "epochs/1.key", fs::copy_options::overwrite_existing);
  EXPECT_THROW((void)open(), DatabaseError);
}

TEST_F(KeyRingTest, the_job_goes_on_where_it_was_in_small_steps) {
  make_landed(1'200);
  auto vault = open();
  pass(30);
  EXPECT_EQ(vault->turn_keys(1), 500);
  EXPECT_EQ(wraps_under(*vault, 1), 500);
  vault.reset();
  vault = open();  // a new start in between
  EXPECT_EQ(vault->turn_keys(600), 700);
  EXPECT_EQ(wraps_under(*vault, 0), 0);
}

TEST_F(KeyRingTest, what_is_erased_while_the_job_is_at_it_stays_erased) {
  const auto document = make_landed(1'200);
  auto vault = open();
  pass(30);
  vault->turn_keys(1);
  vault->erase({document.key_id}, party);
  vault->turn_keys(all_at_once);
  EXPECT_EQ(vault->open(document.key_id, document.ciphertext, party).error().kind, base::ErrorKind::gone);
}

TEST_F(KeyRingTest, no_wrap_is_left_behind_that_was_made_while_the_epoch_changed) {
  auto vault = open();
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::vector<SealedDocument> documents;
  std::vector<std::jthread> workers;
  for (int t = 0; t < 4; ++t) {
    workers.emplace_back([&] {
      while (!stop) {
        auto sealed = vault->seal("innhold", {party});
        const std::lock_guard lock(mutex);
        documents.push_back(std::move(sealed));
      }
    });
  }
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return documents.size();
  };
  for (std::size_t month = 1; month <= 4; ++month) {
    while (count() < month * 40) std::this_thread::yield();
    pass(30);
    vault->turn_keys(all_at_once);
  }
  stop = true;
  workers.clear();
  vault.reset();
  vault = open();
  EXPECT_EQ(current(*vault), 5);
  EXPECT_EQ(wraps_under(*vault, 5), static_cast<std::int64_t>(documents.size()) + 1);
  for (const auto& document : documents) EXPECT_EQ(text_of(*vault, document), "innhold");
}

// The day on which all steps there are come one after another: the second change after an upgrade.
class KilledTurn : public KeyRingTest {
 protected:
  void come_to_the_day() {
    document = make_landed(1'200);
    auto vault = open();
    pass(30);
    vault->turn_keys(all_at_once);
    fresh_copy = copy_keystore(*vault, "fresh.db");
    pass(30);
  }
  void expect_it_is_carried_on(const std::string& what) {
    auto vault = open();
    EXPECT_EQ(text_of(*vault, document), "innhold") << what;
    EXPECT_EQ(code_of(check_epochs(fresh_copy, keys())), "") << what;
    vault->turn_keys(all_at_once);
    vault->turn_keys(all_at_once);
    EXPECT_EQ(current(*vault), 2) << what;
    EXPECT_EQ(wraps_under(*vault, 2), 1'200) << what;
    EXPECT_EQ(text_of(*vault, document), "innhold") << what;
    const auto there = files();
    EXPECT_THAT(std::vector(there.begin(), there.begin() + 2), ElementsAre(1, 2)) << what;
    EXPECT_GE(there.size(), 3u) << what;
    EXPECT_TRUE(base::read_file(keys() / "master.key", 1'000).value_or("").starts_with("root ")) << what;
    EXPECT_EQ(code_of(check_epochs(fresh_copy, keys())), "") << what;
    EXPECT_EQ(text_of(*open_with(copy_keystore(*vault, "last.db"), keys()), document), "innhold") << what;
  }
  SealedDocument document;
  fs::path fresh_copy;
};

struct Step {
  const char* name;
  int pass = 1;
};
const Step steps[] = {{"epoch.file"},         {"epoch.row"},
                      {"epoch.use"},          {"epoch.rewrap"},
                      {"epoch.rewrap", 2},    {"epoch.settle"},
                      {"epoch.past"},         {"epoch.master"},
                      {"epoch.root"},         {"epoch.overwrite"},
                      {"epoch.unlink"},       {"epoch.unlinked"},
                      {"keystore.commit"},    {"keystore.committed"},
                      {"keystore.commit", 4}, {"keystore.committed", 4},
                      {"keystore.commit", 6}, {"keystore.committed", 6}};

class KilledAt : public KilledTurn, public ::testing::WithParamInterface<Step> {};
INSTANTIATE_TEST_SUITE_P(Steps, KilledAt, ::testing::ValuesIn(steps), [](const auto& row) {
  auto name = fmt::format("{}_{}", row.param.name, row.param.pass);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

TEST_P(KilledAt, the_next_start_carries_it_on_and_nothing_is_lost) {
  come_to_the_day();
  EXPECT_EXIT(
      {
        auto vault = open();
        failpoint::arm(GetParam().name, failpoint::Action::kill, GetParam().pass);
        vault->turn_keys(all_at_once);
      },
      ::testing::KilledBySignal(SIGKILL), "");
  expect_it_is_carried_on(GetParam().name);
}

TEST_P(KilledAt, a_step_that_fails_is_carried_on_by_the_next_run) {
  come_to_the_day();
  {
    auto vault = open();
    failpoint::arm(GetParam().name, failpoint::Action::error, GetParam().pass);
    EXPECT_THROW(vault->turn_keys(all_at_once), DatabaseError);
    EXPECT_TRUE(failpoint::fired());
    failpoint::disarm();
    EXPECT_EQ(text_of(*vault, document), "innhold");
    const auto sealed = vault->seal("nytt", {party});  // memory follows the rows, whatever became of the commit
    EXPECT_EQ(text_of(*vault, sealed), "nytt");
    vault->erase({sealed.key_id}, party);
  }
  expect_it_is_carried_on(GetParam().name);
}

TEST_F(KeyRingTest, a_first_start_killed_at_any_step_is_completed_by_the_next) {
  for (const auto& [step, pass] : std::vector<Step>{{"epoch.file"}, {"epoch.row"}, {"epoch.file", 2}, {"epoch.use"}}) {
    fs::remove_all(keys() / "epochs");
    for (const auto* name : {"keystore.db", "keystore.db-wal", "keystore.db-shm"}) fs::remove(temp.path() / name);
    EXPECT_EXIT(
        {
          failpoint::arm(step, failpoint::Action::kill, pass);
          (void)open();
        },
        ::testing::KilledBySignal(SIGKILL), "")
        << step;
    auto vault = open();
    const auto document = vault->seal("innhold", {party});
    EXPECT_EQ(text_of(*vault, document), "innhold") << step;
    EXPECT_EQ(current(*vault), 1) << step;
  }
}

TEST(EpochFiles, a_destroyed_key_was_overwritten_before_its_name_went) {
  testing::TempFolder temp;
  base::SystemRandom random;
  const EpochFiles files(temp.path() / "epochs", "");
  files.make(7, crypto::SecretBytes::random(random, 32));
  fs::create_hard_link(files.path_of(7), temp.path() / "the-same-octets");
  files.destroy(7);
  EXPECT_FALSE(fs::exists(files.path_of(7)));
  const auto left = base::read_file(temp.path() / "the-same-octets", 1'000).value_or("x");
  EXPECT_EQ(left, std::string(65, '\0'));
  files.destroy(7);  // again: nothing to do
}

}  // namespace
}  // namespace alting::store
