#include "portal/profile_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/roles.h"
#include "portal/testing/small_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ProfilePagesTest : public ::testing::Test {
 protected:
  ProfilePagesTest() { small.open({profile_pages()}); }
  Response profile_of(std::string_view story, Language language = Language::nb) {
    small.log_in(small.registers.actor(story));
    return small.get("/profil", language);
  }

  testing::SmallPortal small;
};

TEST_F(ProfilePagesTest, shows_what_enhetsregisteret_says_one_is_and_how_it_is_corrected) {
  for (const auto language : base::all_languages) {
    const auto page = profile_of("manager", language);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, AllOf(HasSubstr(small.t(language, "profile.roles")), HasSubstr("Fjord og Fjell AS"),
                                 HasSubstr(access::role_name("DAGL", language)), HasSubstr("brreg.no")));
  }
}

TEST_F(ProfilePagesTest, shows_no_role_of_another_register_as_one_of_that) {
  const auto caseworker = profile_of("caseworker").body;
  EXPECT_THAT(caseworker, Not(HasSubstr(access::role_name("SAKSB", Language::nb))));
  EXPECT_THAT(profile_of("employee").body, HasSubstr(small.t(Language::nb, "profile.roles.none")));
}

}  // namespace
}  // namespace alting::portal
