#include "portal/grant_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alting::portal {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> codes(const access::Delegations::Offer& offer) {
  std::vector<std::string> all;
  for (const auto& grant : choices_of(offer)) all.push_back(choice_code(grant));
  return all;
}

TEST(GrantChoice, offers_first_what_most_come_for) {
  const auto app = *terms::AppId::parse("dat/veiledning");
  EXPECT_THAT(codes({.roles = {"REGNA", "UTINN", "PRIV"}, .apps = {app}}),
              ElementsAre("rolle:UTINN", "skjema:dat/veiledning", "rolle:REGNA", "rolle:PRIV"));
  EXPECT_THAT(codes({.roles = {"REGNA"}}), ElementsAre("rolle:REGNA"));
  EXPECT_TRUE(codes({}).empty());
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
