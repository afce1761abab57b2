#include "base/setting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/size.h"

namespace alting::base {
namespace {

using ::testing::ElementsAre;

enum class Color : std::uint8_t { red, green };

// A room's options, and how it says their settings.
struct Options {
  std::string name = "Alting", address;
  std::filesystem::path folder;
  std::optional<std::filesystem::path> certificate;
  std::uint16_t port = 8080;
  unsigned workers = 64;
  std::uint64_t memory = 512 * megabyte;
  Duration idle = Duration::minutes(30), longest = Duration::hours(8);
  bool log = true;
  std::vector<std::string> readers{"127.0.0.1"};
  Color color = Color::red;
};

std::vector<Setting> settings(Options& into) {
  return {
      text("a.name", into.name, "the name"),
      text("a.address", into.address, "where it is").required(),
      path("a.folder", into.folder, "what is kept").fallback_in_words("beside the program"),
      path("a.certificate", into.certificate, "PEM"),
      port("a.port", into.port, "where it listens"),
      whole("a.workers", into.workers, {1, 1024}, "threads"),
      whole("a.memory_mb", into.memory, {64, 1'000'000, megabyte, " in all"}, ""),
      minutes("a.idle", into.idle, {10, 240}, "idle"),
      hours("a.longest", into.longest, {1, 24}, ""),
      yes_or_no("a.log", into.log, "a line for each"),
      list("a.readers", into.readers, "who may read"),
      one_of("a.color", into.color, {{"red", Color::red}, {"green", Color::green}}, "red or green", "how it looks")};
}

Config config(std::string_view text) { return Config::parse(text, "alting.toml").value(); }

std::string fault(std::string_view text) {
  Options options;
  const auto read = read_all(settings(options), config(text));
  return read ? "" : read.error().detail;
}

TEST(Setting, that_nobody_sets_leaves_what_stands_in_its_place) {
  Options options;
  ASSERT_TRUE(read_all(settings(options), config("a.address = \"x\"")));
  EXPECT_EQ(options.name, "Alting");
  EXPECT_EQ(options.address, "x");
  EXPECT_FALSE(options.certificate);
  EXPECT_EQ(options.port, 8080);
  EXPECT_EQ(options.workers, 64U);
  EXPECT_EQ(options.memory, 512U * megabyte);
  EXPECT_EQ(options.idle, Duration::minutes(30));
  EXPECT_TRUE(options.log);
  EXPECT_THAT(options.readers, ElementsAre("127.0.0.1"));
  EXPECT_EQ(options.color, Color::red);
}

TEST(Setting, is_read_into_its_place_in_the_units_of_the_room) {
  Options options;
  const auto file = config(R"(
[a]
name = "Portal"
address = "x"
folder = "/srv"
certificate = "/etc/c.pem"
port = 0
workers = 1024
memory_mb = 64
idle = 240
longest = 1
log = false
readers = []
color = "green"
)");
  ASSERT_TRUE(read_all(settings(options), file));
  EXPECT_TRUE(file.unread().empty());
  EXPECT_EQ(options.name, "Portal");
  EXPECT_EQ(options.folder, "/srv");
  EXPECT_EQ(options.certificate, "/etc/c.pem");
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.workers, 1024U);
  EXPECT_EQ(options.memory, 64U * megabyte);
  EXPECT_EQ(options.idle, Duration::minutes(240));
  EXPECT_EQ(options.longest, Duration::hours(1));
  EXPECT_FALSE(options.log);
  EXPECT_TRUE(options.readers.empty());
  EXPECT_EQ(options.color, Color::green);
}

TEST(Setting, that_cannot_be_is_refused_with_file_line_and_what_it_may_be) {
  const std::string begin = "a.address = \"x\"\n";
  EXPECT_EQ(fault(""), "alting.toml: setting 'a.address' is missing");
  EXPECT_EQ(fault(begin + "a.port = 65536"), "alting.toml:2: a.port: a port is 0 to 65535");
  EXPECT_EQ(fault(begin + "a.port = -1"), "alting.toml:2: a.port: a port is 0 to 65535");
  EXPECT_EQ(fault(begin + "a.workers = 0"), "alting.toml:2: a.workers: 1 to 1024");
  EXPECT_EQ(fault(begin + "\na.workers = 1025"), "alting.toml:3: a.workers: 1 to 1024");
  EXPECT_EQ(fault(begin + "a.memory_mb = 63"), "alting.toml:2: a.memory_mb: 64 to 1000000 in all");
  EXPECT_EQ(fault(begin + "a.idle = 9"), "alting.toml:2: a.idle: 10 to 240");
  EXPECT_EQ(fault(begin + "a.color = \"blue\""), "alting.toml:2: a.color: red or green");
  EXPECT_EQ(fault(begin + "a.workers = \"many\""), "alting.toml:2: setting 'a.workers' must be a whole number");
  EXPECT_EQ(fault(begin + "a.log = 1"), "alting.toml:2: setting 'a.log' must be true or false");
  EXPECT_EQ(fault("a.address = 1"), "alting.toml:1: setting 'a.address' must be a text");
}

TEST(Setting, stands_in_the_table_of_the_document_with_what_it_is_otherwise) {
  Options options, of_a_test;
  of_a_test.workers = 6400;
  EXPECT_EQ(markdown_table(settings(options), settings(of_a_test), "in a test"),
            "| key | default | what |\n"
            "| --- | --- | --- |\n"
            "| `a.name` | `\"Alting\"` | the name |\n"
            "| `a.address` | | where it is |\n"
            "| `a.folder` | beside the program | what is kept |\n"
            "| `a.certificate` | `\"\"` | PEM |\n"
            "| `a.port` | `8080` | where it listens |\n"
            "| `a.workers`, `a.memory_mb` | `64`, in a test `6400`, `512` | threads |\n"
            "| `a.idle`, `a.longest` | `30`, `8` | idle |\n"
            "| `a.log` | `true` | a line for each |\n"
            "| `a.readers` | `[\"127.0.0.1\"]` | who may read |\n"
            "| `a.color` | `\"red\"` | how it looks |\n");
}

TEST(Setting, is_listed_for_who_asks_the_program) {
  Options options;
  const auto all = settings(options);
  EXPECT_EQ(plain_list(std::span(all).first(3)),
            "a.name = \"Alting\"\n    the name\na.address  # must be set\n    where it is\n"
            "a.folder  # beside the program\n    what is kept\n");
  EXPECT_EQ(plain_list(std::span(all).subspan(5, 2)), "a.workers = 64\na.memory_mb = 512\n    threads\n");
}

}  // namespace
}  // namespace alting::base
