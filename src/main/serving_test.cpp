// The portal's server over an installation, in this process.
#include "main/serving.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "login/addresses.h"
#include "main/route_commands.h"
#include "store/testing/temp_database.h"
#include "web/raw_client.h"
#include "web/router.h"

namespace alting::main {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ServingTest : public ::testing::Test {
 protected:
  ServingTest() {
    settings.server.assets = temp.path() / "assets";
    std::filesystem::create_directories(settings.server.assets);
    std::ofstream(settings.server.assets / "manifest.json") << "{}";  // pages without styles
    settings.server.port = 0;
    settings.server.access_log = false;
    settings.login.test_issuer_port = 0;
    settings.login.certificates.port = 0;
    settings.population = false;
    settings.watch_services = false;
    settings.scanner.clamd.clear();
  }
  [[nodiscard]] std::unique_ptr<Installation> opened() const {
    auto installation = Installation::open(settings);
    if (!installation) throw std::runtime_error(installation.error().detail);
    return std::move(*installation);
  }
  static std::string get(std::uint16_t port, std::string_view path) {
    web::RawClient client(port);
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path));
    return client.receive_all();
  }

  store::testing::TempFolder temp;
  Settings settings = demo_settings(8080, temp.path() / "data");
};

TEST_F(ServingTest, serves_the_pages_of_all_rooms_until_it_is_stopped) {
  const auto installation = opened();
  Serving serving(*installation);
  ASSERT_TRUE(serving.start());
  const auto port = serving.port();
  EXPECT_THAT(get(port, login::route::log_in), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get(port, "/.well-known/security.txt"), HasSubstr("Contact: mailto:hjelp@alting.example"));
  EXPECT_THAT(get(port, login::route::client_keys), HasSubstr("\"keys\""));
  serving.stop();
  EXPECT_THROW((void)get(port, "/"), std::runtime_error);
}

TEST_F(ServingTest, has_the_routes_that_operators_are_shown_and_the_issuer_is_told) {
  const auto installation = opened();
  std::vector<std::string> lines;
  const PrintLine note = [&](const std::string& line) {
    lines.push_back(line);
    return true;
  };
  {
    Serving serving(*installation);
    EXPECT_FALSE(list_routes(*installation, note)) << "no server yet";
    ASSERT_TRUE(serving.start());
    EXPECT_EQ(installation->router, &serving.router());
    EXPECT_TRUE(list_routes(*installation, note));
    EXPECT_EQ(lines.size(), serving.router().routes().size());
    for (const auto route : {login::route::answer, login::route::logged_out, login::route::front_channel})
      EXPECT_THAT(lines, Contains(HasSubstr(std::string(route))));
    serving.stop();
  }
  EXPECT_EQ(installation->router, nullptr);
}

TEST_F(ServingTest, does_not_start_without_its_texts) {
  settings.texts = temp.path();
  const auto installation = opened();
  Serving serving(*installation);
  EXPECT_FALSE(serving.start());
  EXPECT_EQ(installation->router, nullptr);
  serving.stop();  // nothing to stop
}

}  // namespace
}  // namespace alting::main
