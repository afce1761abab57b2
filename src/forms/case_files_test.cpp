#include "forms/case_files.h"

#include <gtest/gtest.h>

namespace alting::forms {
namespace {

TEST(ExpressionCases, EveryCaseFileHolds) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ALTING_SOURCE_DIR "/src/forms/cases/expressions")) {
    std::vector<Fault> faults;
    auto source = read_source(entry.path(), entry.path().filename().string(), faults);
    ASSERT_TRUE(source) << entry.path();
    for (const auto& result : run_case_file(*source, "functions")) {
      EXPECT_TRUE(result.passed) << result.name << "\n  " << result.message;
      ++count;
    }
  }
  EXPECT_GT(count, 50U);
}

}  // namespace
}  // namespace alting::forms
