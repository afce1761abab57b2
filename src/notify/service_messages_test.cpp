#include "notify/service_messages.h"

#include "notify/testing/notify_fixture.h"

namespace alting::notify {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class ServiceMessagesTest : public testing::NotifyFixture {
 protected:
  static ServiceMessage a_message(ServiceAudience to = ServiceAudience::organisations) {
    return {.key = "vedlikehold-1",
            .day = "2027-01-12",
            .words = {"Portalen er stengt fra klokken 20.", "Portalen er stengd frå klokka 20.",
                      "The portal is closed from 20:00."},
            .to = to};
  }
  ServiceOrdered order(const ServiceMessage& message, bool only_count = false) {
    return testing::expect(notify->service_messages.order(message, only_count));
  }
  std::string refusal(const ServiceMessage& message) {
    const auto done = notify->service_messages.order(message, false);
    return done ? "ordered" : done.error().code;
  }
  std::vector<std::string> told() {
    std::vector<std::string> to;
    for (const auto& mail : relay.sent()) to.push_back(mail.to);
    return to;
  }
  std::int64_t orders_placed() {
    return database().read(
        [&](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM notify_order"); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ServiceMessagesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ServiceMessagesTest, go_to_addresses_that_organisations_added_themselves_and_to_no_registers) {
  add_own(manager, firm, "drift@fjord.example");
  add_own_as_staff(caseworker, "kattugle@datatilsynet.example");
  EXPECT_EQ(order(a_message(), true).ordered, 1);
  EXPECT_EQ(orders_placed(), 0) << "counting orders nothing";
  EXPECT_EQ(order(a_message()).ordered, 1);
  deliver();
  EXPECT_THAT(told(), UnorderedElementsAre("drift@fjord.example")) << "the firm has two official addresses";
  EXPECT_THAT(relay.sent()[0].plain,
              AllOf(HasSubstr("Portalen er stengt fra klokken 20."), Not(HasSubstr("closed")), Not(HasSubstr("http"))));
  EXPECT_EQ(order(a_message(ServiceAudience::agencies)).ordered, 1);
  deliver();
  EXPECT_THAT(told(), UnorderedElementsAre("drift@fjord.example", "kattugle@datatilsynet.example"));
}

TEST_P(ServiceMessagesTest, are_told_once_under_one_key_however_often_they_are_ordered) {
  add_own(manager, firm, "drift@fjord.example");
  (void)order(a_message());
  deliver();
  add_own(registers.actor("accountant"), business, "post@sirlig.example");
  const auto again = order(a_message());
  EXPECT_EQ(again.ordered, 1) << "who added one since";
  EXPECT_EQ(again.told_before, 1);
  deliver();
  EXPECT_EQ(order(a_message()).ordered, 0);
  EXPECT_EQ(relay.sent().size(), 2U);
}

TEST_P(ServiceMessagesTest, reach_nobody_at_a_personal_address_who_acts_for_the_organisation_no_more) {
  add_own(colleague, firm, "kollega@fjord.example");
  (void)order(a_message());
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM role_fact WHERE holder = ?", {colleague.party});
    return {};
  }));
  registers.registry->reload();
  deliver();
  EXPECT_TRUE(relay.sent().empty());
}

TEST_P(ServiceMessagesTest, are_refused_with_what_is_wrong_and_nobody_is_told) {
  add_own(manager, firm, "drift@fjord.example");
  auto message = a_message();
  message.key = "Vedlikehold 1";
  EXPECT_EQ(refusal(message), "notify.error.cause");
  message = a_message();
  message.day = "i morgen";
  EXPECT_EQ(refusal(message), "notify.error.field");
  message = a_message();
  message.words[2] = "See https://example.com for more.";
  EXPECT_EQ(refusal(message), "notify.error.field");
  message = a_message();
  message.words[1] = "";
  EXPECT_EQ(refusal(message), "notify.error.field");
  EXPECT_EQ(orders_placed(), 0);
}

}  // namespace
}  // namespace alting::notify
