// Entries that are made ready before their transaction: one entry however often the closure runs, none when it is never
// appended, and order and receipts as of any other.
#include <latch>
#include <set>
#include <thread>

#include "ledger/checkpoint.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"
#include "store/row_reader.h"

namespace alting::ledger {
namespace {

using testing::sample_submission;

class PreparedTest : public testing::LedgerTest {
 protected:
  void open_with_counters() {
    open();
    ASSERT_TRUE(db().write([](store::Tx& tx) -> base::Status {
      tx.run("CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)");
      tx.run("INSERT INTO counter (id, value) VALUES (1, 0), (2, 0)");
      return {};
    }));
  }
  static std::int64_t value_of(store::Tx& tx, int id) {
    return store::read_one<std::int64_t>(tx, "SELECT value FROM counter WHERE id = ?", {id});
  }
  static void set_value(store::Tx& tx, int id, std::int64_t value) {
    tx.run("UPDATE counter SET value = ? WHERE id = ?", {value, id});
  }
  // Makes the transaction under way, which has read counter 2 and written counter 1, run again: PostgreSQL finds that
  // no order of the two would give this; on SQLite the other shares the commit, writes, and is refused.
  std::jthread disturb() {
    const bool sqlite = GetParam() == store::Engine::sqlite;
    std::jthread other([this, sqlite] {
      const auto done = db().write([&](store::Tx& tx) -> base::Status {
        set_value(tx, 2, value_of(tx, 1) + 100);
        return sqlite ? refuse() : base::Status();
      });
      EXPECT_EQ(done.has_value(), !sqlite);
    });
    if (sqlite) {
      const auto& writer = dynamic_cast<store::SqliteDatabase&>(db());
      while (writer.counters().waiting == 0) std::this_thread::yield();  // until it waits behind this one
    } else {
      other.join();
    }
    return other;
  }
  static base::Error refuse() { return base::make_error(base::ErrorKind::conflict, "error.test"); }
  std::int64_t entries() {
    return db().read(
        [](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_entry"); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, PreparedTest, store::testing::engines(), store::testing::engine_name);

TEST_P(PreparedTest, AnEntryAppendedByAClosureThatRunsTwiceIsThereOnce) {
  open_with_counters();
  const auto prepared = ledger_->prepare(sample_submission());
  int runs = 0;
  std::jthread other;
  const auto handle = db().write([&](store::Tx& tx) -> base::Result<EntryHandle> {
    auto appended = ledger_->append(tx, prepared);
    const auto seen = value_of(tx, 2);
    set_value(tx, 1, seen + 1);
    if (++runs == 1) other = disturb();
    return appended;
  });
  ASSERT_TRUE(handle);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(handle->id, prepared.id);
  const auto receipt = testing::awaited_receipt(*ledger_, *handle);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->index, 1);
  EXPECT_EQ(verify(*receipt).overall, Verification::Overall::verified);
  EXPECT_EQ(entries(), 2);  // with log.created
  EXPECT_EQ(receipt_of(sample_submission()).index, 2);
}

TEST_P(PreparedTest, AnEntryThatIsNeverAppendedLeavesNothing) {
  open_with_counters();
  const auto forgotten = ledger_->prepare(sample_submission()), refused = ledger_->prepare(sample_submission());
  EXPECT_FALSE(db().write([&](store::Tx& tx) -> base::Status {
    set_value(tx, 1, 1);
    ledger_->append(tx, refused);
    return refuse();
  }));
  EXPECT_EQ(entries(), 1);
  EXPECT_EQ(receipt_of(sample_submission()).index, 1);
  for (const auto& none : {forgotten, refused})
    EXPECT_EQ(ledger_->receipt(none.id).error().kind, base::ErrorKind::not_found);
}

TEST_P(PreparedTest, WhatTheCatalogueDoesNotDeclareIsADefectBeforeTheTransaction) {
  open();
  auto entry = sample_submission();
  entry.parameters.set("note", "x");
  EXPECT_THROW((void)ledger_->prepare(entry), std::logic_error);
}

// From the first write of a process on: reopened, no entry of this ledger has been committed yet.
TEST_P(PreparedTest, PreparingInsideATransactionIsADefect) {
  open();
  reopen();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW((void)db().write([&](store::Tx& tx) -> base::Result<EntryHandle> {
      return ledger_->append(tx, ledger_->prepare(sample_submission()));
    }),
                 std::logic_error);
    EXPECT_EQ(receipt_of(sample_submission()).index, i + 1);  // outside, the same thread may again
  }
}

TEST_P(PreparedTest, AnErasureBetweenPreparingAndAppendingTakesNothingOfTheEntry) {
  open();
  const auto erased = receipt_of(sample_submission());
  const auto prepared = ledger_->prepare(sample_submission());  // sealed under the same key
  ASSERT_TRUE(ledger_->erase({erased.entry_id}, ErasedPart::entry));
  const auto handle =
      db().write([&](store::Tx& tx) -> base::Result<EntryHandle> { return ledger_->append(tx, prepared); });
  ASSERT_TRUE(testing::awaited_receipt(*ledger_, *handle));
  ledger_->flush();
  const auto later = ledger_->receipt(prepared.id);
  ASSERT_TRUE(later) << later.error().detail;
  EXPECT_EQ(verify(*later).disclosed.text("actor.name"), "Ærlig Åse Øystad");
}

// Every fifth transaction is refused after it has written, so that the others of its commit run again.
TEST_P(PreparedTest, SixtyFourThreadsGetTheirReceiptsInTheOrderTheyAsked) {
  open_with_counters();
  constexpr std::size_t threads = 64;
  const int each = GetParam() == store::Engine::sqlite ? 20 : 4;
  std::vector<std::vector<Receipt>> receipts(threads);
  {
    std::vector<std::jthread> running;
    for (std::size_t t = 0; t < threads; ++t)
      running.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) {
          const bool wanted = (static_cast<int>(t) + i) % 5 != 0;
          const auto prepared = ledger_->prepare(sample_submission());
          const auto handle = db().write([&](store::Tx& tx) -> base::Result<EntryHandle> {
            tx.run("INSERT INTO counter (id, value) VALUES (?, 0)", {100 + static_cast<std::int64_t>(t) * 100 + i});
            auto appended = ledger_->append(tx, prepared);
            if (!wanted) return refuse();
            return appended;
          });
          ASSERT_EQ(handle.has_value(), wanted);
          if (!wanted) continue;
          auto receipt = testing::awaited_receipt(*ledger_, *handle);
          ASSERT_TRUE(receipt);
          EXPECT_EQ(receipt->entry_id, prepared.id);
          receipts[t].push_back(std::move(*receipt));
        }
      });
  }
  std::set<std::int64_t> indexes;
  std::map<std::int64_t, Hash> roots;
  for (const auto& some : receipts) {
    EXPECT_TRUE(
        std::is_sorted(some.begin(), some.end(), [](const auto& a, const auto& b) { return a.index < b.index; }));
    for (const auto& one : some) {
      const auto verification = verify(one);
      ASSERT_EQ(verification.overall, Verification::Overall::verified);
      ASSERT_EQ(verification.index, one.index);
      indexes.insert(one.index);
      const auto proof = TlogProof::parse(base::Json::parse(one.json)->text("proof"));
      const auto checkpoint = Checkpoint::parse(SignedNote::parse(proof->checkpoint)->text);
      ASSERT_EQ(roots.try_emplace(verification.tree_size, checkpoint->root).first->second, checkpoint->root);
    }
  }
  const auto kept = static_cast<std::size_t>(entries() - 1);
  EXPECT_EQ(indexes.size(), kept);
  EXPECT_EQ(*indexes.begin(), 1);
  EXPECT_EQ(*indexes.rbegin(), static_cast<std::int64_t>(kept));
  EXPECT_EQ(db().read([](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM counter"); }),
            static_cast<std::int64_t>(kept) + 2);
}

}  // namespace
}  // namespace alting::ledger
