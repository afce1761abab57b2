// National identity numbers and organisation numbers: which hold, in which mode, and how they are read.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "parties/national_id.h"
#include "parties/organisation_number.h"

namespace alting::parties {
namespace {

struct IdCase {
  std::string_view number;
  bool valid;
};

TEST(NationalId, FollowsThePublishedExamplesOfBothRules) {
  for (const auto& [number, valid] : std::vector<IdCase>{{"30108299939", true},
                                                         {"30908299902", true},
                                                         {"20036914700", true},
                                                         {"03851598730", true},
                                                         {"20036914712", false},
                                                         {"29020073150", true},
                                                         {"29020105729", false},
                                                         {"55102499947", true},
                                                         {"41819077906", true},
                                                         {"41819077302", true},
                                                         {"02013299997", true},
                                                         {"02013299903", true},
                                                         {"02013299806", true},
                                                         {"", false},
                                                         {"3010829993", false},
                                                         {"301082999390", false},
                                                         {"3010829993x", false},
                                                         {"00108299939", false}})
    EXPECT_EQ(check_national_id(number).kind.has_value(), valid) << number;
}

TEST(NationalId, KnowsDNumbersSyntheticNumbersAndTheNewRule) {
  EXPECT_TRUE(check_national_id("41819077302").kind->d_number);
  EXPECT_TRUE(check_national_id("41819077302").kind->synthetic);
  EXPECT_FALSE(check_national_id("41819077302").kind->only_2032);
  EXPECT_TRUE(check_national_id("30108299939").kind->only_2032);
  EXPECT_FALSE(check_national_id("20036914700").kind->only_2032);
}

TEST(NationalId, AHealthNumberIsRefused) {
  std::string nine = "014190123";
  while (!national_id_check_digits(nine)) ++nine[8];
  const auto digits = *national_id_check_digits(nine);
  const auto number = nine + digits.first + digits.second;
  EXPECT_EQ(check_national_id(number).fault, NationalIdFault::h_number);
  EXPECT_EQ(read_national_id(number, terms::Mode::production).error().code, "error.national_id.h_number");
}

TEST(NationalId, SyntheticNumbersAreForTestOnlyAndRealOnesForProductionOnly) {
  EXPECT_TRUE(read_national_id("038515 98730", terms::Mode::test));
  EXPECT_EQ(read_national_id("03851598730", terms::Mode::production).error().code,
            "error.national_id.synthetic_in_production");
  EXPECT_EQ(read_national_id("20036914700", terms::Mode::test).error().code, "error.national_id.real_in_test");
  EXPECT_TRUE(read_national_id("20036914700", terms::Mode::production));
}

TEST(NationalId, InTestAMonthPlusFortyIsASyntheticNumberOfNav) {
  for (std::string nine : {"014190123", "414190123"}) {  // and a D-number
    while (!national_id_check_digits(nine)) ++nine[8];
    const auto digits = *national_id_check_digits(nine);
    const auto number = nine + digits.first + digits.second;
    EXPECT_EQ(read_national_id(number, terms::Mode::test)->reveal(), number);
    EXPECT_EQ(read_national_id(number, terms::Mode::production).error().code, "error.national_id.h_number");
  }
}

TEST(NationalId, IsReadAsItIsPasted) {
  for (const auto* typed :
       {"038515\u00A098730", "03851598730\t", "038515-98730", "\u202D03851598730\u202C", "03.85.15 98730",
        "\uFEFF03851598730", "038515\u200B98730", "038515\u201398730", " 0 3 8 5 1 5 9 8 7 3 0 "})
    EXPECT_EQ(read_national_id(typed, terms::Mode::test)->reveal(), "03851598730") << typed;
  for (const auto* typed : {"0385159873", "03851598730x", "038515987300", "", "o3851598730"})
    EXPECT_EQ(read_national_id(typed, terms::Mode::test).error().code, "error.national_id.format") << typed;
}

TEST(NationalId, AnErrorNeverRepeatsTheNumber) {
  const auto refused = read_national_id("20036914712", terms::Mode::production);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail.find("20036914712"), std::string::npos);
  EXPECT_TRUE(refused.error().params.empty());
}

TEST(NationalId, EveryNumberWithComputedCheckDigitsHoldsAndASingleChangedSecondDigitDoesNot) {
  rc::check([] {
    const auto day = *rc::gen::inRange(1, 29);
    const auto month = *rc::gen::inRange(81, 93);
    const auto rest = *rc::gen::inRange(0, 100000);
    const auto nine = fmt::format("{:02}{:02}{:05}", day, month, rest);
    const auto digits = national_id_check_digits(nine);
    RC_PRE(digits.has_value());
    auto number = nine + digits->first + digits->second;
    RC_ASSERT(check_national_id(number).kind.has_value());
    number[10] = number[10] == '9' ? '0' : static_cast<char>(number[10] + 1);
    RC_ASSERT(!check_national_id(number).kind.has_value());
  });
}

TEST(OrganisationNumber, ChecksLengthDigitsAndCheckDigit) {
  for (const auto* number : {"974760673", "991825827", "974761076", "316290019", "974761467"})
    EXPECT_TRUE(check_organisation_number(number).kind) << number;
  for (const auto* number : {"974760674", "", "97476067", "9747606733", "97476067x", "97476 673"})
    EXPECT_FALSE(check_organisation_number(number).kind) << number;
}

TEST(OrganisationNumber, SyntheticOnesAreForTestAndAgenciesAreKnownInBothModes) {
  for (const auto* typed :
       {"316 290 019", "316\u00A0290\u00A0019", "316.290.019", "316-290-019\t", "\u202D316290019\u202C"})
    EXPECT_EQ(*read_organisation_number(typed, terms::Mode::test), "316290019") << typed;
  EXPECT_FALSE(read_organisation_number("316290019", terms::Mode::production));
  EXPECT_FALSE(read_organisation_number("991825827", terms::Mode::test));
  EXPECT_TRUE(read_organisation_number("991825827", terms::Mode::production));
  EXPECT_TRUE(read_organisation_number("974761467", terms::Mode::test));
}

}  // namespace
}  // namespace alting::parties
