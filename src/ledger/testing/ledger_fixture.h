// A ledger over a database of either engine, rechecked from end to end when the test is over.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/make_ledger.h"
#include "ledger/migrations.h"
#include "ledger/recheck.h"
#include "ledger/testing/awaited_receipt.h"
#include "ledger/verify.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/testing/temp_database.h"

namespace alting::ledger::testing {

class LedgerTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  LedgerTest() : temp_(GetParam()) {
    store::migrate(temp_.database(), clock_, {store::migrations(), migrations()});
    vault_ = store::open_vault({folder() / "keystore.db", folder() / "blobs", folder() / "erased"},
                               crypto::SecretBytes(std::string(32, 'k')), random_, clock_);
    options_ = {.origin = "log.example/alting",
                .keys = folder() / "log-keys",
                .guard = folder() / "guard",
                .background = false};
  }
  void TearDown() override {
    ledger_.reset();
    if (!whole_) return;
    const auto checked = recheck(temp_.database(), vault_.get(), options_.guard);
    EXPECT_THAT(checked.faults, ::testing::IsEmpty());
  }
  [[nodiscard]] std::filesystem::path folder() const { return temp_.folder(); }
  [[nodiscard]] store::Database& db() { return temp_.database(); }
  [[nodiscard]] base::Result<std::unique_ptr<Ledger>> make() {
    return make_ledger(db(), *vault_, clock_, random_, options_);
  }
  void open() {
    auto made = make();
    ASSERT_TRUE(made) << made.error().detail;
    ledger_ = std::move(*made);
  }
  void reopen() {
    ledger_.reset();
    temp_.reopen();
    open();
  }
  EntryHandle append(NewEntry entry) {
    const auto prepared = ledger_->prepare(std::move(entry));
    auto handle = db().write([&](store::Tx& tx) -> base::Result<EntryHandle> { return ledger_->append(tx, prepared); });
    return std::move(*handle);
  }
  Receipt receipt_of(NewEntry entry) {
    auto receipt = awaited_receipt(*ledger_, append(std::move(entry)));
    EXPECT_TRUE(receipt) << receipt.error().detail;
    return std::move(*receipt);
  }
  [[nodiscard]] Verification verify(const Receipt& receipt) {
    return verify_receipt(receipt.json, {}, {ledger_->verifier_key()});
  }

  base::ManualClock clock_{{1'795'000'000'000'000}};
  base::SystemRandom random_;
  store::testing::TempDatabase temp_;
  std::unique_ptr<store::Vault> vault_;
  LedgerOptions options_;
  std::unique_ptr<Ledger> ledger_;
  bool whole_ = true;
};

}  // namespace alting::ledger::testing
