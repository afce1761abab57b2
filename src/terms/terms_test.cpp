// What the shared words promise: which names of apps are any, that only the decider makes a permit, and that a secret is
// in no text.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <type_traits>

#include "terms/ids.h"
#include "terms/permit.h"
#include "terms/secret.h"

namespace alting::terms {
namespace {

TEST(AppId, is_two_parts_of_lower_case_letters_digits_and_hyphens) {
  EXPECT_EQ(AppId::parse("dat/avviksmelding")->text(), "dat/avviksmelding");
  for (const char* bad : {"", "dat", "dat/", "/x", "Dat/x", "dat/x/y", "dat/..", "dat/-x", "d%61t/x"})
    EXPECT_FALSE(AppId::parse(bad)) << bad;
}

TEST(Permit, cannot_be_made_by_anyone_but_the_decider) {
  static_assert(!std::is_default_constructible_v<Permit>);
  static_assert(!std::is_aggregate_v<Permit>);
  static_assert(!std::is_default_constructible_v<Scope>);
}

TEST(Secret, has_no_way_into_a_formatted_text) {
  static_assert(!fmt::is_formattable<NationalIdText>::value);
  static_assert(!std::is_convertible_v<NationalIdText, std::string>);
  static_assert(!std::is_convertible_v<NationalIdText, std::string_view>);
}

}  // namespace
}  // namespace alting::terms
