#include "base/config.h"

#include <gtest/gtest.h>

namespace alting::base {
namespace {

constexpr std::string_view example_file = R"(public_url = "https://alting.example"
workers = 64
[log]
levle = "info"
[limits]
session = "30m"
wrong = "30 minutes"
proxies = ["10.0.0.1", "10.0.0.2"]
none = []
open = true
[[issuer]]
name = "a"
[[issuer]]
name = "b"
)";

TEST(Config, SettingsAreRead) {
  const Config config = Config::parse(example_file, "alting.toml").value();
  EXPECT_EQ(config.text("public_url").value(), "https://alting.example");
  EXPECT_EQ(config.integer("workers").value(), 64);
  EXPECT_EQ(config.duration("limits.session").value(), Duration::minutes(30));
  EXPECT_EQ(config.list("limits.proxies").value(), (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(config.list("limits.none", {"default"}).value(), std::vector<std::string>{});
  EXPECT_TRUE(config.boolean("limits.open").value());
  EXPECT_EQ(config.names("issuer"), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(config.text("issuer.1.name").value(), "b");
  EXPECT_EQ(config.integer("missing", 7).value(), 7);
  EXPECT_EQ(config.duration("missing", Duration::seconds(1)).value(), Duration::seconds(1));
}

TEST(Config, FaultsNameFileAndLine) {
  const Config config = Config::parse(example_file, "alting.toml").value();
  EXPECT_EQ(config.integer("public_url").error().detail, "alting.toml:1: setting 'public_url' must be a whole number");
  EXPECT_EQ(config.integer("public_url", 1).error().code, "error.config.type");
  EXPECT_EQ(config.duration("limits.wrong").error().detail,
            "alting.toml:7: setting 'limits.wrong' must be a duration such as \"30s\"");
  EXPECT_EQ(config.text("absent").error().detail, "alting.toml: setting 'absent' is missing");
  EXPECT_TRUE(Config::parse("a = 1\nb = ", "x.toml").error().detail.starts_with("x.toml:2: "));
  EXPECT_TRUE(Config::parse("a = 1\na = 2", "x.toml").error().detail.starts_with("x.toml:2: "));
  EXPECT_EQ(Config::parse("\"a.b\" = 1\n[a]\nb = 2", "x.toml").error().detail, "x.toml:3: key 'a.b' occurs twice");
  EXPECT_EQ(Config::load("/nowhere/alting.toml").error().kind, ErrorKind::not_found);
}

TEST(Config, AMisspeltSettingIsReported) {
  const Config config = Config::parse("a = 1\n[log]\nlevle = \"info\"\n", "x.toml").value();
  EXPECT_EQ(config.integer("a").value(), 1);
  EXPECT_EQ(config.text("log.level", "info").value(), "info");
  EXPECT_EQ(config.unread(), (std::vector<std::string>{"x.toml:3: unknown setting 'log.levle'"}));
}

TEST(Config, TheCommandLineGoesFirst) {
  Config config = Config::parse("port = 1", "x.toml").value();
  config.set("port", std::int64_t{2});
  EXPECT_EQ(config.integer("port").value(), 2);
}

TEST(Config, DurationsHaveUnits) {
  EXPECT_EQ(duration_from("250ms"), Duration::milliseconds(250));
  EXPECT_EQ(duration_from("10d"), Duration::days(10));
  for (const char* bad : {"", "5", "s", "-1s", "1.5h", "5 m", "99999999999d", "1w"})
    EXPECT_FALSE(duration_from(bad)) << bad;
}

}  // namespace
}  // namespace alting::base
