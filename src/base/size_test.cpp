#include "base/size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/texts.h"

namespace alting::base {
namespace {

struct Case {
  std::int64_t octets;
  std::string_view norwegian, english;
};

TEST(Size, is_said_in_the_unit_that_the_limits_are_set_in) {
  for (const auto& [octets, norwegian, english] : {
           Case{0, "0 B", "0 B"},
           Case{1'023, "1023 B", "1023 B"},
           Case{1'024, "1 kB", "1 kB"},
           Case{1'025, "2 kB", "2 kB"},
           Case{1'000'000, "977 kB", "977 kB"},
           Case{1'023 * kilobyte, "1023 kB", "1023 kB"},
           Case{1'023 * kilobyte + 1, "1 MB", "1 MB"},
           Case{megabyte, "1 MB", "1 MB"},
           Case{megabyte + 1, "1,1 MB", "1.1 MB"},
           Case{25 * megabyte - 1, "25 MB", "25 MB"},
           Case{25 * megabyte, "25 MB", "25 MB"},
           Case{25 * megabyte + 1, "25,1 MB", "25.1 MB"},
           Case{26'000'000, "24,8 MB", "24.8 MB"},
           Case{32 * megabyte, "32 MB", "32 MB"},
           Case{32 * megabyte + 1, "32,1 MB", "32.1 MB"},
           Case{std::numeric_limits<std::int64_t>::max(), "8796093022208 MB", "8796093022208 MB"},
       }) {
    EXPECT_EQ(size_in_words(octets, Language::nb), norwegian) << octets;
    EXPECT_EQ(size_in_words(octets, Language::nn), norwegian) << octets;
    EXPECT_EQ(size_in_words(octets, Language::en), english) << octets;
  }
}

// For any limit of whole kilobytes or megabytes: what fits never looks larger than the limit, and what does not never
// looks as if it did.
TEST(Size, of_what_fits_and_of_what_does_not_look_so_beside_their_limit) {
  EXPECT_TRUE(rc::check([] {
    const auto unit = *rc::gen::element(kilobyte, megabyte);
    const auto limit = unit * *rc::gen::inRange<std::int64_t>(1, 1'000);
    const auto language = *rc::gen::element(Language::nb, Language::nn, Language::en);
    const auto shown = size_in_words(limit, language);
    RC_ASSERT(shown == fmt::format("{} {}", limit / unit, unit == megabyte ? "MB" : "kB"));
    RC_ASSERT(size_in_words(limit + 1, language) != shown);
  }));
}

TEST(Size, in_an_error_is_said_in_the_language_of_the_reader) {
  Texts texts;
  for (const auto language : all_languages)
    ASSERT_TRUE(texts.add(language, "\"upload.too_large\" = \"> {octets}\"", "test"));
  const auto error = [](std::int64_t octets) {
    return Error{ErrorKind::too_large, "upload.too_large", {{"octets", std::to_string(octets)}}, ""};
  };
  EXPECT_EQ(texts.explain(Language::nb, error(25 * megabyte)), "> 25 MB");
  EXPECT_EQ(texts.explain(Language::nn, error(25 * megabyte + 1)), "> 25,1 MB");
  EXPECT_EQ(texts.explain(Language::en, error(25 * megabyte + 1)), "> 25.1 MB");
  EXPECT_EQ(texts.explain(Language::en, {ErrorKind::too_large, "upload.too_large", {{"octets", "many"}}, ""}),
            "> many");
}

}  // namespace
}  // namespace alting::base
