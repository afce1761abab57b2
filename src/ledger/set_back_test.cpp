// The database goes back in time under the open ledger, as PostgreSQL does after a failover to a replica that was
// behind: no second history is signed, no receipt is given that does not verify, and nothing acknowledged is lost.
#include "base/file.h"
#include "ledger/checkpoint.h"
#include "ledger/checkpoint_guard.h"
#include "ledger/log_store.h"
#include "ledger/pending.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"
#include "store/failpoint.h"

namespace alting::ledger {
namespace {

using ::testing::HasSubstr;
using testing::sample_submission;

class SetBackTest : public testing::LedgerTest {
 protected:
  struct Rows {  // what put_back() needs to know of them
    LogRow log;
  };
  Rows rows_now() {
    ledger_->flush();
    return {db().read([](store::Tx& tx) { return logs(tx).back(); })};
  }
  void put_back(const Rows& rows) {
    const auto size = static_cast<std::int64_t>(rows.log.size);
    ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
      tx.run("DELETE FROM ledger_activity WHERE place >= ?", {place_of(rows.log.log, size)});
      tx.run("UPDATE ledger_indexed SET position = ?", {size});
      tx.run("DELETE FROM ledger_tile WHERE level = 0 AND (number + 1) * 256 > ?", {size});
      tx.run("DELETE FROM ledger_entry WHERE position >= ? OR position IS NULL", {size});
      tx.run("UPDATE ledger_log SET size = ?, root = ? WHERE log = ?",
             {size, store::Value::octets(rows.log.root.view()), rows.log.log});
      return {};
    }));
  }
  // Goes on from there as another process would, with leaves of its own.
  void grow_otherwise(const Rows& rows, int count) {
    ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
      auto tree = load_tree(tx, rows.log.log, rows.log.size);
      for (int i = 0; i < count; ++i) {
        EntryRow row{
            base::Uuid::v7(random_, clock_.now()), rows.log.log, {}, hash_of(std::to_string(i)), clock_.now(), {}, {}};
        row.position = static_cast<std::int64_t>(tree.size());
        insert_entry(tx, row);
        tree.add(leaf_hash(row.commitment.view()));
      }
      insert_tiles(tx, rows.log.log, tree.completed());
      const auto view = tree.view();
      EXPECT_TRUE(advance_log(tx, rows.log.log, {rows.log.size, rows.log.root}, {view->size(), view->root()}));
      return {};
    }));
  }
  // As a caller does: asks again when it is told that nothing was kept.
  EntryHandle sent() {
    for (int attempt = 0;; ++attempt) {
      try {
        return append(sample_submission());
      } catch (const store::DatabaseError&) {
        if (attempt == 5) throw;
      }
    }
  }
  void sequence() {
    try {
      ledger_->flush();
    } catch (const store::DatabaseError&) {
      ledger_->flush();
    }
  }
  std::string checkpoint() { return ledger_->public_resource("checkpoint").value(); }
};
INSTANTIATE_TEST_SUITE_P(Engines, SetBackTest, store::testing::engines(), store::testing::engine_name);

TEST_P(SetBackTest, ADatabaseThatWentBackHaltsTheSigningAndNoReceiptIsGiven) {
  open();
  const auto kept = receipt_of(sample_submission());
  const auto rows = rows_now();
  for (int i = 0; i < 5; ++i) receipt_of(sample_submission());
  ledger_->flush();
  const auto shown = checkpoint();
  EXPECT_FALSE(ledger_->halted());
  EXPECT_TRUE(database_is_newest(*ledger_, db(), options_.guard));
  put_back(rows);
  EXPECT_FALSE(ledger_->halted()) << "it has not looked yet";
  EXPECT_FALSE(database_is_newest(*ledger_, db(), options_.guard));

  std::vector<EntryHandle> handles;
  for (int i = 0; i < 8; ++i) {  // to the size that was signed, and past it
    handles.push_back(sent());
    sequence();
    EXPECT_EQ(ledger_->await_receipt(handles.back()).error().code, "error.ledger.proof_follows");
  }
  EXPECT_TRUE(ledger_->halted());
  EXPECT_EQ(checkpoint(), shown);
  for (const auto& handle : handles) {
    const auto receipt = ledger_->receipt(handle.id);
    ASSERT_FALSE(receipt) << "it would prove another leaf";
    EXPECT_EQ(receipt.error().code, "error.ledger.proof_follows");
  }
  EXPECT_EQ(verify(*ledger_->receipt(kept.entry_id)).overall, Verification::Overall::verified);

  ledger_.reset();
  EXPECT_EQ(make().error().code, "error.ledger.behind");
  ASSERT_TRUE(begin_new_origin(db(), clock_, random_, options_));
  open();
  sequence();
  for (const auto& handle : handles) {
    const auto receipt = ledger_->receipt(handle.id);
    ASSERT_TRUE(receipt) << "what was accepted has its place in the log that follows: " << receipt.error().detail;
    EXPECT_EQ(verify(*receipt).overall, Verification::Overall::verified);
    EXPECT_EQ(verify(*receipt).disclosed.text("actor.name"), "Ærlig Åse Øystad");
    EXPECT_GT(receipt->index, 0) << "a log begins with its own first entry";
  }
}

TEST_P(SetBackTest, ADatabaseWithAnotherHistoryOfMoreEntriesHaltsTheSigning) {
  open();
  const auto rows = rows_now();
  for (int i = 0; i < 3; ++i) receipt_of(sample_submission());
  ledger_->flush();
  const auto shown = checkpoint();
  put_back(rows);
  grow_otherwise(rows, 9);
  const auto handle = sent();
  sequence();
  EXPECT_EQ(ledger_->await_receipt(handle).error().code, "error.ledger.proof_follows");
  EXPECT_TRUE(ledger_->halted());
  EXPECT_EQ(checkpoint(), shown);
  EXPECT_EQ(ledger_->receipt(handle.id).error().code, "error.ledger.proof_follows");
  ledger_.reset();
  whole_ = false;
  EXPECT_EQ(make().error().code, "error.ledger.forked");
}

TEST_P(SetBackTest, ADatabaseWithAnotherHistoryOfTheSameSizeHaltsTheSigning) {
  open();
  const auto rows = rows_now();
  for (int i = 0; i < 3; ++i) receipt_of(sample_submission());
  ledger_->flush();
  put_back(rows);
  grow_otherwise(rows, 3);  // the size alone would not tell
  const auto handle = sent();
  sequence();
  EXPECT_EQ(ledger_->await_receipt(handle).error().code, "error.ledger.proof_follows");
  EXPECT_TRUE(ledger_->halted());
  ledger_.reset();
  whole_ = false;
}

TEST_P(SetBackTest, WhatWasGrownByAnotherOnTheSignedTreeIsGoneOnFrom) {
  open();
  receipt_of(sample_submission());
  const auto rows = rows_now();
  grow_otherwise(rows, 300);
  EXPECT_TRUE(db().write([](store::Tx& tx) -> base::Status {
    tx.run("UPDATE ledger_indexed SET position = 302");
    return {};
  }));
  const auto handle = sent();
  sequence();
  const auto receipt = ledger_->receipt(handle.id);
  ASSERT_TRUE(receipt) << receipt.error().detail;
  EXPECT_EQ(receipt->index, 302);
  EXPECT_EQ(verify(*receipt).overall, Verification::Overall::verified);
  EXPECT_FALSE(ledger_->halted());
}

TEST_P(SetBackTest, WhatWasAcceptedWhileSigningHadHaltedGetsItsProofWhenTheLogGoesOn) {
  open();
  receipt_of(sample_submission());
  const auto saved = base::read_file(options_.guard, 16384).value();
  const auto rows = rows_now();
  receipt_of(sample_submission());
  ledger_->flush();
  put_back(rows);
  const auto first = sent();
  sequence();
  const auto second = sent();
  ASSERT_TRUE(ledger_->halted());
  ledger_.reset();
  base::write_file_durably(options_.guard, saved);  // as if what is missing had never been signed
  open();
  sequence();
  for (const auto& handle : {first, second}) {
    const auto receipt = ledger_->receipt(handle.id);
    ASSERT_TRUE(receipt) << receipt.error().detail;
    EXPECT_EQ(verify(*receipt).overall, Verification::Overall::verified);
  }
}

TEST_P(SetBackTest, NoKeyIsProvedByATreeThatTheCheckpointStoreDoesNotKnow) {
  open();
  ASSERT_TRUE(ledger_->rotate_key());
  ledger_->flush();
  const auto before = base::read_file(options_.guard, 16384).value();
  receipt_of(sample_submission());
  ledger_.reset();
  base::write_file_durably(options_.guard, before);  // as after a crash between the commit and the swap
  ASSERT_TRUE(db().write([](store::Tx& tx) -> base::Status {
    tx.run("UPDATE ledger_key SET statement = NULL WHERE number = 1");
    return {};
  }));
  store::failpoint::arm("guard.sync", store::failpoint::Action::error, 2);  // the first is of the opening itself
  EXPECT_THROW((void)make(), std::system_error);
  store::failpoint::disarm();
  const auto keys_there = db().read([](store::Tx& tx) { return keys(tx, 1); });
  EXPECT_FALSE(keys_there.at(1).statement) << "nothing may be signed that the checkpoint store may have lost";
  open();
  EXPECT_EQ(verify(receipt_of(sample_submission())).overall, Verification::Overall::verified);
}

}  // namespace
}  // namespace alting::ledger
