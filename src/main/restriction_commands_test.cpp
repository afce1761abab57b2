#include "main/restriction_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "privacy/make_privacy.h"
#include "store/testing/temp_database.h"

namespace alting::main {
namespace {

using base::Json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class RestrictionCommands : public ::testing::Test {
 protected:
  RestrictionCommands() {
    settings.watch_services = false;
    settings.scanner.clamd.clear();
    auto opened = Installation::open(settings);
    if (!opened) throw std::runtime_error(opened.error().detail);
    installation = std::move(*opened);
  }
  std::string run(std::string_view act, std::initializer_list<base::JsonMember> more = {}) {
    auto command = Json::object({{"command", "restriction"}, {"act", act}});
    for (const auto& [name, value] : more) command.set(name, value);
    std::string said;
    const auto done = carry_out(*installation, command, [&](const std::string& line) {
      said += line + "\n";
      return true;
    });
    return done ? said : done.error().detail;
  }

  store::testing::TempFolder temp;
  Settings settings = demo_settings(8080, temp.path() / "data");
  std::unique_ptr<Installation> installation;
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
