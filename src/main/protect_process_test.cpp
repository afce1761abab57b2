#include "main/protect_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace alting::main {
namespace {

TEST(ProtectProcess, LeavesNoCoreAndNothingToAttachTo) {
  protect_process();
  rlimit limit{.rlim_cur = 1, .rlim_max = 1};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, 0U);
  EXPECT_EQ(limit.rlim_max, 0U);
#ifndef __SANITIZE_ADDRESS__
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
#endif
}

TEST(ProtectProcess, MakesNewFilesForTheOwnerAlone) {
  protect_process();
  const auto path = std::filesystem::temp_directory_path() / ("alting-protect-" + std::to_string(::getpid()));
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
  ASSERT_GE(file, 0);
  struct stat found{};
  EXPECT_EQ(::fstat(file, &found), 0);
  ::close(file);
  std::filesystem::remove(path);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace alting::main
