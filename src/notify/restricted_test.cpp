// Nobody is looked up or told for what is restricted; that it is restricted, and will not be, is told all the same.
#include "access/restrictions.h"
#include "access/topics.h"
#include "notify/testing/notify_fixture.h"

namespace alting::notify {
namespace {

using testing::expect;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RestrictedNotices : public testing::NotifyFixture {
 protected:
  access::RestrictionId impose(terms::PartyId party, bool by_operator = false) {
    const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
    const access::RestrictionJudge judge{by_operator ? nullptr : &scope, by_operator ? "Kari Nordmann" : ""};
    return expect(
        access->restrictions().impose(judge, {.party = party, .ground = "contested"}, registers.clock.now(), post()));
  }
  void tell(const access::RestrictionId& id, std::string_view what) {
    store::OutboxMessage message;
    message.id = base::Uuid::v7(registers.random, registers.clock.now());
    message.payload = base::Json::object({{"restriction", id.text()}, {"what", what}}).dump();
    const auto delivered = notify->telling.restriction_changed(message);
    ASSERT_EQ(delivered.delivery, store::Delivery::done);
    ASSERT_TRUE(delivered.write);
    ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
      delivered.write(tx);
      return {};
    }));
    registers.clock.advance(base::Duration::milliseconds(1));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, RestrictedNotices, store::testing::engines(), store::testing::engine_name);

TEST_P(RestrictedNotices, are_not_sent_towards_the_agency_nor_towards_who_runs_the_portal) {
  (void)impose(business);
  (void)impose(manager.party, true);
  const auto of_business = place(an_order(business)), of_person = place(an_order(manager.party));
  auto elsewhere = an_order(business);
  elsewhere.service = terms::AppId{"nav", "brev"};
  const auto of_other = place(elsewhere);
  deliver();
  EXPECT_EQ(state(of_business).step, NoticeStep::cancelled);
  EXPECT_EQ(state(of_business).reason, "restricted");
  EXPECT_EQ(state(of_person).reason, "restricted");
  EXPECT_EQ(state(of_other).step, NoticeStep::handed_over) << "another agency's is its own";
  EXPECT_EQ(relay.sent().size(), 1U);
}

TEST_P(RestrictedNotices, tell_the_party_of_the_restriction_itself_and_of_its_end) {
  const auto id = impose(business);
  tell(id, access::told_imposed);
  deliver();
  ASSERT_EQ(relay.sent().size(), 1U) << "the agency has no address";
  EXPECT_THAT(relay.sent()[0].plain, HasSubstr("er begrenset"));
  EXPECT_THAT(relay.sent()[0].plain, Not(HasSubstr("opphev")));
  const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
  ASSERT_TRUE(access->restrictions().announce_lift({&scope, {}}, id, {}, registers.clock.now(), post()));
  tell(id, access::told_announced);
  pass_time(base::Duration::minutes(30));
  deliver();
  ASSERT_EQ(relay.sent().size(), 2U);
  EXPECT_THAT(relay.sent()[1].plain, HasSubstr("Den oppheves"));
  const auto told = [&] {
    return database().read([&](store::Tx& tx) { return access::find_restriction(tx, id).value().told; });
  };
  ASSERT_EQ(told().size(), 3U);
  EXPECT_EQ(told()[0].whom, "party");
  EXPECT_EQ(told()[1].whom, "dat");
  EXPECT_EQ(told()[2].what, access::told_announced);
  const auto came_of = [&](const access::Told& one) {
    const auto cause = cause_of_told(id, one);
    return notify->orders.states({cause}).at(cause).step;
  };
  EXPECT_EQ(came_of(told()[0]), NoticeStep::handed_over);
  EXPECT_EQ(came_of(told()[1]), NoticeStep::no_address);
  const auto moved_to = registers.clock.now() + base::Duration::days(40);
  ASSERT_TRUE(access->restrictions().announce_lift({&scope, {}}, id, moved_to, registers.clock.now(), post()));
  tell(id, access::told_announced);
  pass_time(base::Duration::minutes(30));
  deliver();
  EXPECT_EQ(relay.sent().size(), 3U) << "the day was moved: it is told again";
  ASSERT_EQ(told().size(), 4U);
  EXPECT_EQ(told()[3].day, base::to_date_oslo(moved_to));
}

TEST_P(RestrictedNotices, of_what_the_portal_keeps_tell_the_staff_of_each_agency_that_has_got_something) {
  add_own_as_staff(caseworker, "kattugle@datatilsynet.example");
  const auto to_staff = [&] {
    auto mails = relay.sent();
    std::erase_if(mails, [](const net::Mail& mail) { return mail.to != "kattugle@datatilsynet.example"; });
    return mails;
  };
  const auto nobody = impose(manager.party, true);
  tell(nobody, access::told_imposed);
  deliver();
  EXPECT_THAT(to_staff(), IsEmpty()) << "no agency has got anything of the manager's own";
  const auto form = begin();
  (void)send(form, fill(form).version, post());
  const auto id = impose(firm, true);
  tell(id, access::told_imposed);
  deliver();
  ASSERT_EQ(to_staff().size(), 1U);
  EXPECT_THAT(to_staff()[0].plain, HasSubstr("krav om personvern"));
  EXPECT_THAT(to_staff()[0].plain, Not(HasSubstr("Fjord"))) << "a mail names nobody whose data it is";
  ASSERT_TRUE(access->restrictions().announce_lift({nullptr, "Kari Nordmann"}, id, {}, registers.clock.now(), post()));
  tell(id, access::told_announced);
  pass_time(base::Duration::minutes(30));
  deliver();
  EXPECT_EQ(to_staff().size(), 1U) << "the day is for the party alone";
}

TEST_P(RestrictedNotices, do_not_tell_an_agencys_staff_of_what_they_may_not_open) {
  store::OutboxMessage message;
  message.id = base::Uuid::v7(registers.random, registers.clock.now());
  message.payload = base::Json::object({{"party", firm.value}, {"instance", post()}, {"app", guidance.text()}}).dump();
  EXPECT_TRUE(notify->telling.form_sent(message).write);
  (void)impose(firm);
  EXPECT_FALSE(notify->telling.form_sent(message).write);
}

TEST_P(RestrictedNotices, do_not_tell_them_of_what_is_added_to_it_either) {
  const auto form = begin();
  (void)send(form, fill(form).version, post());
  const auto addition = begin(form);
  (void)send(addition, save(manager, addition, {{"mer.tekst", "Enda et spørsmål"}}).draft.version, post());
  store::OutboxMessage message;
  message.id = base::Uuid::v7(registers.random, registers.clock.now());
  message.payload =
      base::Json::object({{"party", firm.value}, {"instance", addition.text()}, {"app", guidance.text()}}).dump();
  EXPECT_TRUE(notify->telling.form_sent(message).write);
  const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
  (void)expect(access->restrictions().impose({&scope, {}}, {.party = firm, .item = form.text(), .ground = "contested"},
                                             registers.clock.now(), post()));
  EXPECT_FALSE(notify->telling.form_sent(message).write);
}

}  // namespace
}  // namespace alting::notify
