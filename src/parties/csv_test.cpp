#include "parties/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alting::parties {
namespace {

using ::testing::ElementsAre;

TEST(Csv, a_line_is_its_fields) {
  EXPECT_THAT(split_csv_line("", ';').value(), ElementsAre(""));
  EXPECT_THAT(split_csv_line("a;b;;\r", ';').value(), ElementsAre("a", "b", "", ""));
  EXPECT_THAT(split_csv_line("a,b;c", ',').value(), ElementsAre("a", "b;c"));
  EXPECT_THAT(split_csv_line(R"("a;b";"say ""hi""";"")", ';').value(), ElementsAre("a;b", "say \"hi\"", ""));
}

TEST(Csv, a_quote_within_a_field_that_begins_with_none_is_a_letter) {
  EXPECT_THAT(split_csv_line(R"(1;Ole "Ola;2)", ';').value(), ElementsAre("1", "Ole \"Ola", "2"));
  EXPECT_THAT(split_csv_line(R"(a;b")", ';').value(), ElementsAre("a", "b\""));
  EXPECT_THAT(split_csv_line(R"(Fjord "og" Fjell;b)", ';').value(), ElementsAre("Fjord \"og\" Fjell", "b"));
}

TEST(Csv, a_line_with_a_quote_that_is_not_closed_is_refused) {
  for (const std::string_view line : {R"(")", R"("a;b)", R"(a;"b)", R"("a"";b)", R"("a";"b)"}) {
    const auto refused = split_csv_line(line, ';');
    ASSERT_FALSE(refused) << line;
    EXPECT_EQ(refused.error().code, "error.import.quote");
  }
}

}  // namespace
}  // namespace alting::parties
