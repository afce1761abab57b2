// The table of faults. Each row makes one step go wrong once; after each: everything acknowledged is there, nothing is
// half there, and the database works again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include <fmt/format.h>

#include "store/data_folder.h"
#include "store/failpoint.h"
#include "store/row_reader.h"
#include "store/sqlite.h"
#include "store/testing/fault_vfs.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

using testing::DiskFault;
using testing::DiskStep;
using testing::FaultVfs;

void make_table(Database& database) {
  (void)database.write([](Tx& tx) -> base::Status {
    tx.run("CREATE TABLE IF NOT EXISTS item (id BIGINT NOT NULL PRIMARY KEY, twin BIGINT NOT NULL, body TEXT)");
    return {};
  });
}

// Two rows that must come and go together.
bool insert_pair(Database& database, std::int64_t id) {
  try {
    const std::string body(900, 'b');
    return database
        .write([&](Tx& tx) -> base::Status {
          tx.run("INSERT INTO item (id, twin, body) VALUES (?, ?, ?)", {2 * id, 2 * id + 1, body});
          tx.run("INSERT INTO item (id, twin, body) VALUES (?, ?, ?)", {2 * id + 1, 2 * id, body});
          return {};
        })
        .has_value();
  } catch (const DatabaseError&) {
    return false;
  }
}

void expect_sound(Database& database, const std::set<std::int64_t>& acknowledged, const std::string& what) {
  database.read([&](Tx& tx) {
    EXPECT_EQ(read_one<std::string>(tx, "PRAGMA integrity_check"), "ok") << what;
    EXPECT_EQ(read_one<std::int64_t>(tx, "SELECT count(*) FROM item WHERE twin NOT IN (SELECT id FROM item)"), 0)
        << what;
    std::set<std::int64_t> there;
    for (const auto& row : tx.query("SELECT id FROM item")) there.insert(read_one<std::int64_t>(row) / 2);
    for (const auto id : acknowledged) EXPECT_TRUE(there.contains(id)) << what << ": acknowledged and lost: " << id;
  });
}

// Some threads insert; answers what was acknowledged.
std::set<std::int64_t> insert_some(Database& database, std::int64_t from) {
  std::mutex mutex;
  std::set<std::int64_t> acknowledged;
  std::vector<std::jthread> workers;
  for (int t = 0; t < 3; ++t) {
    workers.emplace_back([&, t] {
      for (int i = 0; i < 6; ++i) {
        const auto id = from + t * 100 + i;
        if (!insert_pair(database, id)) continue;
        const std::lock_guard lock(mutex);
        acknowledged.insert(id);
      }
    });
  }
  workers.clear();
  return acknowledged;
}

struct StopAtTheEnd {  // also when an expectation throws
  std::atomic<bool>& stop;
  ~StopAtTheEnd() { stop = true; }
};

struct Row {
  DiskStep step;
  DiskFault fault;
  const char* name;
};
const Row table[] = {
    {DiskStep::write, DiskFault::fails, "write_fails"},
    {DiskStep::write, DiskFault::fails_but_done, "write_fails_but_is_done"},
    {DiskStep::write, DiskFault::full, "write_finds_the_disk_full"},
    {DiskStep::write, DiskFault::half, "write_is_short"},
    {DiskStep::write, DiskFault::stays_broken, "disk_stays_broken_from_a_write_on"},
    {DiskStep::sync, DiskFault::fails, "sync_fails"},
    {DiskStep::sync, DiskFault::fails_but_done, "sync_fails_but_is_done"},
    {DiskStep::sync, DiskFault::stays_broken, "disk_stays_broken_from_a_sync_on"},
    {DiskStep::truncate, DiskFault::fails, "truncate_fails"},
    {DiskStep::open, DiskFault::fails, "open_fails"},
};

class DiskFaults : public ::testing::TestWithParam<Row> {};
INSTANTIATE_TEST_SUITE_P(Table, DiskFaults, ::testing::ValuesIn(table), [](const auto& row) { return row.param.name; });

TEST_P(DiskFaults, lose_nothing_that_was_acknowledged) {
  FaultVfs vfs("faults");
  bool fired = true;
  for (int nth = 1; fired && nth <= 60; nth += nth < 15 ? 1 : 7) {
    const auto what = fmt::format("{} number {}", GetParam().name, nth);
    testing::TempFolder folder;
    std::set<std::int64_t> acknowledged;
    {
      const auto database = open_sqlite(folder.path() / "a.db", {.checkpoint_pages = 10, .vfs = "faults"});
      make_table(*database);
      vfs.arm(GetParam().step, GetParam().fault, nth);
      acknowledged = insert_some(*database, 0);
      fired = vfs.fired();
      vfs.disarm();
      EXPECT_TRUE(insert_pair(*database, 1'000)) << what << ": does not recover while open";
      acknowledged.insert(1'000);
      expect_sound(*database, acknowledged, what);
    }
    const auto database = open_sqlite(folder.path() / "a.db");
    expect_sound(*database, acknowledged, what + ", opened again");
    EXPECT_TRUE(insert_pair(*database, 1'001)) << what;
  }
}

TEST(PowerCut, at_any_moment_loses_nothing_that_was_acknowledged) {
  FaultVfs vfs("powercut");
  vfs.remember();
  base::SystemRandom random;
  testing::TempFolder folder;
  std::mutex mutex;
  std::set<std::int64_t> acknowledged;
  std::atomic<bool> stop = false;
  const auto database = open_sqlite(folder.path() / "a.db", {.checkpoint_pages = 20, .vfs = "powercut"});
  make_table(*database);
  std::vector<std::jthread> workers;
  const StopAtTheEnd stopping{stop};
  for (int t = 0; t < 4; ++t) {
    workers.emplace_back([&, t] {
      for (std::int64_t i = 0; !stop; ++i) {
        if (!insert_pair(*database, t * 1'000'000 + i)) continue;
        const std::lock_guard lock(mutex);
        acknowledged.insert(t * 1'000'000 + i);
      }
    });
  }
  for (int cut = 0; cut < 40; ++cut) {
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(8'000)));
    std::set<std::int64_t> before;
    {
      const std::lock_guard lock(mutex);
      before = acknowledged;
    }
    testing::TempFolder disk;
    vfs.power_cut(disk.path(), random);
    const auto after = open_sqlite(disk.path() / "a.db");
    expect_sound(*after, before, fmt::format("cut {}", cut));
  }
  stop = true;
}

// ---- the process ends
// -----------------------------------------------------------------------------------------------------

constexpr const char* holder = "party:1";

// What a child does until it is killed: an attachment, a sealed document and the row that names both; then it says so.
[[noreturn]] void work_until_killed(const std::filesystem::path& path, int say, const std::function<void()>& arm) {
  base::SystemRandom random;
  base::SystemClock clock;
  auto folder = DataFolder::open({.path = path}, random, clock);
  if (!folder) ::_exit(2);
  auto& database = (*folder)->database();
  auto& vault = (*folder)->vault();
  (void)database.write([](Tx& tx) -> base::Status {
    tx.run(
        "CREATE TABLE IF NOT EXISTS sent (id TEXT NOT NULL PRIMARY KEY, key_id TEXT, sealed {blob}, blob_key TEXT, "
        "blob_name TEXT, blob_digest {blob}, size BIGINT)");
    return {};
  });
  arm();
  std::vector<std::jthread> workers;
  for (int t = 0; t < 3; ++t) {
    workers.emplace_back([&] {
      for (int i = 0; i < 40; ++i) {
        const auto id = base::Uuid::v4(random).text();
        auto writer = vault.create_blob({holder});
        writer->append("attachment of " + id);
        const auto blob = writer->finish();
        const auto sealed = vault.seal("document of " + id, {holder});
        if (i % 5 == 4) vault.erase({vault.seal("to be erased", {holder}).key_id}, holder);
        const auto done = database.write([&](Tx& tx) -> base::Status {
          tx.run(
              "INSERT INTO sent (id, key_id, sealed, blob_key, blob_name, blob_digest, size) VALUES (?, ?, ?, ?, ?, ?, "
              "?)",
              {id, sealed.key_id, Value::octets(sealed.ciphertext), blob.key_id, blob.name, Value::octets(blob.digest),
               blob.size});
          return {};
        });
        const auto line = id + "\n";
        if (done && ::write(say, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(3);
      }
    });
  }
  workers.clear();
  ::_exit(0);
}

struct Outcome {
  bool killed = false;
  std::set<std::string> acknowledged;
};

Outcome run_child(const std::filesystem::path& path, const std::function<void()>& arm,
                  std::chrono::microseconds kill_after = {}) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    work_until_killed(path, ends[1], arm);
  }
  ::close(ends[1]);
  if (kill_after.count() > 0) {
    std::this_thread::sleep_for(kill_after);
    ::kill(child, SIGKILL);
  }
  std::string said;
  char part[4'096];
  for (ssize_t got = 0; (got = ::read(ends[0], part, sizeof part)) > 0;)
    said.append(part, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  Outcome outcome{WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, {}};
  EXPECT_TRUE(outcome.killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << status;
  for (std::size_t from = 0; from + 37 <= said.size(); from += 37) outcome.acknowledged.insert(said.substr(from, 36));
  return outcome;
}

// Every acknowledged row is there, and every row, acknowledged or not, has its document and its blob.
void expect_whole(const std::filesystem::path& path, const std::set<std::string>& acknowledged,
                  const std::string& what) {
  base::SystemRandom random;
  base::SystemClock clock;
  auto folder = DataFolder::open({.path = path}, random, clock);
  ASSERT_TRUE(folder) << what << ": " << folder.error().detail;
  auto& vault = (*folder)->vault();
  const auto rows = (*folder)->database().read([](Tx& tx) {
    if (tx.query("SELECT name FROM sqlite_schema WHERE name = 'sent'").empty()) return std::vector<store::Row>();
    return tx.query("SELECT id, key_id, sealed, blob_key, blob_name, blob_digest, size FROM sent");
  });
  std::set<std::string> there;
  for (const auto& row : rows) {
    RowReader from(row);
    const auto id = from.next<std::string>();
    there.insert(id);
    const auto key = from.next<base::Uuid>();
    const auto document = vault.open(key, from.next<base::Bytes>(), holder);
    ASSERT_TRUE(document) << what;
    EXPECT_EQ(*document, "document of " + id) << what;
    std::string attachment;
    const Blob blob{from.next<base::Uuid>(), from.next<std::string>(), from.next<base::Bytes>(),
                    from.next<std::int64_t>()};
    ASSERT_TRUE(vault.read_blob(blob, holder, [&](base::ByteView piece) { attachment += piece; })) << what;
    EXPECT_EQ(attachment, "attachment of " + id) << what;
  }
  for (const auto& id : acknowledged) EXPECT_TRUE(there.contains(id)) << what << ": acknowledged and lost";
}

class KillAtStep : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Table, KillAtStep,
                         ::testing::Values("sqlite.before", "sqlite.commit", "sqlite.committed", "sqlite.wake",
                                           "sqlite.checkpoint", "keystore.before", "keystore.commit",
                                           "keystore.committed", "keystore.wake", "keystore.checkpoint", "blob.create",
                                           "blob.write", "blob.sync", "blob.mkdir", "blob.rename", "blob.sync_folder",
                                           "blob.read_back", "erasure.list", "erasure.wipe"),
                         [](const auto& row) {
                           std::string name = row.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST_P(KillAtStep, loses_nothing_acknowledged_and_leaves_no_row_without_its_documents) {
  for (const int pass : {1, 2, 7}) {
    testing::TempFolder folder;
    const auto outcome =
        run_child(folder.path() / "data", [&] { failpoint::arm(GetParam(), failpoint::Action::kill, pass); });
    const bool rare = std::string_view(GetParam()) == "sqlite.checkpoint";  // comes once, when the child closes nothing
    EXPECT_TRUE(outcome.killed || rare) << pass;
    expect_whole(folder.path() / "data", outcome.acknowledged, fmt::format("{} pass {}", GetParam(), pass));
  }
}

class KillAtDiskStep : public ::testing::TestWithParam<Row> {};
INSTANTIATE_TEST_SUITE_P(Table, KillAtDiskStep,
                         ::testing::Values(Row{DiskStep::write, DiskFault::kill_before, "before_write"},
                                           Row{DiskStep::write, DiskFault::kill_after, "after_write"},
                                           Row{DiskStep::sync, DiskFault::kill_before, "before_sync"},
                                           Row{DiskStep::sync, DiskFault::kill_after, "after_sync"},
                                           Row{DiskStep::truncate, DiskFault::kill_before, "before_truncate"},
                                           Row{DiskStep::truncate, DiskFault::kill_after, "after_truncate"}),
                         [](const auto& row) { return row.param.name; });

TEST_P(KillAtDiskStep, loses_nothing_acknowledged_and_leaves_no_row_without_its_documents) {
  FaultVfs vfs("killer", true);  // as the default: both databases of the folder use it
  for (const int nth : {1, 2, 3, 5, 8, 13, 21, 34, 55}) {
    testing::TempFolder folder;
    const auto outcome = run_child(folder.path() / "data", [&] { vfs.arm(GetParam().step, GetParam().fault, nth); });
    expect_whole(folder.path() / "data", outcome.acknowledged, fmt::format("{} number {}", GetParam().name, nth));
    if (!outcome.killed) break;  // there are not so many
  }
}

// Many times on one folder: ALTING_KILLS says how many.
TEST(RandomKills, lose_nothing_acknowledged) {
  base::SystemRandom random;
  testing::TempFolder folder;
  const char* wanted = std::getenv("ALTING_KILLS");
  const int kills = wanted == nullptr ? 25 : std::atoi(wanted);
  std::set<std::string> acknowledged;
  for (int i = 0; i < kills; ++i) {
    const auto outcome = run_child(folder.path() / "data", [] {}, std::chrono::microseconds(1 + random.below(250'000)));
    acknowledged.insert(outcome.acknowledged.begin(), outcome.acknowledged.end());
    if (i % 5 == 4 || i + 1 == kills) expect_whole(folder.path() / "data", acknowledged, fmt::format("kill {}", i));
  }
  // A slow machine, or a sanitizer, may need longer than a quarter of a second for the first word.
  for (auto longest = std::chrono::milliseconds(500); acknowledged.empty() && longest < std::chrono::minutes(1);
       longest *= 2) {
    acknowledged = run_child(folder.path() / "data", [] {}, longest).acknowledged;
    expect_whole(folder.path() / "data", acknowledged, fmt::format("killed after {} ms", longest.count()));
  }
  EXPECT_GT(acknowledged.size(), 0u);
}

// ---- PostgreSQL
// -----------------------------------------------------------------------------------------------------------

TEST(PostgresqlFaults, a_server_that_crashes_loses_nothing_acknowledged_and_is_found_again) {
  testing::TempDatabase temp(Engine::postgresql);
  make_table(temp.database());
  std::set<std::int64_t> acknowledged;
  std::mutex mutex;
  std::atomic<bool> stop = false;
  std::vector<std::jthread> workers;
  const StopAtTheEnd stopping{stop};
  for (int t = 0; t < 4; ++t) {
    workers.emplace_back([&, t] {
      for (std::int64_t i = 0; !stop; ++i) {
        if (!insert_pair(temp.database(), t * 1'000'000 + i)) continue;
        const std::lock_guard lock(mutex);
        acknowledged.insert(t * 1'000'000 + i);
      }
    });
  }
  for (int crash = 0; crash < 3; ++crash) {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    testing::PostgresCluster::of_this_process().crash_and_restart();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  stop = true;
  workers.clear();
  temp.database().read([&](Tx& tx) {
    EXPECT_EQ(read_one<std::int64_t>(tx, "SELECT count(*) FROM item WHERE twin NOT IN (SELECT id FROM item)"), 0);
    std::set<std::int64_t> there;
    for (const auto& row : tx.query("SELECT id FROM item")) there.insert(read_one<std::int64_t>(row) / 2);
    for (const auto id : acknowledged) EXPECT_TRUE(there.contains(id)) << id;
  });
  EXPECT_GT(acknowledged.size(), 10u);
}

TEST(PostgresqlFaults, a_commit_that_fails_is_told) {
  testing::TempDatabase temp(Engine::postgresql);
  make_table(temp.database());
  failpoint::arm("postgresql.commit", failpoint::Action::error);
  EXPECT_FALSE(insert_pair(temp.database(), 1));
  failpoint::disarm();
  EXPECT_TRUE(insert_pair(temp.database(), 2));
  EXPECT_EQ(temp.database().read([](Tx& tx) { return read_one<std::int64_t>(tx, "SELECT count(*) FROM item"); }), 2);
}

}  // namespace
}  // namespace alting::store
