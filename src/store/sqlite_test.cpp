#include "store/sqlite.h"

#include <gtest/gtest.h>

#include <latch>

#include "store/failpoint.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

base::Status insert(Database& db, std::int64_t id) {
  return db.write([&](Tx& tx) -> base::Status {
    tx.run("INSERT INTO item (id) VALUES (?)", {id});
    return {};
  });
}
std::int64_t count(Database& db) {
  return db.read([](Tx& tx) { return tx.query_one("SELECT count(*) FROM item")->number(0); });
}

class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest() { open(); }
  ~SqliteTest() override { failpoint::disarm(); }
  void open(const SqliteOptions& options = {}) {
    db.reset();
    db = open_sqlite(folder.path() / "a.db", options);
    (void)db->write([](Tx& tx) -> base::Status {
      tx.run("CREATE TABLE IF NOT EXISTS item (id BIGINT NOT NULL PRIMARY KEY)");
      return {};
    });
  }
  testing::TempFolder folder;
  std::unique_ptr<SqliteDatabase> db;
};

TEST_F(SqliteTest, a_second_opening_is_refused) {
  EXPECT_THROW((void)open_sqlite(folder.path() / "a.db"), DatabaseError);
}

TEST_F(SqliteTest, many_waiting_callers_share_commits) {
  const auto before = db->counters();
  {
    std::vector<std::jthread> workers;
    for (int t = 0; t < 32; ++t) {
      workers.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) EXPECT_TRUE(insert(*db, t * 1'000 + i));
      });
    }
  }
  EXPECT_EQ(count(*db), 1'600);
  EXPECT_EQ(db->counters().transactions - before.transactions, 1'600);
  EXPECT_LT(db->counters().commits - before.commits, 800);
}

TEST_F(SqliteTest, one_that_throws_does_not_take_the_others_of_its_commit_with_it) {
  std::vector<std::jthread> workers;
  std::atomic<int> thrown = 0;
  for (int t = 0; t < 16; ++t) {
    workers.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        try {
          (void)db->write([&](Tx& tx) -> base::Status {
            tx.run("INSERT INTO item (id) VALUES (?)", {t * 1'000 + i});
            if (t % 2 == 1) tx.run("INSERT INTO item (id) VALUES (?)", {t * 1'000 + i});
            return {};
          });
        } catch (const DatabaseError&) {
          ++thrown;
        }
      }
    });
  }
  workers.clear();
  EXPECT_EQ(thrown, 160);
  EXPECT_EQ(count(*db), 160);
}

// Holds the writer thread in a transaction of its own while `others` come to wait, so that they share its commit.
class Gathering {
 public:
  explicit Gathering(Database& db) {
    first_ = std::jthread([this, &db] {
      (void)db.write([&](Tx& tx) -> base::Status {
        tx.run("INSERT INTO item (id) VALUES (-1) ON CONFLICT DO NOTHING");
        if (++runs_ == 1) {
          inside_.count_down();
          std::this_thread::sleep_for(std::chrono::milliseconds(150));
        }
        return {};
      });
    });
    inside_.wait();
  }
  [[nodiscard]] int runs() {  // of the first transaction, once it is over
    first_.join();
    return runs_;
  }

 private:
  std::latch inside_{1};
  int runs_ = 0;
  std::jthread first_;
};

base::Status refuse() { return base::make_error(base::ErrorKind::conflict, "error.test"); }

TEST_F(SqliteTest, one_that_is_refused_before_it_wrote_makes_no_other_run_again) {
  Gathering gathering(*db);
  const auto refused = db->write([&](Tx& tx) -> base::Status {
    (void)tx.query("SELECT id FROM item");
    return refuse();
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(gathering.runs(), 1);
  EXPECT_EQ(count(*db), 1);
}

TEST_F(SqliteTest, one_that_is_refused_after_it_wrote_leaves_nothing_and_the_others_all) {
  const auto before = db->counters();
  Gathering gathering(*db);
  {
    std::vector<std::jthread> workers;
    for (int t = 0; t < 8; ++t) {
      workers.emplace_back([&, t] {
        const auto done = db->write([&](Tx& tx) -> base::Status {
          tx.run("INSERT INTO item (id) VALUES (?)", {t});
          return t % 2 == 1 ? refuse() : base::Status();
        });
        EXPECT_EQ(done.has_value(), t % 2 == 0);
      });
    }
  }
  EXPECT_EQ(gathering.runs(), 2);  // once with the others, and once more when they were kept apart
  EXPECT_EQ(count(*db), 5);
  EXPECT_EQ(db->counters().transactions - before.transactions, 5);
  EXPECT_EQ(db->read([](Tx& tx) { return tx.query_one("SELECT count(*) FROM item WHERE id % 2 = 1")->number(0); }), 0);
}

// SQLite undoes the whole transaction on a full disk, and here because it is told to.
TEST_F(SqliteTest, one_that_hides_that_the_commit_was_undone_under_it_is_told_and_the_others_are_kept) {
  Gathering gathering(*db);
  const auto hide = [&] {
    (void)db->write([&](Tx& tx) -> base::Status {
      try {
        tx.run("INSERT OR ROLLBACK INTO item (id) VALUES (1), (1)");
      } catch (const DatabaseError&) {
        return refuse();
      }
      return {};
    });
  };
  EXPECT_THROW(hide(), DatabaseError);
  EXPECT_EQ(gathering.runs(), 2);
  EXPECT_EQ(count(*db), 1);
}

TEST_F(SqliteTest, a_write_inside_a_write_is_a_defect_that_is_named) {
  EXPECT_THROW((void)db->write([&](Tx&) -> base::Status { return insert(*db, 1); }), std::logic_error);
}

TEST_F(SqliteTest, a_commit_that_fails_is_told_to_all_and_the_next_one_works) {
  failpoint::arm("sqlite.commit", failpoint::Action::error);
  EXPECT_THROW((void)insert(*db, 1), DatabaseError);
  EXPECT_TRUE(insert(*db, 2));
  EXPECT_EQ(count(*db), 1);
  EXPECT_EQ(db->counters().failed_commits, 1);
}

TEST_F(SqliteTest, the_write_ahead_log_does_not_grow_without_end) {
  open({.checkpoint_pages = 50});
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(insert(*db, i));
  EXPECT_LT(std::filesystem::file_size(folder.path() / "a.db-wal"), 50u * 4'200u * 12u);
  EXPECT_GT(db->counters().checkpoints, 5);
}

TEST_F(SqliteTest, a_backup_is_consistent_while_writing_goes_on) {
  std::atomic<bool> stop = false;
  std::jthread writer([&] {
    for (int i = 0; !stop; i += 2) {
      (void)db->write([&](Tx& tx) -> base::Status {
        tx.run("INSERT INTO item (id) VALUES (?), (?)", {i, i + 1});
        return {};
      });
    }
  });
  while (count(*db) < 100) std::this_thread::yield();
  db->back_up(folder.path() / "copy.db");
  stop = true;
  writer.join();
  const auto copy = open_sqlite(folder.path() / "copy.db");
  EXPECT_GE(count(*copy), 100);
  EXPECT_EQ(count(*copy) % 2, 0);
}

TEST_F(SqliteTest, more_readers_than_connections_wait_their_turn) {
  open({.readers = 2});
  std::vector<std::jthread> readers;
  std::atomic<int> done = 0;
  for (int t = 0; t < 8; ++t) {
    readers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(count(*db), 0);
        ++done;
      }
    });
  }
  readers.clear();
  EXPECT_EQ(done, 400);
}

}  // namespace
}  // namespace alting::store
