#include "base/text_file.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace alting::base {
namespace {

std::string utf16(std::u16string_view text, bool big) {
  std::string out = big ? "\xfe\xff" : "\xff\xfe";
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xff);
    out += big ? high : low;
    out += big ? low : high;
  }
  return out;
}

constexpr std::u16string_view wide = u"# nøkkel \U0001f642\r\n log.example+0a+x \r\n";
constexpr std::string_view plain_words = "# nøkkel \U0001f642\n log.example+0a+x \n";

TEST(TextFile, EveryFormThatSystemsWriteGivesTheSameText) {
  for (const auto& form :
       {std::string("# nøkkel \U0001f642\r\n log.example+0a+x \r\n"), std::string(plain_words),
        "\xef\xbb\xbf" + std::string(plain_words), std::string("# nøkkel \U0001f642\r log.example+0a+x \r"),
        utf16(wide, false), utf16(wide, true)}) {
    EXPECT_EQ(to_plain_text(form).value_or("refused"), plain_words);
    EXPECT_EQ(lines_of(to_plain_text(form).value_or("")),
              (std::vector<std::string>{"# nøkkel \U0001f642", "log.example+0a+x"}));
  }
  EXPECT_EQ(to_plain_text("").value(), "");
  EXPECT_EQ(to_plain_text("\xef\xbb\xbf").value(), "");
  EXPECT_EQ(to_plain_text("a").value(), "a");
}

TEST(TextFile, ItMayComeInAnyPieces) {
  for (const auto& whole : {utf16(wide, false), utf16(wide, true), "\xef\xbb\xbf" + std::string(plain_words)}) {
    TextDecoder decoder;
    std::string text;
    for (const char octet : whole) text += decoder.decode(std::string(1, octet)).value_or("refused");
    EXPECT_TRUE(decoder.end());
    EXPECT_EQ(to_plain_text(text).value(), plain_words);
  }
}

TEST(TextFile, BrokenUtf16IsRefused) {
  for (const auto& bad : {utf16(u"a", false) + "b", utf16(std::u16string(1, u'\xd800'), false),
                          utf16(std::u16string(1, u'\xdc00'), true), utf16(std::u16string{u'\xd800', u'a'}, true)})
    EXPECT_EQ(to_plain_text(bad).error().code, "error.file.not_text");
}

TEST(TextFile, AMissingFileSaysSo) {
  EXPECT_EQ(read_text_file("/nowhere/at/all", 10).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace alting::base
