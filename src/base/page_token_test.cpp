#include "base/page_token.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace alting::base {
namespace {

constexpr std::string_view id = "0192d7f0-0000-7000-8000-000000000001";

TEST(PageToken, names_a_row_by_its_place_in_the_order) {
  EXPECT_EQ(to_page_token(std::int64_t{42}), "42");
  EXPECT_EQ(to_page_token(std::int64_t{-7}, std::int64_t{12}, *Uuid::parse(id)), "-7:12:" + std::string(id));
  const auto place = from_page_token<std::int64_t, std::int64_t, Uuid>("-7:12:" + std::string(id));
  ASSERT_TRUE(place);
  EXPECT_EQ(*place, std::tuple(-7, 12, *Uuid::parse(id)));
}

TEST(PageToken, that_is_none_reads_as_nothing) {
  const std::string good = "12:" + std::string(id);
  ASSERT_TRUE((from_page_token<std::int64_t, Uuid>(good)));
  const std::vector<std::string> none{"",
                                      "x",
                                      "12",
                                      "12:",
                                      ":" + std::string(id),
                                      good + ":",
                                      good + ":1",
                                      " " + good,
                                      "12:no-id",
                                      std::string(id),
                                      "1x:" + std::string(id),
                                      "9999999999999999999999:" + std::string(id)};
  for (const std::string& text : none) {
    EXPECT_FALSE((from_page_token<std::int64_t, Uuid>(text))) << text;
  }
  for (const std::string_view text : {"", "+1", "1.0", "1:", "0x1", "9223372036854775808"})
    EXPECT_FALSE(from_page_token<std::int64_t>(text)) << text;
}

TEST(PageToken, reads_back_as_what_was_written) {
  EXPECT_TRUE(rc::check([](std::int64_t first, std::int64_t second) {
    const auto read = from_page_token<std::int64_t, std::int64_t>(to_page_token(first, second));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == std::tuple(first, second));
  }));
}

TEST(PageToken, of_one_part_is_read_as_that_part) {
  EXPECT_EQ(from_page_token<std::int64_t>("-42"), -42);
  EXPECT_EQ(from_page_token<Uuid>(id), Uuid::parse(id));
}

}  // namespace
}  // namespace alting::base
