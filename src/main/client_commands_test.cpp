#include "main/client_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/keys.h"
#include "login/token_scopes.h"
#include "main/testing/whole_program.h"
#include "parties/population.h"

namespace alting::main {
namespace {

using base::Json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ClientCommands : public ::testing::Test, protected testing::WholeProgram {
 protected:
  ClientCommands() : WholeProgram(store::Engine::sqlite, [](Settings& settings) { settings.population = true; }) {}
  base::Status run(std::string_view what, Json words) {
    lines.clear();
    return client_command(*installation, Json::object({{"command", "client"}, {std::string(what), std::move(words)}}),
                          [this](const std::string& line) {
                            lines.push_back(line);
                            return true;
                          });
  }
  std::string why_not(std::string_view what, Json words) {
    const auto done = run(what, std::move(words));
    return done ? "done" : done.error().detail;
  }
  Json system(const std::string& organisation, const std::string& key = {}) const {
    return Json::object(
        {{"organisation", organisation}, {"name", "test"}, {"key", key}, {"scopes", Json::array({reads})}});
  }

  const std::string reads{login::scope::instances_read};
  const std::string agency = "974761467";
  const std::string firm = parties::make_population().units.front().organisation.party.organisation_number;
  std::vector<std::string> lines;
};

TEST_F(ClientCommands, register_end_and_let_a_supplier_act_and_say_the_id_alone) {
  const auto key = crypto::PrivateKey::generate(crypto::KeyType::p256).public_key().jwk().dump();
  ASSERT_TRUE(run("add", system(firm, key)));
  ASSERT_THAT(lines, SizeIs(1));
  const auto id = lines.front();
  EXPECT_TRUE(installation->clients->in_force(id, firm, {reads}));
  EXPECT_FALSE(installation->clients->in_force(id, agency, {reads}));
  ASSERT_TRUE(run("supplier", Json::object({{"consumer", agency}, {"supplier", firm}, {"scope", reads}})));
  EXPECT_TRUE(installation->clients->in_force(id, agency, {reads}));
  ASSERT_TRUE(run("end", id));
  EXPECT_FALSE(installation->clients->in_force(id, firm, {reads}));
}

TEST_F(ClientCommands, say_in_words_what_cannot_be_done) {
  EXPECT_THAT(why_not("add", system("310000019")), HasSubstr("--org"));
  EXPECT_THAT(why_not("add", system(firm, "x")), HasSubstr("--key"));
  auto unknown = system(firm);
  unknown.set("scopes", Json::array({"altinn:everything"}));
  EXPECT_THAT(why_not("add", unknown), HasSubstr("--scope"));
  EXPECT_THAT(why_not("supplier", Json::object({{"consumer", agency}, {"supplier", agency}, {"scope", reads}})),
              HasSubstr("--supplier"));
  EXPECT_EQ(why_not("end", "nobody"), "no such client is in force");
  std::string last;
  for (int i = 0; i < 1'000 && last.empty(); ++i)
    if (const auto said = why_not("add", system(firm)); said != "done") last = said;
  EXPECT_THAT(last, HasSubstr("end one first"));
}

}  // namespace
}  // namespace alting::main
