#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::base {
namespace {

TEST(Text, OnlyUtf8IsUtf8) {
  EXPECT_TRUE(is_utf8("Ærlig på 😀"));
  for (const char* bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "abc\xc3", "\x80"}) {
    EXPECT_FALSE(is_utf8(bad));
    EXPECT_TRUE(is_utf8(replace_invalid(bad)));
  }
  EXPECT_EQ(replace_invalid("a\xff"
                            "b"),
            "a\xef\xbf\xbd"
            "b");
}

TEST(Text, NfcJoinsLettersAndAccents) {
  EXPECT_EQ(to_nfc("A\xcc\x8a"), "Å");
  EXPECT_EQ(to_nfc("plain"), "plain");
  EXPECT_EQ(to_nfc(""), "");
}

TEST(Text, LengthsAreCounted) {
  EXPECT_EQ(code_points("på😀"), 3U);
  EXPECT_EQ(utf16_units("på😀"), 4U);
}

TEST(Text, SmallTools) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(to_lower("ÆØÅ"), "æøå");
  EXPECT_EQ(to_upper("straße"), "STRASSE");
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ',').size(), 1U);
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(replace_all("x", "", "y"), "x");
}

TEST(Text, OneLineHidesNothing) {
  EXPECT_EQ(one_line("a\r\nb\x1b[31m\xe2\x80\xae"
                     "c",
                     100),
            "a  b[31mc");
  EXPECT_EQ(one_line("æøå", 2), "æø");
  EXPECT_EQ(one_line("\xff", 9), "\xef\xbf\xbd");
}

TEST(Text, SearchComparesLettersAndNotTheirDress) {
  EXPECT_EQ(search_words("  Café—BLÅBÆR\tØl, Müller-Ström 12.5 ﬁn"), "cafe blåbær øl muller strom 12 5 fin");
  EXPECT_EQ(search_words("A\xcc\x8ase"), "åse");
  EXPECT_EQ(search_words("--"), "");
}

TEST(Text, HasTheWordsSearchedForInAnyOrderAndAnywhere) {
  EXPECT_TRUE(has_all_words("Müller & Sønn AS, avviksmelding", search_words("sønn MULLER")));
  EXPECT_TRUE(has_all_words("Avviksmelding", search_words("vik meld")));
  EXPECT_FALSE(has_all_words("Avviksmelding", search_words("avvik 2026")));
  EXPECT_FALSE(has_all_words("", search_words("avvik")));
  EXPECT_TRUE(has_all_words("", search_words(" -- ")));
}

TEST(Text, NorwegianOrder) {
  const char* names[] = {"Abel", "Berg", "Zetterlund", "Ærlig", "Østby", "Ås", "Aasen"};
  for (std::size_t i = 1; i < std::size(names); ++i)
    EXPECT_LT(sort_key(names[i - 1]), sort_key(names[i])) << names[i - 1] << " " << names[i];
  EXPECT_LT(sort_key("berg"), sort_key("Berga"));
  EXPECT_EQ(sort_key("Bø").find('\0'), std::string::npos);
}

TEST(Text, AnyOctetsBecomeUtf8) {
  EXPECT_TRUE(rc::check([](const std::string& octets) {
    const std::string text = replace_invalid(octets);
    RC_ASSERT(is_utf8(text));
    RC_ASSERT(is_utf8(to_nfc(text)));
    RC_ASSERT(to_nfc(to_nfc(text)) == to_nfc(text));
    RC_ASSERT(is_utf8(search_words(text)));
    RC_ASSERT(search_words(search_words(text)) == search_words(text));
    RC_ASSERT(is_utf8(one_line(octets, 20)));
  }));
}

}  // namespace
}  // namespace alting::base
