#include "ledger/checkpoint_guard.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/file.h"
#include "crypto/hash.h"
#include "store/failpoint.h"

namespace alting::ledger {
namespace {

class CheckpointGuardTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("alting-guard-" + std::to_string(::getpid()));
  std::filesystem::path path_ = folder_ / "checkpoint";
  static Checkpoint state(std::uint64_t size) { return {"example.com/log", size, leaf_hash(std::to_string(size))}; }
};

TEST_F(CheckpointGuardTest, KeepsTheLatestStateOverRestarts) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(0)));
  EXPECT_FALSE(CheckpointGuard::create(path_, state(0)));
  for (std::uint64_t size = 1; size < 6; ++size) {
    auto guard = CheckpointGuard::open(path_);
    ASSERT_TRUE(guard);
    EXPECT_EQ(guard->stored(), state(size - 1));
    guard->swap(state(size - 1), state(size));
    EXPECT_EQ(guard->stored(), state(size));
  }
}

TEST_F(CheckpointGuardTest, RefusesASwapFromAnotherStateThanTheStored) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(3)));
  auto guard = CheckpointGuard::open(path_);
  ASSERT_TRUE(guard);
  EXPECT_THROW(guard->swap(state(2), state(4)), std::runtime_error);
  EXPECT_EQ(guard->stored(), state(3));
}

TEST_F(CheckpointGuardTest, AfterADiskFaultTheSameSlotIsWrittenAgain) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(0)));
  {
    auto guard = CheckpointGuard::open(path_);
    ASSERT_TRUE(guard);
    guard->swap(state(0), state(1));
    for (std::uint64_t size = 2; size < 5; ++size) {
      store::failpoint::arm("guard.sync", store::failpoint::Action::error);
      EXPECT_THROW(guard->swap(state(1), state(size)), std::system_error);
      EXPECT_EQ(guard->stored(), state(1)) << "nothing may be signed for what is not known to be durable";
    }
    store::failpoint::arm("guard.write", store::failpoint::Action::error);
    EXPECT_THROW(guard->swap(state(1), state(5)), std::system_error);
    store::failpoint::disarm();
    EXPECT_THROW(guard->swap(state(4), state(5)), std::runtime_error) << "what was only attempted is not stored";
    guard->swap(state(1), state(5));
    guard->swap(state(5), state(6));
  }
  EXPECT_EQ(CheckpointGuard::open(path_)->stored(), state(6));
}

TEST_F(CheckpointGuardTest, AfterADiskFaultAnotherTreeIsStillRefused) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(1)));
  auto guard = CheckpointGuard::open(path_);
  ASSERT_TRUE(guard);
  store::failpoint::arm("guard.sync", store::failpoint::Action::error);
  EXPECT_THROW(guard->swap(state(1), state(2)), std::system_error);
  store::failpoint::disarm();
  const auto elsewhere = folder_ / "other";
  ASSERT_TRUE(CheckpointGuard::create(elsewhere, state(7)));
  const auto other = base::read_file(elsewhere, 16384);
  ASSERT_TRUE(other);
  std::fstream(path_, std::ios::in | std::ios::out | std::ios::binary) << *other;
  EXPECT_THROW(guard->swap(state(1), state(3)), std::runtime_error);
}

TEST_F(CheckpointGuardTest, OneProcessHoldsIt) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(0)));
  auto guard = CheckpointGuard::open(path_);
  ASSERT_TRUE(guard);
  const auto second = CheckpointGuard::open(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "error.ledger.guard_held");
}

TEST_F(CheckpointGuardTest, ATornSlotLeavesTheStateBeforeIt) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(0)));
  {
    auto guard = CheckpointGuard::open(path_);
    guard->swap(state(0), state(1));  // slot 1
    guard->swap(state(1), state(2));  // slot 0
  }
  for (const int torn : {0, 100, 512, 4095}) {  // the write of state 3 into slot 1 stopped after so many octets
    const auto copy = folder_ / "copy";
    std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(static_cast<std::size_t>(torn), '#');
    file.close();
    auto guard = CheckpointGuard::open(copy);
    ASSERT_TRUE(guard);
    EXPECT_EQ(guard->stored(), state(2));
  }
}

TEST_F(CheckpointGuardTest, NoBlockOfADiskHoldsAPartOfBothSlots) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(0)));
  CheckpointGuard::open(path_)->swap(state(0), state(1));
  auto file = base::read_file(path_, 16384).value();
  ASSERT_EQ(file.size(), 8192U);
  file.replace(4096, 4096, 4096, '#');
  base::write_file_durably(path_, file);
  EXPECT_EQ(CheckpointGuard::peek(path_), state(0));
}

// As releases before this one wrote it.
std::string earlier_slot(std::uint64_t turn, const Checkpoint& state) {
  auto line =
      fmt::format("alting.guard/1 {} {} {} {}", turn, state.origin, state.size, base::to_base64(state.root.view()));
  line += " " + base::to_hex(crypto::sha256(line)) + "\n";
  line.resize(511, ' ');
  return line + '\n';
}

TEST_F(CheckpointGuardTest, AFileOfAnEarlierReleaseGoesOnWithItsLatestState) {
  base::write_file_durably(path_, earlier_slot(6, state(8)) + earlier_slot(7, state(9)));
  EXPECT_EQ(CheckpointGuard::peek(path_), state(9));
  {
    auto guard = CheckpointGuard::open(path_);
    ASSERT_TRUE(guard);
    EXPECT_EQ(guard->stored(), state(9));
    EXPECT_EQ(std::filesystem::file_size(path_), 8192U);
    guard->swap(state(9), state(10));
  }
  EXPECT_EQ(CheckpointGuard::open(path_)->stored(), state(10));
  base::write_file_durably(path_, earlier_slot(8, state(9)) + std::string(512, '#'));  // the other was torn
  EXPECT_EQ(CheckpointGuard::open(path_)->stored(), state(9));
}

TEST_F(CheckpointGuardTest, WhatIsFoundIsWrittenAndSyncedBeforeAnythingBuildsOnIt) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(1)));
  for (const auto* step : {"guard.write", "guard.sync"}) {
    store::failpoint::arm(step, store::failpoint::Action::error);
    EXPECT_THROW((void)CheckpointGuard::open(path_), std::system_error);
    store::failpoint::disarm();
  }
  EXPECT_EQ(CheckpointGuard::open(path_)->stored(), state(1));
}

TEST_F(CheckpointGuardTest, AFileThatIsMissingOrSpoiltIsRefused) {
  EXPECT_EQ(CheckpointGuard::open(path_).error().code, "error.ledger.guard_missing");
  std::ofstream(path_) << std::string(1024, 'x');
  EXPECT_EQ(CheckpointGuard::open(path_).error().code, "error.ledger.guard_broken");
}

TEST_F(CheckpointGuardTest, BeginningAnewKeepsTheOldFileBeside) {
  ASSERT_TRUE(CheckpointGuard::create(path_, state(5)));
  const Checkpoint fresh{"example.com/log/2", 0, empty_root()};
  CheckpointGuard::begin_anew(path_, fresh);
  EXPECT_EQ(CheckpointGuard::open(path_)->stored(), fresh);
  EXPECT_TRUE(std::filesystem::exists(path_.string() + ".1"));
}

TEST_F(CheckpointGuardTest, NoKeptFileIsOverwrittenAndAllAreSeen) {
  std::ofstream(path_) << std::string(1024, 'x');  // its turn cannot be read
  CheckpointGuard::begin_anew(path_, {"example.com/log/2", 0, empty_root()});
  std::ofstream(path_) << std::string(1024, 'y');
  CheckpointGuard::begin_anew(path_, {"example.com/log/3", 0, empty_root()});
  CheckpointGuard::begin_anew(path_, {"example.com/log/4", 0, empty_root()});
  EXPECT_EQ(base::read_file(path_.string() + ".0", 1024)->front(), 'x');
  EXPECT_EQ(base::read_file(path_.string() + ".1", 1024)->front(), 'y');
  EXPECT_EQ(CheckpointGuard::peek_all(path_).size(), 2U);  // the third log's, kept, and the fourth's
}

}  // namespace
}  // namespace alting::ledger
