// What must hold on both engines.
#include "store/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "store/row_reader.h"
#include "store/testing/temp_database.h"
#include "store/write_mark.h"

namespace alting::store {
namespace {

using testing::TempDatabase;

base::Status nothing_wrong() { return {}; }

class DatabaseTest : public ::testing::TestWithParam<Engine> {
 protected:
  DatabaseTest() : temp(GetParam()) {
    auto made = db().write([](Tx& tx) -> base::Status {
      tx.run(
          "CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, name TEXT, data {blob}, parent BIGINT REFERENCES item "
          "(id))");
      return {};
    });
    EXPECT_TRUE(made);
  }
  Database& db() { return temp.database(); }
  void put(std::int64_t id, std::string_view name = "x") {
    ASSERT_TRUE(db().write([&](Tx& tx) -> base::Status {
      tx.run("INSERT INTO item (id, name) VALUES (?, ?)", {id, name});
      return {};
    }));
  }
  std::int64_t count() {
    return db().read([](Tx& tx) { return read_one<std::int64_t>(tx, "SELECT count(*) FROM item"); });
  }
  TempDatabase temp;
};
INSTANTIATE_TEST_SUITE_P(Engines, DatabaseTest, testing::engines(), testing::engine_name);

TEST_P(DatabaseTest, gives_back_every_kind_of_value) {
  const std::string octets("\0\xff\x00z", 4);
  ASSERT_TRUE(db().write([&](Tx& tx) -> base::Status {
    tx.run("INSERT INTO item (id, name, data) VALUES (?, ?, ?)",
           {std::int64_t{9'007'199'254'740'993}, "blåbær 🫐", Value::octets(octets)});
    tx.run("INSERT INTO item (id, name, data) VALUES (?, ?, ?)", {2, "", Value::octets("")});
    tx.run("INSERT INTO item (id, name, data) VALUES (?, ?, ?)", {3, nullptr, nullptr});
    return {};
  }));
  const auto rows = db().read([](Tx& tx) { return tx.query("SELECT id, name, data FROM item ORDER BY id"); });
  ASSERT_EQ(rows.size(), 3u);
  using MaybeText = std::optional<std::string>;
  const auto columns = [&](std::size_t row) { return read_row<std::int64_t, MaybeText, MaybeText>(rows[row]); };
  EXPECT_EQ(columns(0), std::tuple(2, MaybeText(""), MaybeText("")));
  EXPECT_EQ(columns(1), std::tuple(3, MaybeText(), MaybeText()));
  EXPECT_EQ(columns(2), std::tuple(9'007'199'254'740'993, MaybeText("blåbær 🫐"), MaybeText(octets)));
}

TEST_P(DatabaseTest, counts_the_rows_a_statement_changed) {
  for (int i = 1; i <= 3; ++i) put(i);
  ASSERT_TRUE(db().write([](Tx& tx) -> base::Status {
    EXPECT_EQ(tx.run("UPDATE item SET name = ? WHERE id < ?", {"y", 3}), 2);
    EXPECT_EQ(tx.run("UPDATE item SET name = ? WHERE id = ?", {"y", 99}), 0);
    EXPECT_EQ(tx.run("CREATE TABLE other (id BIGINT)"), 0);
    EXPECT_EQ(tx.run("INSERT INTO item (id) VALUES (?) ON CONFLICT DO NOTHING", {1}), 0);
    EXPECT_EQ(tx.run("DELETE FROM item WHERE id IN (SELECT id FROM item ORDER BY id LIMIT ?)", {1}), 1);
    return {};
  }));
  EXPECT_EQ(count(), 2);
}

TEST_P(DatabaseTest, sums_and_truth_values_are_numbers) {
  put(1);
  put(2);
  const auto row = db().read([](Tx& tx) { return *tx.query_one("SELECT sum(id), count(*) > 1, max(id) FROM item"); });
  const auto [sum, many, largest] = read_row<std::int64_t, bool, std::int64_t>(row);
  EXPECT_EQ(sum, 3);
  EXPECT_TRUE(many);
  EXPECT_EQ(largest, 2);
}

TEST_P(DatabaseTest, compares_text_by_octets_and_like_minds_case) {
  put(1, "b");
  put(2, "B");
  put(3, "å");
  put(4, "a");
  const auto rows = db().read([](Tx& tx) { return tx.query("SELECT name FROM item ORDER BY name"); });
  EXPECT_EQ(read_one<std::string>(rows[0]), "B");
  EXPECT_EQ(read_one<std::string>(rows[1]), "a");
  EXPECT_EQ(read_one<std::string>(rows[3]), "å");
  EXPECT_EQ(db().read([](Tx& tx) { return tx.query("SELECT id FROM item WHERE name LIKE ?", {"B%"}).size(); }), 1u);
}

TEST_P(DatabaseTest, an_error_undoes_the_transaction_and_reaches_the_caller) {
  const auto answer = db().write([](Tx& tx) -> base::Result<int> {
    tx.run("INSERT INTO item (id) VALUES (?)", {1});
    return base::make_error(base::ErrorKind::conflict, "error.test");
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "error.test");
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, marks_the_thread_while_the_closure_of_a_write_runs) {
  const auto marked = [&](bool keep) {
    bool inside = false;
    EXPECT_EQ(db().write([&](Tx&) -> base::Status {
                    inside = in_write();
                    if (!keep) return base::make_error(base::ErrorKind::conflict, "error.test");
                    return {};
                  })
                  .has_value(),
              keep);
    return inside;
  };
  for (const bool keep : {true, false, true}) {
    EXPECT_FALSE(in_write());
    EXPECT_TRUE(marked(keep));
  }
  EXPECT_THROW((void)db().write([&](Tx&) -> base::Status { throw std::runtime_error("x"); }), std::runtime_error);
  EXPECT_FALSE(in_write());
  EXPECT_FALSE(db().read([](Tx&) { return in_write(); }));
}

TEST_P(DatabaseTest, an_exception_undoes_the_transaction_and_reaches_the_caller) {
  EXPECT_THROW((void)db().write([](Tx& tx) -> base::Status {
    tx.run("INSERT INTO item (id) VALUES (?)", {1});
    throw std::out_of_range("mine");
  }),
               std::out_of_range);
  EXPECT_EQ(count(), 0);
  put(2);
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, a_failed_statement_ends_the_transaction_even_when_caught) {
  EXPECT_THROW((void)db().write([](Tx& tx) -> base::Status {
    tx.run("INSERT INTO item (id) VALUES (?)", {1});
    try {
      tx.run("INSERT INTO item (id) VALUES (?)", {1});
    } catch (const DatabaseError&) {
    }
    return {};
  }),
               DatabaseError);
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, refuses_zero_characters_in_text_but_not_in_octets) {
  EXPECT_THROW((void)db().write([](Tx& tx) -> base::Status {
    tx.run("INSERT INTO item (id, name) VALUES (?, ?)", {1, std::string("a\0b", 3)});
    return {};
  }),
               DatabaseError);
}

TEST_P(DatabaseTest, minds_references) {
  EXPECT_THROW((void)db().write([](Tx& tx) -> base::Status {
    tx.run("INSERT INTO item (id, parent) VALUES (?, ?)", {1, 99});
    return {};
  }),
               DatabaseError);
}

TEST_P(DatabaseTest, error_messages_hold_no_values) {
  put(1, "01019012345");
  try {
    (void)db().write([](Tx& tx) -> base::Status {
      tx.run("INSERT INTO item (id, name) VALUES (?, ?)", {1, "01019012345"});
      return {};
    });
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("01019012345")));
  }
}

TEST_P(DatabaseTest, a_read_sees_one_snapshot) {
  put(1);
  db().read([&](Tx& tx) {
    EXPECT_EQ(read_one<std::int64_t>(tx, "SELECT count(*) FROM item"), 1);
    put(2);
    EXPECT_EQ(read_one<std::int64_t>(tx, "SELECT count(*) FROM item"), 1);
  });
  EXPECT_EQ(count(), 2);
}

TEST_P(DatabaseTest, a_read_cannot_write) {
  EXPECT_THROW(db().read([](Tx& tx) { tx.run("INSERT INTO item (id) VALUES (?)", {1}); }), DatabaseError);
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, what_was_written_is_there_after_opening_again) {
  put(1);
  temp.reopen();
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, many_threads_that_count_together_lose_nothing) {
  put(1, "0");
  constexpr int threads = 8, each = 25;
  std::vector<std::jthread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      for (int i = 0; i < each; ++i) {
        const auto done = db().write([](Tx& tx) -> base::Status {
          const auto now = std::stoi(read_one<std::string>(tx, "SELECT name FROM item WHERE id = ? {lock}", {1}));
          tx.run("UPDATE item SET name = ? WHERE id = ?", {std::to_string(now + 1), 1});
          return nothing_wrong();
        });
        EXPECT_TRUE(done);
      }
    });
  }
  workers.clear();
  EXPECT_EQ(db().read([](Tx& tx) { return read_one<std::string>(tx, "SELECT name FROM item WHERE id = 1"); }),
            std::to_string(threads * each));
}

TEST_P(DatabaseTest, write_skew_does_not_happen) {
  // Each of two may remove itself only while the other is there: after all tries at least one is left.
  for (int round = 0; round < 10; ++round) {
    ASSERT_TRUE(db().write([](Tx& tx) -> base::Status {
      tx.run("DELETE FROM item");
      tx.run("INSERT INTO item (id) VALUES (1), (2)");
      return {};
    }));
    {
      std::vector<std::jthread> both;
      for (int self = 1; self <= 2; ++self) {
        both.emplace_back([&, self] {
          (void)db().write([&](Tx& tx) -> base::Status {
            if (read_one<std::int64_t>(tx, "SELECT count(*) FROM item") > 1)
              tx.run("DELETE FROM item WHERE id = ?", {self});
            return {};
          });
        });
      }
    }
    EXPECT_GE(count(), 1);
  }
}

// Notes what it is told; refuses a commit when asked to.
class Notes : public CommitParticipant {
 public:
  void before_commit(Tx& tx, std::vector<std::any*> work) override {
    const std::lock_guard lock(mutex);
    if (refuse) throw std::runtime_error("refused");
    for (auto* item : work) {
      before.push_back(std::any_cast<int>(*item));
      tx.run("INSERT INTO noted (id) VALUES (?)", {std::any_cast<int>(*item)});
      *item = std::any_cast<int>(*item) + 1'000;
    }
  }
  void after_commit(std::vector<std::any*> work) override {
    const std::lock_guard lock(mutex);
    for (auto* item : work) after.push_back(std::any_cast<int>(*item));
  }
  void commit_undone() override {
    const std::lock_guard lock(mutex);
    ++undone;
  }
  std::mutex mutex;
  std::vector<int> before, after;
  int undone = 0;
  bool refuse = false;
};

class ParticipantTest : public DatabaseTest {
 protected:
  ParticipantTest() {
    EXPECT_TRUE(db().write([](Tx& tx) -> base::Status {
      tx.run("CREATE TABLE noted (id BIGINT NOT NULL PRIMARY KEY)");
      return {};
    }));
    db().set_participant(&notes);
  }
  base::Status put_noted(int id, bool fail = false) {
    return db().write([&](Tx& tx) -> base::Status {
      tx.for_commit().emplace_back(id);
      tx.run("INSERT INTO item (id) VALUES (?)", {id});
      if (fail) return base::make_error(base::ErrorKind::conflict, "error.test");
      return {};
    });
  }
  std::int64_t noted() {
    return db().read([](Tx& tx) { return read_one<std::int64_t>(tx, "SELECT count(*) FROM noted"); });
  }
  Notes notes;
};
INSTANTIATE_TEST_SUITE_P(Engines, ParticipantTest, testing::engines(), testing::engine_name);

TEST_P(ParticipantTest, takes_part_inside_the_commit_with_the_work_of_those_that_succeeded) {
  EXPECT_TRUE(put_noted(1));
  EXPECT_FALSE(put_noted(2, true));
  EXPECT_TRUE(put_noted(3));
  EXPECT_THAT(notes.before, ::testing::ElementsAre(1, 3));
  EXPECT_THAT(notes.after, ::testing::ElementsAre(1'001, 1'003));
  EXPECT_EQ(noted(), 2);
}

TEST_P(ParticipantTest, is_left_alone_by_transactions_without_work) {
  put(5);
  EXPECT_TRUE(notes.before.empty());
  EXPECT_TRUE(notes.after.empty());
}

TEST_P(ParticipantTest, its_exception_undoes_the_commit_and_it_is_told) {
  notes.refuse = true;
  EXPECT_THROW((void)put_noted(1), std::runtime_error);
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(notes.undone, 1);
  EXPECT_TRUE(notes.after.empty());
  notes.refuse = false;
  EXPECT_TRUE(put_noted(1));
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(noted(), 1);
}

TEST_P(ParticipantTest, sees_each_transaction_of_many_threads_once) {
  constexpr int threads = 8, each = 20;
  {
    std::vector<std::jthread> workers;
    for (int t = 0; t < threads; ++t) {
      workers.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) EXPECT_TRUE(put_noted(t * 100 + i));
      });
    }
  }
  EXPECT_EQ(noted(), threads * each);
  EXPECT_EQ(notes.after.size(), static_cast<std::size_t>(threads * each));
}

}  // namespace
}  // namespace alting::store
