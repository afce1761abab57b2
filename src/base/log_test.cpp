#include "base/log.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/json.h"
#include "base/text.h"

namespace alting::base {
namespace {

TEST(Log, EachLineIsOneJsonObject) {
  testing::internal::CaptureStderr();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 50; ++i)
        log(LogLevel::warning, "room.event",
            {{"thread", t}, {"text", "a \"b\"\nc"}, {"long", std::string(5000, 'x')}, {"n", std::uint64_t{7}}});
    });
  for (auto& thread : threads) thread.join();
  log(LogLevel::debug, "not shown");
  const std::string written = testing::internal::GetCapturedStderr();
  const auto lines = split(trim(written), '\n');
  ASSERT_EQ(lines.size(), 200U);
  for (auto line : lines) {
    const auto parsed = Json::parse(line);
    ASSERT_TRUE(parsed) << line;
    EXPECT_EQ(parsed->text("event"), "room.event");
    EXPECT_EQ(parsed->text("level"), "warning");
    EXPECT_EQ(parsed->text("text"), "a \"b\" c");
    EXPECT_EQ((*parsed)["n"].integer(), 7);
  }
}

}  // namespace
}  // namespace alting::base
