#include "base/typed_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/text.h"

namespace alting::base {
namespace {

TEST(TypedText, OfALineLosesWhatNobodySees) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\uFEFFHansen", "Hansen"},
      {"Han\u00ADsen", "Hansen"},
      {"\u202DHansen\u202C", "Hansen"},
      {"\u200EHansen\u200F", "Hansen"},
      {"Hansen\u200B", "Hansen"},
      {"\u00A0Hansen\t", "Hansen"},
      {"Ole\u00A0Hansen", "Ole Hansen"},
      {"Ole\u202FHansen\u2007", "Ole Hansen"},
      {"Ole\tHansen", "Ole Hansen"},
      {"Ole\r\nHansen", "Ole Hansen"},
      {"Ole\u2028Hansen\u3000", "Ole Hansen"},
      {"bla\u030A", "blå"},
      {"ola@eksempel.no\u200B", "ola@eksempel.no"},
      {"", ""},
      {" \u00A0\u200B\t", ""},
  };
  for (const auto& [typed, wanted] : cases) EXPECT_EQ(clean_line(typed), wanted) << typed;
}

TEST(TypedText, KeepsWhatMakesOneCharacterOfMany) {
  for (const std::string_view kept :
       {"👩‍💻", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", "❤️", "می‌خواهم"})
    EXPECT_EQ(clean_line(kept), kept);
}

TEST(TypedText, OfSeveralLinesKeepsThemAndTheirBlanks) {
  EXPECT_EQ(clean_lines("a\r\nb\rc\vd\u2028e  \n\u00A0\n"), "a\nb\nc\nd\ne");
  EXPECT_EQ(clean_lines("  a\tb\u00A0c\u00ADd"), "  a\tb\u00A0cd");
  EXPECT_EQ(clean_lines("\uFEFFa"), "a");
  EXPECT_EQ(clean_lines("\u00A0\n "), "");
}

TEST(TypedText, OfFiguresHasPlainDigitsAndOneDash) {
  EXPECT_EQ(clean_figures("\u20135"), "-5");
  EXPECT_EQ(clean_figures("\u22123,5\u200B"), "-3,5");
  EXPECT_EQ(clean_figures("\u202D1\u2007234\u202C"), "1 234");
  EXPECT_EQ(clean_figures("１２٣"), "123");
  EXPECT_EQ(clean_figures("\u200E27.\u200E11.\u200E2026"), "27.11.2026");
}

TEST(TypedText, OfACodeIsItsDigitsHoweverTheyAreSetApart) {
  for (const std::string_view typed : {"974761076", "974 761 076", "974\u00A0761\u00A0076", "974.761.076",
                                       "974-761-076", "974\u2013761\u2013076", "\u202D974761076\u202C", "974761076\t"})
    EXPECT_EQ(clean_code(typed), "974761076") << typed;
  EXPECT_EQ(clean_code("97476107x"), "97476107x") << "what is no digit stays, and is told";
}

TEST(TypedText, OfASearchFindsWhatTheCleanWordsFind) {
  for (const std::string_view typed : {"av\u00ADvik\u00A02026", "\u202Davvik 2026\u202C", "avvik\t2026",
                                       "avvik\u2013"
                                       "2026"})
    EXPECT_EQ(search_words(clean_line(typed)), "avvik 2026") << typed;
}

rc::Gen<std::string> pasted() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "a", "Å", "A\u030A", "7", "٣", " ", "\t", "\n", "\r", "\u00A0", "\u2007", "\u2028", "\u200B", "\u200D",
          "\u00AD", "\uFEFF", "\u202D", "\u034F", "\u0300", "-", "\u2013", "\u2212", ".", "/", "👍", "\x01", "\xFF")),
      [](const std::vector<std::string>& parts) {
        std::string all;
        for (const auto& part : parts) all += part;
        return all;
      });
}

TEST(TypedText, CleaningWhatIsCleanChangesNothing) {
  rc::check([] {
    const auto typed = *pasted();
    for (auto* clean : {clean_line, clean_lines, clean_figures, clean_code}) {
      const auto once = clean(typed);
      RC_ASSERT(clean(once) == once);
      RC_ASSERT(is_utf8(once));
    }
  });
}

TEST(TypedText, CleaningNeverTouchesPlainWords) {
  rc::check([](const std::vector<std::uint8_t>& octets) {
    std::string plain = "a";
    for (const auto octet : octets) plain += static_cast<char>('!' + octet % 94);
    RC_ASSERT(clean_line(plain) == plain);
    RC_ASSERT(clean_lines(plain) == plain);
  });
}

}  // namespace
}  // namespace alting::base
