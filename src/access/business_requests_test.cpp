// For who asks, a main unit and its sub-units are one business: a block and the bounds count for all of them.
#include <gtest/gtest.h>

#include "access/requests.h"
#include "access/testing/access_fixture.h"

namespace alting::access {
namespace {

using terms::Action;
using testing::AccessFixture;
using testing::breach;

class BusinessRequestsTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  terms::Actor who(std::string_view story) { return fixture.registers.actor(story); }
  base::Instant now() { return fixture.registers.clock.now(); }
  AccessRequests& requests() { return fixture.access->requests(); }
  terms::Permit managing(terms::PartyId party) {
    return fixture.decider().decide(who("manager"), Action::delegate, {.party = party}).value();
  }
  base::Result<OwnRequest> ask(std::string_view story, const Wish& wish) {
    return requests().ask(who(story), wish, now(), fixture.post());
  }
  static std::string refusal(const base::Result<OwnRequest>& result) { return result ? "" : result.error().code; }

  AccessFixture fixture{GetParam()};
  terms::PartyId fjord = fixture.registers.organisation("Fjord og Fjell AS").id,
                 bergen = fixture.registers.organisation("Fjord og Fjell AS avd Bergen").id,
                 other = fixture.registers.organisation("Lys Løkke AS").id;
};
INSTANTIATE_TEST_SUITE_P(Engines, BusinessRequestsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(BusinessRequestsTest, ABlockOfTheMainUnitHoldsInItsSubUnits) {
  const auto asked = ask("employee", {.party = fjord, .app = breach});
  ASSERT_TRUE(asked) << asked.error().code;
  ASSERT_TRUE(requests().block(managing(fjord), asked->id, now(), fixture.post()));
  EXPECT_EQ(refusal(ask("employee", {.party = bergen, .app = breach})), "error.access_request.blocked");
  EXPECT_TRUE(requests().is_blocked(who("employee"), bergen));
  EXPECT_FALSE(requests().is_blocked(who("employee"), other));
  EXPECT_FALSE(requests().is_blocked(who("private_person"), bergen));
  EXPECT_TRUE(ask("employee", {.party = other, .app = breach}));
  ASSERT_TRUE(requests().unblock(managing(fjord), requests().blocked(managing(fjord)).at(0).id, now(), fixture.post()));
  EXPECT_FALSE(requests().is_blocked(who("employee"), bergen));
  EXPECT_TRUE(ask("employee", {.party = bergen, .app = breach}));
}

TEST_P(BusinessRequestsTest, ABlockOfASubUnitHoldsInTheMainUnit) {
  const auto asked = ask("employee", {.party = bergen, .app = breach});
  ASSERT_TRUE(asked) << asked.error().code;
  const auto kept = requests().keep(who("employee"), {.party = fjord, .app = breach}, now(), fixture.post());
  ASSERT_TRUE(kept);
  ASSERT_TRUE(requests().block(managing(bergen), asked->id, now(), fixture.post()));
  EXPECT_EQ(refusal(requests().send(who("employee"), kept->id, now(), fixture.post())), "error.access_request.blocked");
  EXPECT_EQ(refusal(ask("employee", {.party = fjord, .role = "UTINN"})), "error.access_request.blocked");
  EXPECT_TRUE(requests().is_blocked(who("employee"), fjord));
}

TEST_P(BusinessRequestsTest, APersonHasFewOpenAtAllUnitsTogether) {
  ASSERT_TRUE(ask("employee", {.party = fjord, .role = "UTINN"}));
  ASSERT_TRUE(ask("employee", {.party = bergen, .role = "UTINN"}));
  ASSERT_TRUE(ask("employee", {.party = bergen, .role = "A0236"}));
  EXPECT_EQ(refusal(ask("employee", {.party = fjord, .app = breach})), "error.access_request.yours_full");
  EXPECT_EQ(refusal(ask("employee", {.party = bergen, .app = breach})), "error.access_request.yours_full");
  EXPECT_TRUE(ask("employee", {.party = other, .app = breach}));
}

TEST_P(BusinessRequestsTest, SoManyAreOpenAtAllUnitsTogether) {
  RequestLimits limits;
  limits.open_of_party = 2;
  const auto few = make_access({fixture.registers.temp.database(),
                                *fixture.registers.registry,
                                fixture.ledger,
                                fixture.registers.clock,
                                fixture.registers.random,
                                {},
                                {},
                                limits});
  const auto ask_for_role = [&](std::string_view story, terms::PartyId party) {
    return refusal(few->requests().ask(who(story), {.party = party, .role = "UTINN"}, now(), fixture.post()));
  };
  ASSERT_EQ(ask_for_role("employee", fjord), "");
  ASSERT_EQ(ask_for_role("private_person", bergen), "");
  EXPECT_EQ(ask_for_role("foreign_worker", fjord), "error.access_request.party_full");
  EXPECT_EQ(ask_for_role("foreign_worker", bergen), "error.access_request.party_full");
  EXPECT_EQ(ask_for_role("foreign_worker", other), "");
  const auto refused =
      few->requests().ask(who("foreign_worker"), {.party = fjord, .role = "A0236"}, now(), fixture.post());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().params.at(0), (std::pair<std::string, std::string>{"minutes", "60"}))
      << "when to try again";
}

}  // namespace
}  // namespace alting::access
