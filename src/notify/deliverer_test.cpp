#include "notify/deliverer.h"

#include "notify/testing/notify_fixture.h"

namespace alting::notify {
namespace {

using net::MailOutcome;
using ::testing::EndsWith;
using testing::expect;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class DelivererTest : public testing::NotifyFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, DelivererTest, store::testing::engines(), store::testing::engine_name);

TEST_P(DelivererTest, hands_a_notice_to_an_organisations_official_address_and_says_so) {
  const auto cause = place(an_order(business));
  EXPECT_EQ(state(cause).step, NoticeStep::ordered);
  EXPECT_EQ(deliver(), 1);
  ASSERT_EQ(relay.sent().size(), 1U);
  const auto mail = relay.sent().front();
  EXPECT_THAT(mail.to, StartsWith("varsel@"));
  EXPECT_THAT(mail.plain, HasSubstr("Sirlig Regnskap AS"));
  EXPECT_THAT(mail.plain, HasSubstr("portal.example"));
  EXPECT_THAT(mail.return_path, StartsWith("bounce+"));
  const auto told = state(cause);
  EXPECT_EQ(told.step, NoticeStep::handed_over);
  EXPECT_EQ(told.channel, "email");
  EXPECT_EQ(told.code, "2.0.0");
  EXPECT_EQ(logged("notice.handed_over", business), 1);
  EXPECT_EQ(deliver(), 0);
}

TEST_P(DelivererTest, keeps_of_an_address_its_masked_text_and_a_hash_for_a_week) {
  place(an_order(manager.party));
  deliver();
  const auto address = relay.sent().at(0).to;
  const auto page = notify->orders.notices_of(manager);
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].masked, parties::masked_address(address));
  EXPECT_EQ(page.rows[0].source, "krr");
  EXPECT_EQ(page.rows[0].outcome, AttemptOutcome::accepted);
  const auto hash = [&] {
    return database().read([](store::Tx& tx) {
      return store::read_one<std::optional<std::string>>(tx, "SELECT address_hash FROM notify_attempt");
    });
  };
  EXPECT_EQ(hash(), contacts->address_hash(address));
  pass_time(base::Duration::days(6));
  EXPECT_EQ(forget_address_hashes(database(), registers.clock.now()), 0);
  pass_time(base::Duration::days(2));
  const store::HoldsNow held = [&](store::Tx&) {
    return store::Holds({store::Hold{.of = {store::HeldParty{manager.party, "", {}, {}}}}});
  };
  EXPECT_EQ(forget_address_hashes(database(), registers.clock.now(), held), 0);
  EXPECT_EQ(forget_address_hashes(database(), registers.clock.now()), 1);
  EXPECT_EQ(hash(), std::nullopt);
}

TEST_P(DelivererTest, lets_what_comes_close_after_another_go_together) {
  const auto first = place(an_order(business));
  deliver();
  std::vector<std::string> later;
  for (int i = 0; i < 3; ++i) later.push_back(place(an_order(business)));
  auto other_service = an_order(business);
  other_service.service = terms::AppId{"dat", "avviksmelding"};
  place(other_service);
  deliver();
  EXPECT_EQ(relay.sent().size(), 2U) << "what is of another service goes by itself";
  for (const auto& cause : later) {
    EXPECT_EQ(state(cause).waits, NoticeWait::others);
    const auto next = state(cause).next;
    ASSERT_TRUE(next);
    EXPECT_GT(*next, registers.clock.now());
    EXPECT_LE(*next, registers.clock.now() + base::Duration::minutes(10));
  }
  pass_time(base::Duration::minutes(10));
  deliver();
  ASSERT_EQ(relay.sent().size(), 3U);
  EXPECT_THAT(relay.sent()[2].plain, HasSubstr("3 nye meldinger"));
  for (const auto& cause : later) {
    EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
    EXPECT_EQ(state(cause).together, 3);
  }
  EXPECT_EQ(state(first).together, 1);
}

TEST_P(DelivererTest, tells_a_recipient_of_no_more_in_an_hour_than_the_limit) {
  notify = make_process(database(), {.quiet = base::Duration::minutes(1), .per_hour = 2});
  for (int i = 0; i < 4; ++i) {
    place(an_order(business));
    deliver();
    pass_time(base::Duration::minutes(2));
  }
  EXPECT_EQ(relay.sent().size(), 2U);
  pass_time(base::Duration::hours(1));
  deliver();
  ASSERT_EQ(relay.sent().size(), 3U) << "nothing is lost: it goes together";
  EXPECT_THAT(relay.sent()[2].plain, HasSubstr("2 nye meldinger"));
}

TEST_P(DelivererTest, counts_what_came_at_once_too) {
  notify = make_process(database(), {.quiet = base::Duration{0}, .per_hour = 2});
  for (int i = 0; i < 5; ++i) place(an_order(business));
  deliver();
  EXPECT_EQ(relay.sent().size(), 2U);
  pass_time(base::Duration::minutes(61));
  deliver();
  EXPECT_EQ(relay.sent().size(), 4U);
  pass_time(base::Duration::minutes(61));
  deliver();
  EXPECT_EQ(relay.sent().size(), 5U) << "nothing is lost";
}

TEST_P(DelivererTest, places_one_order_for_the_same_twice) {
  auto order = an_order(business);
  order.duplicate_key = "once";
  place(order);
  order.cause = "test:other";
  place(order);
  deliver();
  EXPECT_EQ(relay.sent().size(), 1U);
  EXPECT_TRUE(notify->orders.states({"test:other"}).empty());
}

TEST_P(DelivererTest, tries_what_the_relay_puts_off_with_growing_pauses_for_four_days) {
  relay.say(MailOutcome::later, "4.7.1", 1'000);
  const auto cause = place(an_order(business));
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::queued);
  deliver();
  EXPECT_EQ(relay.sent().size(), 1U) << "not before a minute has passed";
  EXPECT_EQ(state(cause).waits, NoticeWait::relay);
  EXPECT_TRUE(state(cause).next);
  std::int64_t days = 0;
  for (; days < 6 && state(cause).step == NoticeStep::queued; ++days)
    for (int minutes = 0; minutes < 24 * 60; minutes += 10) {
      pass_time(base::Duration::minutes(10));
      deliver();
    }
  EXPECT_EQ(state(cause).step, NoticeStep::failed);
  EXPECT_EQ(state(cause).reason, "expired");
  EXPECT_EQ(days, 4);
  EXPECT_LT(relay.sent().size(), 30U);
  const auto mails = relay.sent();
  for (const auto& mail : mails) EXPECT_EQ(mail.message_id, mails[0].message_id);
  EXPECT_EQ(logged("notice.failed", business), 1);
}

TEST_P(DelivererTest, sends_again_after_a_lost_connection_with_the_same_id_and_says_that_it_may_have_gone_twice) {
  relay.say(MailOutcome::unsure, "");
  const auto cause = place(an_order(business));
  deliver();
  EXPECT_FALSE(state(cause).may_have_gone_twice);
  pass_time(base::Duration::minutes(2));
  deliver();
  ASSERT_EQ(relay.sent().size(), 2U);
  EXPECT_EQ(relay.sent()[0].message_id, relay.sent()[1].message_id);
  EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
  EXPECT_TRUE(state(cause).may_have_gone_twice);
}

TEST_P(DelivererTest, stops_at_the_first_sign_that_the_relay_is_not_there_and_goes_on_when_it_is) {
  relay.say(MailOutcome::later, "");
  std::vector<std::string> causes;
  for (const auto* name : {"Fjord og Fjell AS", "Ekte Eplehage AS", "Sirlig Regnskap AS", "Vaken Revisjon AS"})
    causes.push_back(place(an_order(registers.organisation(name).id)));
  deliver();
  EXPECT_EQ(relay.sent().size(), 1U);
  pass_time(base::Duration::minutes(2));
  deliver();
  for (const auto& cause : causes) {
    EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
    EXPECT_FALSE(state(cause).may_have_gone_twice);
  }
}

TEST_P(DelivererTest, does_not_use_an_address_that_the_relay_says_is_none) {
  relay.say(MailOutcome::refused, "5.1.1");
  const auto cause = place(an_order(manager.party));
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::failed);
  EXPECT_EQ(state(cause).reason, "refused");
  EXPECT_EQ(contacts->bounced(manager).size(), 1U) << "the person is told at the next login";
  auto another = an_order(manager.party);
  another.template_name = "message_confidential";
  another.fields["service"] = "dat/brev";
  EXPECT_EQ(deliver(), 0);
  const auto next = place(another);
  deliver();
  EXPECT_EQ(relay.sent().size(), 1U);
  EXPECT_EQ(state(next).reason, "bounced");
}

TEST_P(DelivererTest, does_not_tell_who_has_opted_out_unless_that_is_overridden_and_logged) {
  krr.change = [](parties::KrrPerson& person) { person.reserved = true; };
  const auto cause = place(an_order(manager.party));
  deliver();
  EXPECT_EQ(relay.sent().size(), 0U);
  EXPECT_EQ(state(cause).step, NoticeStep::reserved);
  ASSERT_EQ(notify->orders.notices_of(manager).rows.size(), 1U);
  EXPECT_EQ(notify->orders.notices_of(manager).rows[0].outcome, AttemptOutcome::reserved);
  auto overriding = an_order(manager.party);
  overriding.ignore_reservation = true;
  EXPECT_FALSE(try_to_place(overriding)) << "without a reason";
  overriding.override_reason = "Liv og helse.";
  place(overriding);
  deliver();
  EXPECT_EQ(relay.sent().size(), 1U);
  EXPECT_EQ(logged("notice.reservation_overridden", manager.party), 1);
}

TEST_P(DelivererTest, says_nothing_sensitive_to_an_address_that_others_use_too) {
  krr.change = [](parties::KrrPerson& person) { person.email.shared = true; };
  place(an_order(manager.party));
  deliver();
  ASSERT_EQ(relay.sent().size(), 1U);
  EXPECT_THAT(relay.sent()[0].plain, Not(HasSubstr("Datatilsynet")));
  auto confidential = an_order(manager.party);
  confidential.template_name = "message_confidential";
  confidential.fields["service"] = "dat/brev";
  const auto cause = place(confidential);
  deliver();
  EXPECT_EQ(relay.sent().size(), 1U);
  EXPECT_EQ(state(cause).reason, "shared");
}

TEST_P(DelivererTest, waits_while_the_register_does_not_answer) {
  krr.down = true;
  const auto cause = place(an_order(manager.party));
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::ordered);
  EXPECT_EQ(state(cause).waits, NoticeWait::registers);
  krr.down = false;
  pass_time(base::Duration::minutes(2));
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
}

TEST_P(DelivererTest, asks_again_for_whom_the_register_said_nothing_of) {
  krr.change = [](parties::KrrPerson& person) { person = {}; };
  const auto cause = place(an_order(manager.party));
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::ordered) << "that is no answer";
  krr.change = {};
  pass_time(base::Duration::minutes(2));
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
}

TEST_P(DelivererTest, takes_nothing_along_that_was_asked_for_already) {
  krr.down = true;
  const auto first = place(an_order(manager.party));
  deliver();
  pass_time(base::Duration::minutes(2));
  const auto second = place(an_order(manager.party));
  deliver();
  krr.down = false;
  for (int i = 0; i < 30; ++i) {
    pass_time(base::Duration::minutes(2));
    deliver();
  }
  EXPECT_EQ(state(first).step, NoticeStep::handed_over);
  EXPECT_EQ(state(second).step, NoticeStep::handed_over);
  EXPECT_EQ(relay.sent().size(), 2U) << "each once";
}

TEST_P(DelivererTest, uses_a_personal_address_only_while_its_person_may_read_the_service_for_the_party) {
  add_own(manager, firm, "leder@fjord.example");
  place(an_order(firm));
  deliver();
  std::vector<std::string> to;
  for (const auto& mail : relay.sent()) to.push_back(mail.to);
  EXPECT_THAT(to, ::testing::Contains("leder@fjord.example"));
  EXPECT_EQ(notify->orders.notices_of(manager).rows.size(), 1U) << "it is theirs to see";
  // No role opens what is confidential.
  auto confidential = an_order(firm);
  confidential.template_name = "message_confidential";
  confidential.fields["service"] = "dat/brev";
  confidential.confidential = true;
  place(confidential);
  const auto before = relay.sent().size();
  deliver();
  const auto all = relay.sent();
  ASSERT_EQ(all.size(), before + 2) << "its two official ones";
  for (auto i = before; i < all.size(); ++i) EXPECT_NE(all[i].to, "leder@fjord.example");
  EXPECT_THAT(all.back().plain, HasSubstr("under Tilgang")) << "it says which right is to be given";
}

TEST_P(DelivererTest, tells_an_agencys_clerks_at_the_addresses_they_added) {
  const auto agency = registers.organisation("Datatilsynet").id;
  auto order = an_order(agency);
  order.template_name = "agency_notice";
  order.service = guidance;
  order.fields = {{"service", guidance.text()}};
  const auto cause = place(order);
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::no_address) << "not to where its post goes";
  add_own(registers.actor("second_caseworker"), agency, "sak@datatilsynet.example");
  place(an_order(business));
  order.cause = "test:second";
  place(order);
  deliver();
  EXPECT_EQ(state("test:second").step, NoticeStep::handed_over);
}

TEST_P(DelivererTest, tells_a_clerk_at_their_own_address_while_they_are_of_the_staff) {
  const auto agency = registers.organisation("Datatilsynet").id;
  add_own_as_staff(caseworker, "kattugle@datatilsynet.example");
  auto order = an_order(agency);
  order.template_name = "agency_notice";
  order.service = guidance;
  order.fields = {{"service", guidance.text()}};
  order.cause = "test:first";
  place(order);
  // What is meant for the agency as anybody's is not theirs to read.
  auto message = an_order(agency);
  message.cause = "test:message";
  place(message);
  deliver();
  EXPECT_EQ(state("test:first").step, NoticeStep::handed_over);
  std::size_t theirs = 0;
  for (const auto& mail : relay.sent()) theirs += mail.to == "kattugle@datatilsynet.example" ? 1 : 0;
  EXPECT_EQ(theirs, 1U);
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM role_fact WHERE holder = ? AND role = 'SAKSB'", {caseworker.party});
    return {};
  }));
  registers.registry->reload();
  pass_time(base::Duration::hours(1));
  order.cause = "test:second";
  place(order);
  deliver();
  EXPECT_EQ(state("test:second").step, NoticeStep::no_address);
}

TEST_P(DelivererTest, does_not_send_what_was_cancelled) {
  auto order = an_order(business);
  order.due = registers.clock.now() + base::Duration::hours(1);
  const auto id = base::Uuid::v7(registers.random, registers.clock.now()).text();
  ASSERT_TRUE(database().write([&](store::Tx& tx) { return notify->orders.place(tx, order, id); }));
  EXPECT_EQ(deliver(), 0) << "it is not time";
  EXPECT_EQ(state(order.cause).waits, NoticeWait::time);
  EXPECT_EQ(state(order.cause).next, order.due);
  ASSERT_TRUE(database().write([&](store::Tx& tx) { return notify->orders.cancel(tx, id, "asked"); }));
  pass_time(base::Duration::hours(2));
  EXPECT_EQ(deliver(), 0);
  EXPECT_EQ(state(order.cause).step, NoticeStep::cancelled);
}

TEST_P(DelivererTest, sends_the_others_when_the_one_they_were_to_go_with_is_cancelled) {
  place(an_order(business));
  deliver();
  auto leader = an_order(business);
  const auto id = base::Uuid::v7(registers.random, registers.clock.now()).text();
  ASSERT_TRUE(database().write([&](store::Tx& tx) { return notify->orders.place(tx, leader, id); }));
  pass_time(base::Duration::milliseconds(1));
  const auto other = place(an_order(business));
  pass_time(base::Duration::minutes(11));
  store::failpoint::arm("notify.claimed", store::failpoint::Action::error);
  EXPECT_THROW((void)deliver(), store::DatabaseError);  // they go together by now
  store::failpoint::disarm();
  ASSERT_TRUE(database().write([&](store::Tx& tx) { return notify->orders.cancel(tx, id, "asked"); }));
  pass_time(lane_lease);
  pass_time(base::Duration::seconds(1));
  deliver();
  EXPECT_EQ(state(leader.cause).step, NoticeStep::cancelled);
  EXPECT_EQ(state(other).step, NoticeStep::handed_over);
  EXPECT_EQ(relay.sent().size(), 2U);
}

TEST_P(DelivererTest, loses_nothing_when_it_stops_at_any_step) {
  for (const char* step : {"notify.claimed", "notify.queued", "notify.one_sent", "notify.sent", "notify.settled"}) {
    SCOPED_TRACE(step);
    const auto before = relay.sent().size();
    const auto cause = place(an_order(business));
    store::failpoint::arm(step, store::failpoint::Action::error);
    EXPECT_THROW((void)deliver(), store::DatabaseError);
    store::failpoint::disarm();
    EXPECT_EQ(deliver(), 0) << "the lane is leased";
    pass_time(lane_lease);
    pass_time(base::Duration::seconds(1));
    deliver();
    EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
    const auto sent = relay.sent().size() - before;
    EXPECT_GE(sent, 1U);
    EXPECT_TRUE(sent == 1 || state(cause).may_have_gone_twice);
    pass_time(base::Duration::minutes(10));  // past the quiet after it
  }
}

TEST_P(DelivererTest, writes_again_what_could_not_be_written_and_lets_no_lane_lie) {
  for (const char* step : {"notify.queueing", "notify.settling"}) {
    SCOPED_TRACE(step);
    const auto before = relay.sent().size();
    const auto cause = place(an_order(business));
    store::failpoint::arm(step, store::failpoint::Action::error);
    EXPECT_EQ(deliver(), 1);
    EXPECT_TRUE(store::failpoint::fired());
    store::failpoint::disarm();
    EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
    EXPECT_FALSE(state(cause).may_have_gone_twice);
    EXPECT_EQ(relay.sent().size(), before + 1);
    pass_time(base::Duration::minutes(10));  // past the quiet after it
  }
}

TEST_P(DelivererTest, believes_no_lease_of_a_clock_that_was_wrong) {
  const auto cause = place(an_order(business));
  (void)database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE notify_lane SET leased_until = ?", {registers.clock.now() + base::Duration::days(300)});
    return {};
  });
  deliver();
  EXPECT_EQ(state(cause).step, NoticeStep::handed_over);
}

TEST_P(DelivererTest, keeps_the_mail_of_a_demo_as_it_left) {
  auto needs = needs_of(database());
  needs.public_url = "http://localhost:8080";
  const auto demo = expect(make_notify(std::move(needs)));
  place(an_order(business));
  EXPECT_EQ(demo->deliverer.deliver_due(), 1);
  const auto page = demo->copies.list();
  ASSERT_EQ(page.rows.size(), 1U);
  const auto copy = demo->copies.find(page.rows[0].id);
  ASSERT_TRUE(copy);
  EXPECT_THAT(copy->headers, HasSubstr("Auto-Submitted: auto-generated"));
  EXPECT_THAT(copy->text, StartsWith(copy->headers));
  EXPECT_THAT(copy->plain, HasSubstr("localhost:8080"));
  EXPECT_FALSE(demo->copies.find("x"));
}

}  // namespace
}  // namespace alting::notify
