#include "main/admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/temp_database.h"

namespace alting::main {
namespace {

using base::Json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Admin : public ::testing::Test {
 protected:
  Admin() {
    settings.population = false;
    settings.watch_services = false;
    settings.scanner.clamd.clear();
    auto opened = Installation::open(settings);
    if (!opened) throw std::runtime_error(opened.error().detail);
    installation = std::move(*opened);
  }
  std::optional<base::Status> ask(std::string_view command) {
    return ask_server(data, Json::object({{"command", command}}), note);
  }

  store::testing::TempFolder temp;
  std::filesystem::path data = temp.path() / "data";
  Settings settings = demo_settings(8080, data);
  std::unique_ptr<Installation> installation;
  std::vector<std::string> lines;
  PrintLine note = [this](const std::string& line) {
    lines.push_back(line);
    return true;
  };
};

TEST_F(Admin, commands_go_through_the_server_that_uses_the_folder) {
  const AdminServer server(*installation);
  EXPECT_TRUE(is_served(data));
  const auto answered = ask("keys");
  ASSERT_TRUE(answered);
  EXPECT_TRUE(*answered);
  EXPECT_THAT(lines, Contains(HasSubstr(installation->ledger->verifier_key())));
  lines.clear();
  EXPECT_TRUE(carry_out_anywhere(settings, Json::object({{"command", "keys"}}), note))
      << "the folder is in use: nothing is opened beside the server";
  EXPECT_THAT(lines, Contains(HasSubstr(installation->ledger->verifier_key())));
}

TEST_F(Admin, what_cannot_be_done_is_said) {
  const AdminServer server(*installation);
  const auto answered = ask("sing");
  ASSERT_TRUE(answered);
  ASSERT_FALSE(*answered);
  EXPECT_EQ(answered->error().code, "error.admin");
  EXPECT_EQ(answered->error().detail, "unknown command");
  EXPECT_THAT(lines, IsEmpty());
}

TEST_F(Admin, who_speaks_another_language_or_goes_holds_nobody_up) {
  const AdminServer server(*installation);
  {
    auto stranger = net::UnixSocket::connect(data / "admin.sock");
    ASSERT_TRUE(stranger);
    EXPECT_TRUE(stranger->send("no command\n"));
    EXPECT_THAT(stranger->receive(), HasSubstr("\"error\""));
  }
  EXPECT_TRUE(net::UnixSocket::connect(data / "admin.sock"));  // gone at once
  const auto answered = ask("keys");
  ASSERT_TRUE(answered);
  EXPECT_TRUE(*answered);
}

TEST_F(Admin, without_a_server_a_command_opens_the_folder) {
  {
    AdminServer server(*installation);
    server.stop();
    EXPECT_FALSE(std::filesystem::exists(data / "admin.sock"));
  }
  EXPECT_FALSE(is_served(data));
  EXPECT_FALSE(ask("keys"));
  const auto key = installation->ledger->verifier_key();
  installation.reset();
  EXPECT_TRUE(carry_out_anywhere(settings, Json::object({{"command", "keys"}}), note));
  EXPECT_THAT(lines, Contains(HasSubstr(key)));
}

}  // namespace
}  // namespace alting::main
