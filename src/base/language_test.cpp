#include "base/language.h"

#include <gtest/gtest.h>

namespace alting::base {
namespace {

TEST(Language, TagsOfBrowsersAreUnderstood) {
  EXPECT_EQ(language_from("nb"), Language::nb);
  EXPECT_EQ(language_from("no"), Language::nb);
  EXPECT_EQ(language_from("nb-NO"), Language::nb);
  EXPECT_EQ(language_from("NN-no"), Language::nn);
  EXPECT_EQ(language_from("en_GB"), Language::en);
  EXPECT_FALSE(language_from("sv"));
  EXPECT_FALSE(language_from(""));
  EXPECT_FALSE(language_from("english"));
}

TEST(Language, TheHeaviestSupportedLanguageWins) {
  EXPECT_EQ(negotiate_language(""), Language::nb);
  EXPECT_EQ(negotiate_language("en-GB,en;q=0.9"), Language::en);
  EXPECT_EQ(negotiate_language("sv, nn;q=0.5, en;q=0.7"), Language::en);
  EXPECT_EQ(negotiate_language("nn;q=0.5,nb;q=0.5"), Language::nn);
  EXPECT_EQ(negotiate_language("de;q=1"), Language::nb);
  EXPECT_EQ(negotiate_language("en;q=0"), Language::nb);
  EXPECT_EQ(negotiate_language("en;q=7, nn;q=0.1"), Language::nn);
  EXPECT_EQ(negotiate_language(";;,,;q=,"), Language::nb);
  EXPECT_EQ(negotiate_language(std::string(100'000, ',')), Language::nb);
}

}  // namespace
}  // namespace alting::base
