#include "main/retention_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main/testing/whole_program.h"
#include "privacy/make_privacy.h"

namespace alting::main {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class RetentionCommands : public ::testing::Test, protected testing::WholeProgram {
 protected:
  // What is said when a hold with these scopes is asked for.
  std::string hold(std::initializer_list<base::JsonMember> scopes) {
    auto asked =
        base::Json::object({{"command", "retention"},
                            {"what", "hold"},
                            {"reason", "sak 26/1"},
                            {"owner", "Ombudet"},
                            {"until", base::to_date_oslo(installation->clock.now() + base::Duration::days(9))}});
    for (const auto& [key, value] : scopes) asked.set(key, value);
    std::string lines;
    const auto done = carry_out(*installation, asked, [&](const std::string& line) {
      lines += line + "\n";
      return true;
    });
    return done ? lines : done.error().detail;
  }
};

TEST_F(RetentionCommands, refuse_a_hold_with_two_scopes_and_say_which_they_are_and_what_to_do) {
  const auto party = base::Uuid::v4(installation->random).text();
  EXPECT_THAT(hold({{"party", party}, {"organisation", "310123456"}}),
              AllOf(HasSubstr("--party and --organisation"), HasSubstr("one hold for each")));
  for (const char* scope : {"rule", "party", "organisation", "item"})
    EXPECT_THAT(hold({{"everything", true}, {scope, party}}),
                AllOf(HasSubstr(std::string("--everything and --") + scope), HasSubstr("leave out")));
  EXPECT_TRUE(installation->privacy->retention.holds(installation->clock.now()).empty());
  EXPECT_THAT(hold({{"everything", true}}), HasSubstr("held: "));
  EXPECT_THAT(hold({{"rule", "ledger.passing"}}), HasSubstr("held: "));
}

}  // namespace
}  // namespace alting::main
