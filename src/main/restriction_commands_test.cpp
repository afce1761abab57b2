#include "main/restriction_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main/testing/whole_program.h"
#include "privacy/make_privacy.h"

namespace alting::main {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class RestrictionCommands : public ::testing::Test, protected testing::WholeProgram {
 protected:
  RestrictionCommands() : WholeProgram(store::Engine::sqlite, [](Settings& settings) { settings.population = true; }) {}
  std::string run(std::string_view act, std::initializer_list<base::JsonMember> more = {}) {
    return said("restriction", act, more);
  }
};

TEST_F(RestrictionCommands, say_what_waits_and_what_is_restricted_and_in_words_what_is_wrong) {
  EXPECT_THAT(run("list"), HasSubstr("0 waiting, 0 restricted"));
  EXPECT_EQ(run("lift"), "0 lifted\n");
  const auto none = base::Uuid::v4(installation->random).text();
  EXPECT_THAT(run("impose", {{"request", none}, {"by", "Kari Nordmann"}}), HasSubstr("no such request"));
  EXPECT_THAT(run("refuse", {{"request", "x"}, {"by", "Kari"}, {"reason", "unfounded"}}), HasSubstr("no such request"));
  EXPECT_THAT(run("announce", {{"restriction", none}, {"by", "Kari Nordmann"}}), HasSubstr("no such restriction"));
  EXPECT_THAT(run("announce", {{"restriction", none}, {"by", "Kari Nordmann"}, {"day", "i morgen"}}),
              HasSubstr("--day"));
  EXPECT_THAT(run("announce", {{"restriction", none}, {"by", ""}}), HasSubstr("--by"));
}

TEST_F(RestrictionCommands, list_what_is_restricted_of_the_portals_own_and_when_it_ends) {
  const auto agency = installation->parties->find_organisation(
      installation->apps->all().front()->controller(base::Language::nb).organisation_number);
  ASSERT_TRUE(agency);
  const auto id = installation->access->restrictions().impose(
      {nullptr, "Kari Nordmann"}, {.party = agency->id, .ground = "objection"}, installation->clock.now(),
      base::Uuid::v4(installation->random).text());
  ASSERT_TRUE(id) << id.error().code;
  EXPECT_THAT(run("list"), AllOf(HasSubstr(id->text()), HasSubstr("objection"), HasSubstr("1 restricted")));
  EXPECT_EQ(run("announce", {{"restriction", id->text()}, {"by", "Kari Nordmann"}}), "done\n");
  EXPECT_THAT(run("list"), HasSubstr("will be lifted"));
}

}  // namespace
}  // namespace alting::main
