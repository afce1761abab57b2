#include "notify/bounces.h"

#include "notify/testing/notify_fixture.h"

namespace alting::notify {
namespace {

class BouncesTest : public testing::NotifyFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, BouncesTest, store::testing::engines(), store::testing::engine_name);

TEST_P(BouncesTest, mark_an_address_that_does_not_work_and_the_notice_that_went_there) {
  const auto cause = place(an_order(manager.party));
  deliver();
  letters.put(report_on(relay.sent().at(0)));
  EXPECT_EQ(notify->bounces.read_some(), 1);
  EXPECT_TRUE(letters.mails.empty());
  EXPECT_EQ(contacts->bounced(manager).size(), 1U);
  deliver();  // there is no other address
  EXPECT_EQ(state(cause).step, NoticeStep::failed);
  EXPECT_EQ(state(cause).reason, "bounced");
  EXPECT_EQ(state(cause).code, "5.1.1");
  EXPECT_EQ(relay.sent().size(), 1U);
  EXPECT_EQ(logged("notice.failed", manager.party), 1);
}

TEST_P(BouncesTest, let_a_notice_fall_to_the_next_address) {
  const auto cause = place(an_order(manager.party));
  deliver();
  const auto mail = relay.sent().at(0);
  krr.change = [&](parties::KrrPerson& person) { person.email.value = "ny@eksempel.example"; };
  letters.put(report_on(mail));
  EXPECT_EQ(notify->bounces.read_some(), 1);
  deliver();
  ASSERT_EQ(relay.sent().size(), 2U);
  EXPECT_EQ(relay.sent()[1].to, "ny@eksempel.example");
  EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
}

TEST_P(BouncesTest, that_come_before_their_mail_is_noted_say_more_than_that_a_server_took_it) {
  relay.meanwhile = [&](const net::Mail& mail) {
    letters.put(report_on(mail));
    EXPECT_EQ(notify->bounces.read_some(), 1);
  };
  const auto cause = place(an_order(manager.party));
  deliver();
  EXPECT_NE(state(cause).step, NoticeStep::handed_over);
  krr.change = [&](parties::KrrPerson& person) { person.email.value = "ny@eksempel.example"; };
  deliver();
  ASSERT_EQ(relay.sent().size(), 2U) << "the next address is tried";
  EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
}

TEST_P(BouncesTest, come_twice_or_late_or_forged_and_change_nothing) {
  const auto cause = place(an_order(business));
  deliver();
  auto forged = relay.sent().at(0);
  forged.return_path.replace(forged.return_path.find('@') - 1, 1, "-");
  letters.put(report_on(forged));
  letters.put("From: a@b.example\r\nSubject: Fravær\r\nAuto-Submitted: auto-replied\r\n\r\nJeg har ferie.\r\n");
  letters.put(report_on(relay.sent().at(0), "delayed", "4.4.1"));
  EXPECT_EQ(notify->bounces.read_some(), 3);
  EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
  letters.put(report_on(relay.sent().at(0)));
  letters.put(report_on(relay.sent().at(0)));
  EXPECT_EQ(notify->bounces.read_some(), 2);
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::failed);
  EXPECT_EQ(logged("notice.failed", business), 1);
  EXPECT_EQ(deliver(), 0);
}

TEST_P(BouncesTest, lie_where_they_are_while_the_register_cannot_say_whose_address_it_was) {
  place(an_order(manager.party));
  deliver();
  letters.put(report_on(relay.sent().at(0)));
  krr.down = true;
  EXPECT_EQ(notify->bounces.read_some(), 0);
  EXPECT_EQ(letters.mails.size(), 1U);
  krr.down = false;
  EXPECT_EQ(notify->bounces.read_some(), 1);
}

}  // namespace
}  // namespace alting::notify
