#include "paper/qr.h"

#include <gtest/gtest.h>

namespace alting::paper {
namespace {

// The three finder patterns of ISO/IEC 18004 section 6.3.3: 7x7 with a white ring inside.
bool has_finder(const QrCode& code, int top, int left) {
  for (int row = 0; row < 7; ++row)
    for (int column = 0; column < 7; ++column) {
      const int ring = std::min(std::min(row, 6 - row), std::min(column, 6 - column));
      if (code.at(top + row, left + column) != (ring != 1)) return false;
    }
  return true;
}

TEST(Qr, HasItsPatterns) {
  const auto code = make_qr("https://alting.example/r/1234");
  ASSERT_TRUE(code);
  EXPECT_EQ((code->size - 17) % 4, 0);
  EXPECT_TRUE(has_finder(*code, 0, 0));
  EXPECT_TRUE(has_finder(*code, 0, code->size - 7));
  EXPECT_TRUE(has_finder(*code, code->size - 7, 0));
  for (int i = 8; i < code->size - 8; ++i) EXPECT_EQ(code->at(6, i), i % 2 == 0);  // timing
  EXPECT_TRUE(code->at(code->size - 8, 8));                                        // the module that is always dark
}

TEST(Qr, LengthsHaveALimit) {
  EXPECT_EQ(make_qr(std::string(2331, 'x'))->size, 177);
  EXPECT_EQ(make_qr(std::string(2332, 'x')).error().code, "error.qr.too_long");
  EXPECT_FALSE(make_qr(""));
}

TEST(Qr, TheSvgHasTheSameModules) {
  const QrCode code = *make_qr("x");
  const std::string svg = qr_svg(code, "a \"<b>\" & c");
  EXPECT_NE(svg.find(R"(aria-label="a &quot;&lt;b&gt;&quot; &amp; c")"), std::string::npos);
  EXPECT_NE(svg.find(R"(viewBox="0 0 29 29")"), std::string::npos);
  EXPECT_NE(svg.find("M4 4h7v1h-7z"), std::string::npos);
  std::size_t dark = 0, drawn = 0;
  for (int row = 0; row < code.size; ++row)
    for (const QrRun& run : dark_runs(code, row)) drawn += static_cast<std::size_t>(run.length);
  for (bool module : code.dark) dark += module;
  EXPECT_EQ(drawn, dark);
}

}  // namespace
}  // namespace alting::paper
