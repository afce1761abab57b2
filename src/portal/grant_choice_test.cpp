#include "portal/grant_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alting::portal {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> codes(const std::vector<Grant>& grants) {
  std::vector<std::string> all;
  for (const auto& grant : grants) all.push_back(choice_code(grant));
  return all;
}

TEST(GrantChoice, offers_first_what_most_come_for) {
  const auto app = *terms::AppId::parse("dat/veiledning");
  const auto choices = choices_of({.roles = {"UTINN", "ADMAI", "REGNA", "LOPER"}, .usual = 2, .apps = {app}});
  EXPECT_THAT(codes(choices.first), ElementsAre("rolle:UTINN", "rolle:ADMAI", "skjema:dat/veiledning"));
  EXPECT_THAT(codes(choices.others), ElementsAre("rolle:REGNA", "rolle:LOPER"));
  EXPECT_THAT(codes(choices_of({.roles = {"REGNA"}}).others), ElementsAre("rolle:REGNA"));
  EXPECT_TRUE(choices_of({}).first.empty());
}

TEST(GrantChoice, is_offered_only_what_one_may_give) {
  const auto app = *terms::AppId::parse("dat/veiledning");
  const access::Delegations::Offer offer{.roles = {"UTINN"}, .usual = 1, .apps = {app}};
  EXPECT_TRUE(is_offered(offer, {.role = "UTINN"}));
  EXPECT_FALSE(is_offered(offer, {.role = "HADM"}));
  EXPECT_TRUE(is_offered(offer, {.app = app}));
  EXPECT_FALSE(is_offered(offer, {.app = terms::AppId::parse("dat/avviksmelding")}));
  EXPECT_FALSE(is_offered(offer, {}));
}

TEST(GrantChoice, is_read_as_it_was_written) {
  for (const auto* code : {"rolle:UTINN", "skjema:dat/veiledning"}) EXPECT_EQ(choice_code(read_choice(code)), code);
  for (const auto* code : {"", "rolle", "skjema:", "skjema:dat", "skjema:../x/y", "annet:UTINN"}) {
    const auto grant = read_choice(code);
    EXPECT_FALSE(grant.role || grant.app) << code;
  }
}

}  // namespace
}  // namespace alting::portal
