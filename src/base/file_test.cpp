#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <system_error>

#include "base/testing/temporary_folder.h"

namespace alting::base {
namespace {

class File : public testing::Test {
 protected:
  TemporaryFolder temporary;
  const std::filesystem::path folder = temporary.path();
};

TEST_F(File, WhatIsWrittenIsRead) {
  const std::string all("a\0\xff", 3);
  write_file_durably(folder / "x", all);
  write_file_durably(folder / "x", all + "more");
  EXPECT_EQ(read_file(folder / "x", 7).value(), all + "more");
  struct stat facts{};
  ASSERT_EQ(::stat((folder / "x").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);  // nothing left over
}

TEST_F(File, LimitsHold) {
  write_file_durably(folder / "x", std::string(100'000, 'x'));
  EXPECT_EQ(read_file(folder / "x", 99'999).error().kind, ErrorKind::too_large);
  EXPECT_EQ(read_file(folder / "y", 1).error().kind, ErrorKind::not_found);
  EXPECT_THROW((void)read_file(folder, 1), std::system_error);
}

TEST_F(File, AFailedWriteLeavesTheOldFile) {
  std::filesystem::create_directory(folder / "taken");
  EXPECT_THROW(write_file_durably(folder / "taken", "x"), std::system_error);
  EXPECT_THROW(write_file_durably(folder / "nowhere" / "x", "x"), std::system_error);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
}

TEST_F(File, AMappedFileIsReadAsItIs) {
  const std::string all = std::string(100'000, 'x') + std::string("\0y", 2);
  write_file_durably(folder / "x", all);
  write_file_durably(folder / "empty", "");
  auto mapped = MappedFile::open(folder / "x");
  ASSERT_TRUE(mapped);
  const MappedFile moved = std::move(*mapped);
  EXPECT_EQ(moved.view(), all);
  EXPECT_EQ(MappedFile::open(folder / "empty")->view(), "");
  EXPECT_EQ(MappedFile::open(folder / "missing").error().kind, ErrorKind::not_found);
}

TEST_F(File, OneHolderPerLock) {
  {
    const auto first = FileLock::try_lock(folder / "lock");
    ASSERT_TRUE(first);
    EXPECT_FALSE(FileLock::try_lock(folder / "lock"));
  }
  EXPECT_TRUE(FileLock::try_lock(folder / "lock"));
}

TEST_F(File, PrivateMeansPrivate) {
  std::filesystem::create_directory(folder / "d");
  create_private_directory(folder / "d");
  struct stat facts{};
  ASSERT_EQ(::stat((folder / "d").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700U);
}

}  // namespace
}  // namespace alting::base
