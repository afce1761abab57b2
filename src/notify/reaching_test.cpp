// What is said before a message is sent is what becomes of its notice: one rule, asked twice.
#include "notify/reaching.h"

#include "notify/testing/notify_fixture.h"

namespace alting::notify {
namespace {

class ReachingTest : public testing::NotifyFixture {
 protected:
  // Whether the notice of such a message is handed over, as was said beforehand; and the reason that was said.
  std::string told(terms::PartyId recipient, ReachQuestion question) {
    const auto answers = notify->reaching.of(question, {recipient, recipient});
    EXPECT_EQ(answers.size(), 2U) << "one for each";
    auto order = an_order(recipient);
    order.template_name = question.confidential ? "message_confidential" : "message";
    if (question.confidential) order.fields["service"] = question.service.text();
    order.service = question.service;
    order.confidential = question.confidential;
    order.ignore_reservation = question.ignore_reservation;
    if (question.ignore_reservation) order.override_reason = "Det haster.";
    const auto cause = place(order);
    deliver();
    EXPECT_EQ(state(cause).step == NoticeStep::handed_over, answers.front().by_mail) << answers.front().reason;
    pass_time(base::Duration::hours(2));
    return answers.front().by_mail ? "by mail" : answers.front().reason;
  }
  void forget_official(std::string_view name) {
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      tx.run("DELETE FROM local_organisation_contact WHERE organisation_number = ?",
             {registers.organisation(name).organisation_number});
      return {};
    }));
  }
  ReachQuestion letter{.service = {"dat", "brev"}}, confidential{.service = {"dat", "brev"}, .confidential = true},
      urgent{.service = {"dat", "brev"}, .ignore_reservation = true};
};
INSTANTIATE_TEST_SUITE_P(Engines, ReachingTest, store::testing::engines(), store::testing::engine_name);

TEST_P(ReachingTest, says_of_a_person_what_becomes_of_the_notice) {
  const auto me = manager.party;
  EXPECT_EQ(told(me, letter), "by mail");
  krr.change = [](parties::KrrPerson& person) { person.email.shared = true; };
  EXPECT_EQ(told(me, letter), "by mail");
  EXPECT_EQ(told(me, confidential), "shared");
  krr.change = [](parties::KrrPerson& person) { person.reserved = true; };
  EXPECT_EQ(told(me, letter), "reserved");
  EXPECT_EQ(told(me, urgent), "by mail");
  krr.change = [](parties::KrrPerson& person) { person.email.value.clear(); };
  EXPECT_EQ(told(me, letter), "");
  krr.change = {};
  EXPECT_EQ(told(registers.actor("foreign_worker").party, letter), "stale");
  EXPECT_TRUE(notify->reaching.of(letter, {me}).front().noted);
  krr.down = true;
  EXPECT_EQ(notify->reaching.of(letter, {me}).front().reason, "no_answer");
  EXPECT_FALSE(notify->reaching.of(letter, {me}).front().noted);
}

TEST_P(ReachingTest, counts_a_personal_address_of_a_business_only_for_what_its_person_may_read) {
  EXPECT_EQ(told(firm, letter), "by mail");
  forget_official("Fjord og Fjell AS");
  EXPECT_EQ(told(firm, letter), "");
  add_own(manager, firm, "leder@fjord.example");
  EXPECT_EQ(told(firm, letter), "by mail");
  EXPECT_EQ(told(firm, confidential), "") << "no role opens it";
}

TEST_P(ReachingTest, shows_a_person_that_they_were_looked_up_for_a_preview) {
  (void)notify->reaching.of(letter, {manager.party});
  const auto rows = contacts->look_ups(manager).rows;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().purpose, "preview");
  EXPECT_EQ(rows.front().on_behalf_of, "dat");
}

}  // namespace
}  // namespace alting::notify
