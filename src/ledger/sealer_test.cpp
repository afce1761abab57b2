#include "ledger/sealer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <set>

#include "store/failpoint.h"
#include "store/testing/temp_database.h"

namespace alting::ledger {
namespace {

class SealerTest : public ::testing::TestWithParam<bool> {
 protected:
  std::vector<SealedPart> seal_in_threads(Sealer& sealer) {
    constexpr std::size_t threads = 16, each = 120;
    std::vector<std::vector<SealedPart>> parts(threads);
    {
      std::vector<std::jthread> running;
      for (auto& mine : parts)
        running.emplace_back([&sealer, &mine] {
          for (std::size_t i = 0; i < each; ++i) mine.push_back(sealer.seal("an entry"));
        });
    }
    std::vector<SealedPart> all;
    for (auto& some : parts) all.insert(all.end(), some.begin(), some.end());
    return all;
  }
  std::unique_ptr<store::Vault> open_vault() {
    return store::open_vault({temp_.path() / "keystore.db", temp_.path() / "blobs", temp_.path() / "erased"},
                             crypto::SecretBytes(std::string(32, 'k')), random_, clock_);
  }
  std::int64_t wraps() {
    std::int64_t all = 0;
    for (const auto& epoch : vault_->key_epochs()) all += epoch.wraps;
    return all;
  }
  store::testing::TempFolder temp_;
  base::ManualClock clock_{{1'795'000'000'000'000}};
  base::SystemRandom random_;
  std::unique_ptr<store::Vault> vault_ = open_vault();
};
INSTANTIATE_TEST_SUITE_P(Stock, SealerTest, ::testing::Bool(),
                         [](const auto& stock) { return stock.param ? "MadeAhead" : "MadeOnTheSpot"; });

TEST_P(SealerTest, ManyThreadsGetKeysOfTheirOwn) {
  Sealer sealer(*vault_);
  if (GetParam()) sealer.keep_stocked();
  std::set<base::Uuid> keys;
  for (const auto& part : seal_in_threads(sealer)) {
    EXPECT_TRUE(keys.insert(part.key).second);
    EXPECT_EQ(sealer.open(part).value_or(""), "an entry");
  }
}

TEST_P(SealerTest, OneKeyForThoseOfAPartyAndDayHoweverManyAskAtOnce) {
  Sealer sealer(*vault_);
  if (GetParam()) sealer.keep_stocked();
  std::mutex mutex;
  std::set<base::Uuid> keys;
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < 16; ++t)
      running.emplace_back([&] {
        const auto part = sealer.seal_shared(7, clock_.now(), "a read");
        const std::lock_guard lock(mutex);
        keys.insert(part.key);
      });
  }
  EXPECT_EQ(keys.size(), 1U);
  EXPECT_NE(sealer.seal_shared(8, clock_.now(), "a read").key, *keys.begin());
  EXPECT_NE(sealer.seal_shared(7, clock_.now() + base::Duration::days(1), "a read").key, *keys.begin());
}

TEST_P(SealerTest, AKeystoreThatFailsIsToldToWhoAsksAndIsAskedAgain) {
  Sealer sealer(*vault_);
  store::failpoint::arm("keystore.commit", store::failpoint::Action::error);
  EXPECT_THROW((void)sealer.seal("an entry"), store::DatabaseError);
  store::failpoint::disarm();
  if (GetParam()) sealer.keep_stocked();
  EXPECT_EQ(sealer.open(sealer.seal("an entry")).value_or(""), "an entry");
}

TEST_P(SealerTest, LeavesNoKeyBehindThatNobodyTookAndAllThatAreInUse) {
  const auto before = wraps();
  std::vector<SealedPart> parts;
  {
    Sealer sealer(*vault_);
    if (GetParam()) sealer.keep_stocked();
    parts = seal_in_threads(sealer);
    for (const auto day : {1, 1, 2}) {
      parts.push_back(sealer.seal_shared(7, clock_.now() + base::Duration::days(day), "an entry"));
    }
    EXPECT_GE(wraps() - before, static_cast<std::int64_t>(parts.size()) - 1);
  }
  EXPECT_EQ(wraps() - before, static_cast<std::int64_t>(parts.size()) - 1);  // two share one
  EXPECT_FALSE(std::filesystem::exists(temp_.path() / "erased"));            // nothing was erased, so no list says so
  vault_.reset();                                                            // and what it remembers
  vault_ = open_vault();
  for (const auto& part : parts)
    EXPECT_EQ(vault_->open(part.key, part.ciphertext, log_holder).value_or(""), "an entry");
}

TEST_P(SealerTest, NoKeyIsTakenThatHasLainInStockForADay) {
  std::vector<SealedPart> parts;
  {
    Sealer sealer(*vault_, &clock_);
    if (GetParam()) sealer.keep_stocked();
    for (int day = 0; day < 3; ++day) {
      parts.push_back(sealer.seal("an entry"));
      parts.push_back(sealer.seal_shared(7, clock_.now(), "an entry"));
      clock_.advance(base::Duration::seconds(1));
      const auto made = vault_->keys_made_before(clock_.now(), {}, 100'000);
      clock_.advance(base::Duration::days(1));
      parts.push_back(sealer.seal("an entry"));
      EXPECT_EQ(std::ranges::count(made, parts.back().key), 0);
      parts.push_back(sealer.seal_shared(7, clock_.now(), "an entry"));
      EXPECT_EQ(std::ranges::count(made, parts.back().key), 0);
    }
  }
  for (const auto& part : parts)
    EXPECT_EQ(vault_->open(part.key, part.ciphertext, log_holder).value_or(""), "an entry");
  EXPECT_FALSE(std::filesystem::exists(temp_.path() / "erased")) << "what is returned is no erasure";
}

TEST_P(SealerTest, AKeystoreThatFailsAtTheEndKeepsTheKeysAndNothingElseGoesWrong) {
  const auto before = wraps();
  std::optional<SealedPart> part;
  {
    Sealer sealer(*vault_);
    part = sealer.seal("an entry");
    store::failpoint::arm("keystore.commit", store::failpoint::Action::error);
  }
  EXPECT_TRUE(store::failpoint::fired());
  store::failpoint::disarm();
  EXPECT_GT(wraps(), before + 1);
  EXPECT_EQ(vault_->open(part->key, part->ciphertext, log_holder).value_or(""), "an entry");
}

}  // namespace
}  // namespace alting::ledger
