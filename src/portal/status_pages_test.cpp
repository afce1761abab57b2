#include "portal/status_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/print_pages.h"
#include "portal/testing/small_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class StatusPagesTest : public ::testing::Test {
 protected:
  StatusPagesTest() {
    small.open({status_pages({.measure = [this] { return parts; }, .apps = apps, .ledger = small.ledger})});
  }
  Measured part(std::string name, Health health) { return {std::move(name), health, small.registers.clock.now()}; }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  std::vector<Measured> parts;
};

TEST_F(StatusPagesTest, tell_of_each_part_how_it_is_and_when_that_was_measured) {
  parts = {part("database", Health::up), part("blobs", Health::up), part("log", Health::up), part("outbox", Health::up),
           part("scanner", Health::up)};
  for (const auto language : base::all_languages) {
    const auto page = small.get("/status", language);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, AllOf(HasSubstr(small.t(language, "status.all_up")),
                                 HasSubstr(base::to_rfc3339(small.registers.clock.now())),
                                 Not(HasSubstr(small.t(language, "other_ways.title")))));
    for (const auto& one : parts) EXPECT_THAT(page.body, HasSubstr(small.t(language, "status.part." + one.name)));
  }
}

TEST_F(StatusPagesTest, say_that_something_is_delayed_or_down_and_then_how_else_to_reach_the_agencies) {
  parts = {part("database", Health::up), part("outbox", Health::delayed)};
  EXPECT_THAT(small.get("/status").body, AllOf(HasSubstr(small.t(Language::nb, "status.some_delayed")),
                                               Not(HasSubstr(small.t(Language::nb, "status.all_up")))));
  parts = {part("database", Health::down), part("outbox", Health::delayed)};
  const auto page = small.get("/status");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr(small.t(Language::nb, "status.some_down")),
                               HasSubstr(small.t(Language::nb, "other_ways.title"))));
}

TEST_F(StatusPagesTest, are_there_while_nobody_can_be_told_who_they_are) {
  parts = {part("database", Health::down)};
  small.sessions.broken = true;
  const auto page = small.get("/status");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr(small.t(Language::nb, "status.some_down")), Not(HasSubstr("away"))));
}

}  // namespace
}  // namespace alting::portal
