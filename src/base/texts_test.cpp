#include "base/texts.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace alting::base {
namespace {

Texts example() {
  Texts texts;
  EXPECT_TRUE(texts.add(Language::nb,
                        "hello = \"Hei, {name}\"\n[messages]\none = \"Én melding\"\nother = \"{count} meldinger\"\n",
                        "a.nb.toml"));
  EXPECT_TRUE(texts.add(Language::nn,
                        "hello = \"Hei, {name}\"\n[messages]\none = \"Éi melding\"\nother = \"{count} meldingar\"\n",
                        "a.nn.toml"));
  EXPECT_TRUE(texts.add(
      Language::en,
      "hello = \"Hello, {name}\"\n\"messages.one\" = \"One message\"\n\"messages.other\" = \"{count} messages\"\n",
      "a.en.toml"));
  return texts;
}

TEST(Texts, WordsInEachLanguage) {
  const Texts texts = example();
  EXPECT_NO_THROW(texts.check());
  EXPECT_EQ(texts.get(Language::en, "hello"), "Hello, {name}");
  EXPECT_EQ(texts.format(Language::nb, "hello", {{"name", "{name} {count}"}}), "Hei, {name} {count}");
  EXPECT_EQ(texts.plural(Language::nn, "messages", 1), "Éi melding");
  EXPECT_EQ(texts.plural(Language::nn, "messages", 2), "2 meldingar");
  EXPECT_EQ(texts.plural(Language::en, "messages", 0), "0 messages");
  EXPECT_EQ(texts.plural(Language::en, "messages", 999), "999 messages");
  EXPECT_EQ(texts.plural(Language::en, "messages", 1'000), "1,000 messages");
  EXPECT_EQ(texts.plural(Language::nb, "messages", 9'999), "9999 meldinger");
  EXPECT_EQ(texts.plural(Language::nb, "messages", 50'007), "50\u00a0007 meldinger");
  EXPECT_EQ(texts.plural(Language::nn, "messages", 1'234'567), "1\u00a0234\u00a0567 meldingar");
  EXPECT_THROW((void)texts.get(Language::en, "goodbye"), std::logic_error);
}

TEST(Texts, WhatIsMissingIsNamed) {
  Texts texts = example();
  ASSERT_TRUE(texts.add(Language::nb, "x = \"{a}\"", "b.nb.toml"));
  ASSERT_TRUE(texts.add(Language::nn, "x = \"{b}\"", "b.nn.toml"));
  EXPECT_EQ(texts.missing(),
            (std::vector<std::string>{"texts: 'x' has other {places} in nn than in nb", "texts: en lacks 'x'"}));
  EXPECT_THROW(texts.check(), std::logic_error);
  EXPECT_EQ(texts.add(Language::nb, "x = \"again\"", "c.nb.toml").error().detail,
            "c.nb.toml:1: 'x' is in another file too");
  EXPECT_EQ(texts.add(Language::nb, "y = 1", "c.nb.toml").error().code, "error.texts.type");
}

TEST(Texts, OtherBracesStay) {
  EXPECT_EQ(fill_places("{ {} {a b} {x", {{"x", "1"}}), "{ {} {a b} {x");
  EXPECT_EQ(fill_places("{{x}}", {{"x", "1"}}), "{1}");
  EXPECT_EQ(fill_places("{y}", {{"x", "1"}}), "{y}");
}

TEST(Texts, ThePortalsOwnWordsAreComplete) {
  const auto texts = Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts");
  ASSERT_TRUE(texts) << texts.error().detail;
  EXPECT_EQ(texts->missing(), std::vector<std::string>{});
  for (const Language language : all_languages) {
    EXPECT_NE(texts->explain(language, make_error(ErrorKind::invalid, "error.json.syntax")), "");
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::unavailable); ++kind)
      EXPECT_NE(texts->explain(language, make_error(static_cast<ErrorKind>(kind), "error.without.text")), "");
  }
}

}  // namespace
}  // namespace alting::base
