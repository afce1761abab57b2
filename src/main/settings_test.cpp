#include "main/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/file.h"
#include "main/rooms.h"
#include "store/testing/temp_database.h"

namespace alting::main {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

class SettingsTest : public ::testing::Test {
 protected:
  base::Result<Settings> read(const std::string& toml) {
    const auto file = folder.path() / "alting.toml";
    std::ofstream(file) << toml;
    return read_settings(file);
  }
  std::string fault(const std::string& toml) {
    const auto settings = read(toml);
    return settings ? "" : settings.error().detail;
  }
  store::testing::TempFolder folder;
};

constexpr std::string_view least = R"(
data.path = "/srv/alting"
data.mode = "test"
server.public_url = "http://localhost:8080"
test_issuer.port = 8081
operator.name = "x"
operator.email = "x@example.org"
)";

std::string with(std::string_view more) { return std::string(least) + std::string(more) + "\n"; }

TEST_F(SettingsTest, of_the_document_are_enough_for_production) {
  const auto document =
      base::read_file(std::filesystem::path(ALTING_SOURCE_DIR) / "docs/operator.md", 1024 * 1024).value();
  const auto begin = document.find("```toml\n", document.find("The smallest for production")) + 8;
  const auto settings = read(document.substr(begin, document.find("```", begin) - begin));
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->data.path, "/var/lib/alting");
  EXPECT_EQ(settings->data.mode, terms::Mode::production);
  EXPECT_EQ(settings->data.outside, "/srv/alting-outside");
  EXPECT_EQ(settings->data.connections, 64 + 22);
  EXPECT_EQ(settings->server.public_url, "https://portal.example");
  EXPECT_THAT(settings->server.trusted_proxies, ElementsAre("127.0.0.1"));
  EXPECT_EQ(settings->server.metrics_port, 9464);
  EXPECT_EQ(settings->server.free_disk_percent, 10U);
  EXPECT_THAT(settings->server.assets.string(), EndsWith("assets"));
  EXPECT_EQ(settings->login.issuer, "https://idporten.no");
  EXPECT_EQ(settings->login.attempts.network_per_minute, 60);
  EXPECT_EQ(settings->login.sessions.idle, base::Duration::minutes(30));
  EXPECT_EQ(settings->log.origin, "portal.example/log");
  EXPECT_EQ(settings->quotas.drafts, 200);
  EXPECT_EQ(settings->quotas.bytes, 2048 * base::megabyte);
  EXPECT_EQ(settings->scanner.clamd, "/run/clamav/clamd.ctl");
  EXPECT_EQ(settings->scanner.largest, 25 * base::megabyte);
  EXPECT_EQ(settings->run_by.name, "Etaten");
  EXPECT_EQ(settings->run_by.phone, "");
  EXPECT_FALSE(settings->watch_services);
}

TEST_F(SettingsTest, that_are_not_set_are_higher_in_test_mode) {
  const auto settings = read(with(""));
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->quotas.drafts, 20'000);
  EXPECT_EQ(settings->quotas.bytes, 204'800 * base::megabyte);
  EXPECT_EQ(settings->login.attempts.network_per_minute, 6'000);
  EXPECT_EQ(settings->server.free_disk_percent, 1U);
  EXPECT_EQ(settings->login.issuer, "http://localhost:8081");
  const auto set =
      read(with("limits.drafts_per_hour = 3\nlimits.upload_megabytes_per_hour = 4\nserver.free_disk_percent = 7"));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->quotas.drafts, 3);
  EXPECT_EQ(set->quotas.bytes, 4 * base::megabyte);
  EXPECT_EQ(set->server.free_disk_percent, 7U);
}

TEST_F(SettingsTest, that_cannot_be_are_refused_where_they_stand) {
  EXPECT_THAT(fault(with("server.workers = 0")), EndsWith("alting.toml:8: server.workers: 1 to 1024"));
  EXPECT_THAT(fault(with("limits.sent_per_hour = 0")),
              EndsWith("alting.toml:8: limits.sent_per_hour: 1 to 1000000000 of one person in an hour"));
  EXPECT_THAT(fault(with("log.level = \"loud\"")), EndsWith("alting.toml:8: log.level: debug, info, warning or error"));
  EXPECT_THAT(fault(with("server.prot = 1")), EndsWith("alting.toml:8: unknown setting 'server.prot'"));
  EXPECT_THAT(fault("data.path = \"x\"\ndata.mode = \"demo\"\n"),
              EndsWith("alting.toml:2: data.mode: 'test' or 'production'"));
  EXPECT_THAT(fault("data.path = \"x\"\n"), EndsWith("alting.toml: setting 'data.mode' is missing"));
  EXPECT_EQ(fault(with("server.tls_key = \"/x\"")), "server.tls_certificate and server.tls_key belong together");
  EXPECT_EQ(fault(with("login.longest_hours = 1\nlogin.idle_minutes = 61")),
            "login.idle_minutes: at most as long as login.longest_hours");
}

TEST_F(SettingsTest, have_a_key_each_and_a_default_that_they_take) {
  Settings settings;
  std::set<std::string> keys;
  for (const auto& one : all_settings(settings, terms::Mode::production)) {
    EXPECT_TRUE(keys.insert(one.key).second) << one.key;
    if (one.fallback.empty() || one.in_words || least.contains(one.key)) continue;
    EXPECT_EQ(fault(with(one.key + " = " + one.fallback)), "") << one.key;
  }
  EXPECT_GT(keys.size(), 50U);
}

TEST(DemoSettings, are_those_of_a_demo_read_as_any_others) {
  const auto settings = demo_settings(8080, "/tmp/demo");
  EXPECT_EQ(settings.data.path, "/tmp/demo");
  EXPECT_EQ(settings.data.mode, terms::Mode::test);
  EXPECT_EQ(settings.server.port, 8080);
  EXPECT_EQ(settings.server.public_url, "http://localhost:8080");
  EXPECT_EQ(settings.login.test_issuer_port, 8081);
  EXPECT_EQ(settings.login.issuer, "http://localhost:8081");
  EXPECT_EQ(settings.login.certificates.port, 8082);
  EXPECT_EQ(settings.login.certificates.public_url, "https://localhost:8082");
  EXPECT_EQ(settings.log.origin, "localhost:8080/log");
  EXPECT_EQ(settings.quotas.sent, 20'000);
  EXPECT_EQ(settings.run_by.email, "hjelp@alting.example");
  EXPECT_TRUE(settings.watch_services);
  EXPECT_TRUE(settings.population);
  EXPECT_EQ(demo_settings(65'535, "/tmp/demo").login.test_issuer_port, 0);
}

}  // namespace
}  // namespace alting::main
