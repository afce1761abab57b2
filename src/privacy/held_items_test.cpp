#include "privacy/held_items.h"

#include <gtest/gtest.h>

#include "privacy/testing/copies_fixture.h"

namespace alting::privacy {
namespace {

class HeldItems : public testing::CopiesFixture {
 protected:
  void hold(const std::string& rule, std::optional<terms::PartyId> party, const std::string& item) {
    const auto added = registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("DELETE FROM retention_hold");
      tx.run(
          "INSERT INTO retention_hold (hold_id, rule, party_id, item_id, reason, owner, placed_at, until_at) VALUES ("
          "'h', ?, ?, ?, 'sak', 'Kari', ?, ?)",
          {rule, party, item, registers.clock.now(), registers.clock.now() + base::Duration::days(1)});
      return {};
    });
    ASSERT_TRUE(added);
  }
  bool is_held() {
    return registers.temp.database().read(
        [&](store::Tx& tx) { return held_item(tx, registers.clock.now(), firm, "one").has_value(); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, HeldItems, store::testing::engines(), store::testing::engine_name);

TEST_P(HeldItems, are_those_of_the_party_or_the_item_or_of_everything_and_not_those_of_a_rule_alone) {
  EXPECT_FALSE(is_held());
  const auto other = manager.party;
  for (const auto& [rule, party, item, holds] :
       {std::tuple{"", std::optional(firm), "", true},
        std::tuple{"instances.deleted", std::optional(firm), "one", true},
        std::tuple{"inbox.received", std::optional(firm), "", true},
        std::tuple{"instances.sender_copy", std::optional<terms::PartyId>(), "one", true},
        std::tuple{"", std::optional<terms::PartyId>(), "one", true},
        std::tuple{"", std::optional<terms::PartyId>(), "", true}, std::tuple{"", std::optional(firm), "two", false},
        std::tuple{"", std::optional(other), "", false},
        std::tuple{"instances.deleted", std::optional<terms::PartyId>(), "", false},
        std::tuple{"login.session", std::optional(firm), "", false}}) {
    hold(rule, party, item);
    EXPECT_EQ(is_held(), holds) << rule << " " << item;
  }
  hold("", firm, "");
  registers.clock.advance(base::Duration::days(2));
  EXPECT_FALSE(is_held()) << "it has lapsed";
}

}  // namespace
}  // namespace alting::privacy
