#include "portal/settings.h"

#include <gtest/gtest.h>

namespace alting::portal {
namespace {

std::string refusal_of(const Operator& given) {
  const auto checked = check_settings(given);
  return checked ? "" : checked.error().detail;
}

TEST(OperatorSettings, are_read_into_what_the_pages_say) {
  Operator by;
  const auto config = base::Config::parse(
      "operator.name = \"Etaten\"\noperator.email = \"a@b.example\"\noperator.orgnr = \"991825827\"\n"
      "operator.dpo.email = \"ombud@b.example\"\naccessibility.status = \"partly\"\n"
      "accessibility.tested = \"2026-10-05\"\naccessibility.deviations = [\"Kart.\"]\n",
      "alting.toml");
  ASSERT_TRUE(config);
  ASSERT_TRUE(base::read_all(settings(by), *config));
  EXPECT_EQ(by.organisation_number, "991825827");
  EXPECT_EQ(by.dpo.email, "ombud@b.example");
  EXPECT_EQ(by.accessibility.status, Accessibility::partly);
  EXPECT_EQ(by.accessibility.deviations, std::vector<std::string>{"Kart."});
  EXPECT_EQ(by.accessibility.answer_days, 14);
  EXPECT_EQ(refusal_of(by), "");
}

TEST(OperatorSettings, claim_nothing_that_has_no_day_and_take_no_number_that_is_none) {
  Operator by{.name = "Etaten", .email = "a@b.example"};
  EXPECT_EQ(refusal_of(by), "");
  by.organisation_number = "991825828";
  EXPECT_EQ(refusal_of(by), "operator.orgnr: nine digits of which the last is the check digit");
  by.organisation_number.clear();
  by.accessibility.status = Accessibility::fully;
  EXPECT_EQ(refusal_of(by), "accessibility.status and accessibility.tested belong together");
  by.accessibility.tested = "2026-02-30";
  EXPECT_EQ(refusal_of(by), "accessibility.tested: a day, such as 2026-11-28");
  by.accessibility.tested = "2026-02-28";
  by.accessibility.declaration = "uustatus.no/x";
  EXPECT_EQ(refusal_of(by), "accessibility.declaration: an address that begins with https://");
}

}  // namespace
}  // namespace alting::portal
