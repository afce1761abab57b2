#include "main/notice_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main/testing/whole_program.h"

namespace alting::main {
namespace {

using base::Json;
using ::testing::HasSubstr;

class NoticeCommands : public ::testing::Test, protected testing::WholeProgram {
 protected:
  NoticeCommands() : WholeProgram(store::Engine::sqlite, [](Settings& settings) { settings.population = true; }) {}
  static Json a_command() {
    return Json::object(
        {{"command", "service-message"},
         {"key", "vedlikehold-1"},
         {"day", "2027-01-12"},
         {"to", "organisations"},
         {"words",
          Json::object({{"nb", "Portalen er stengt."}, {"nn", "Portalen er stengd."}, {"en", "It is closed."}})},
         {"language", "nb"},
         {"only_count", true}});
  }
  std::string run(const Json& command) {
    std::string said;
    const auto done = carry_out(*installation, command, [&](const std::string& line) {
      said = line;
      return true;
    });
    return done ? said : done.error().detail;
  }
  std::string with(std::string_view name, Json value) {
    auto command = a_command();
    command.set(name, std::move(value));
    return run(command);
  }
};

TEST_F(NoticeCommands, say_how_many_would_be_told_and_in_words_what_cannot_be) {
  EXPECT_EQ(run(a_command()), "0 would be told, 0 had it before");
  EXPECT_EQ(with("only_count", false), "0 are told, 0 had it before");
  EXPECT_THAT(with("key", "En nøkkel"), HasSubstr("--key"));
  EXPECT_THAT(with("day", "i morgen"), HasSubstr("--day"));
  EXPECT_THAT(with("to", "alle"), HasSubstr("--to"));
  EXPECT_THAT(with("language", "se"), HasSubstr("--language"));
  EXPECT_THAT(with("words", Json::object({{"nb", "Se https://x.example"}, {"nn", "a"}, {"en", "b"}})),
              HasSubstr("--nb"));
  EXPECT_THAT(with("words", Json::object({{"nb", "a"}, {"nn", "b"}})), HasSubstr("--en"));
}

}  // namespace
}  // namespace alting::main
