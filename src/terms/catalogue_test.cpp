#include "terms/catalogue.h"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace alting::terms {
namespace {

TEST(RoomCatalogue, has_each_rule_by_its_id) {
  const std::array rules{RetentionRule{"sample.one", "One.", "", CountsIn::microseconds, "", {}},
                         RetentionRule{"sample.other", "Other.", "", CountsIn::microseconds, "", {}}};
  const RoomCatalogue room{"sample", {}, rules, {}, {}};
  EXPECT_EQ(&rule_in(room, "sample.other"), &rules[1]);
  EXPECT_EQ(find_rule(room, "sample.one"), &rules[0]);
  EXPECT_EQ(find_rule(room, "sample.on"), nullptr);
  EXPECT_THROW((void)rule_in(room, "sample.on"), std::logic_error);
}

}  // namespace
}  // namespace alting::terms
