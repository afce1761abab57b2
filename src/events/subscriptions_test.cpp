// Who may have whom told of what, and what stands of it afterwards.
#include "events/testing/events_fixture.h"

namespace alting::events {
namespace {

using ::testing::ElementsAre;
using testing::expect;
class EventSubscriptions : public testing::EventsFixture {
 protected:
  static constexpr const char* url = "https://sak.example/hendelser";
  // Who takes a supplier's right back.
  terms::Permit of_head(terms::Action action = terms::Action::delegate) {
    return expect(access->decider().decide(registers.actor("second_caseworker"), action, {.party = agency}));
  }
  std::string firm_number() { return registers.organisation("Fjord og Fjell AS").organisation_number; }
  const std::string supplier = registers.organisation("Sirlig Regnskap AS").organisation_number;
};
INSTANTIATE_TEST_SUITE_P(Engines, EventSubscriptions, store::testing::engines(), store::testing::engine_name);

TEST_P(EventSubscriptions, stand_there_at_once_and_wait_for_their_end_point) {
  const auto made = subscribe(url, {.type = std::string(type::high_risk)});
  EXPECT_EQ(made.id, 1);
  EXPECT_EQ(made.state, SubscriptionState::validating);
  EXPECT_EQ(made.owner, agency);
  const auto all = expect(subscriptions.list(scope()));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].end_point, url);
  EXPECT_EQ(all[0].filter, (Filter{.type = std::string(type::high_risk)}));
  EXPECT_EQ(find(1).waiting, 0);
  EXPECT_FALSE(subscriptions.find(scope(), 2));
}

TEST_P(EventSubscriptions, refuse_addresses_and_filters_that_cannot_be) {
  const auto ground = scope();
  const auto code = [&](const NewSubscription& wanted) {
    const auto added = subscriptions.add({ground}, wanted, registers.clock.now(), "");
    return added ? std::string() : added.error().code;
  };
  EXPECT_EQ(code({"http://sak.example/"}), "error.net.not_encrypted");
  EXPECT_EQ(code({""}), "error.events.end_point");
  EXPECT_EQ(code({"https://sak.example/" + std::string(2'000, 'x')}), "error.events.end_point");
  EXPECT_EQ(code({url, {.type = "app.instance.created"}}), "error.events.filter");
  EXPECT_TRUE(expect(subscriptions.list(scope())).empty());
}

TEST_P(EventSubscriptions, are_changed_by_the_agencys_systems_and_by_who_manages_its_organisation) {
  const auto of_staff = expect(access->decider().agency_scope(caseworker, "dat"));
  const auto code = [&](const Ground& ground) {
    const auto added = subscriptions.add(ground, {url}, registers.clock.now(), post());
    return added ? std::string() : added.error().code;
  };
  EXPECT_EQ(code({of_staff}), "error.events.not_manager") << "who reads does not decide who is told";
  const auto elsewhere = expect(access->decider().decide(manager, terms::Action::delegate, {.party = firm}));
  EXPECT_EQ(code({of_staff, &elsewhere}), "error.events.not_manager") << "another's permit, for another organisation";
  EXPECT_EQ(code({scope()}), "");
}

TEST_P(EventSubscriptions, that_are_posted_twice_are_one) {
  const auto ground = scope();
  const auto once = post();
  const auto first = expect(subscriptions.add({ground}, {url}, registers.clock.now(), once));
  const auto again = expect(subscriptions.add({ground}, {url}, registers.clock.now(), once));
  EXPECT_EQ(first.id, again.id);
  EXPECT_EQ(expect(subscriptions.list(scope())).size(), 1U);
  EXPECT_FALSE(subscriptions.add({ground}, {url}, registers.clock.now(), "no id"));
  // With anything else in it it is no repetition: to answer as before would say that it was done.
  for (const auto& changed : std::initializer_list<NewSubscription>{{"https://annen.example/hendelser"},
                                                                    {url, {.type = std::string(type::high_risk)}}}) {
    const auto other = subscriptions.add({ground}, changed, registers.clock.now(), once);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, "error.once.other_act");
  }
}

TEST_P(EventSubscriptions, of_the_same_are_made_again_by_a_machine_and_by_no_person) {
  const auto of_staff = expect(access->decider().agency_scope(registers.actor("second_caseworker"), "dat"));
  const auto may = of_head();
  const auto code = [&](const NewSubscription& wanted) {
    const auto added = subscriptions.add({of_staff, &may}, wanted, registers.clock.now(), post());
    return added ? std::string() : added.error().code;
  };
  EXPECT_EQ(code({url}), "");
  EXPECT_EQ(code({url}), "error.events.same");
  EXPECT_EQ(code({url, {.type = std::string(type::high_risk)}}), "") << "of something else";
  EXPECT_TRUE(subscriptions.add({scope()}, {url}, registers.clock.now(), ""))
      << "a machine says itself what it repeats";
}

TEST_P(EventSubscriptions, are_limited_and_the_limit_says_so) {
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status {
    for (std::int64_t id = 100; id < 100 + max_subscriptions; ++id)
      tx.run(
          "INSERT INTO event_subscription (id, org, owner_id, end_point, source_filter, resource_filter, "
          "subject_filter, alternative_subject_filter, type_filter, include_subunits, state, created_at, position, "
          "turn, "
          "leased_until, not_before, failures, told, slow, last_outcome, last_status) VALUES (?, 'dat', ?, "
          "'https://x', "
          "'', '', '', '', '', 0, 'active', 0, 0, 0, 0, 0, 0, 0, 0, '', 0)",
          {id, agency});
    return {};
  }));
  const auto ground = scope();
  const auto refused = subscriptions.add({ground}, {url}, registers.clock.now(), "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.events.too_many");
  EXPECT_EQ(refused.error().params.at(0).second, std::to_string(max_subscriptions));
  ASSERT_TRUE(subscriptions.end({ground}, 100, registers.clock.now(), ""));
  EXPECT_TRUE(subscriptions.add({ground}, {url}, registers.clock.now(), ""));
}

TEST_P(EventSubscriptions, that_ended_stay_to_be_seen_and_are_in_the_log) {
  const auto made = subscribe_actively(url);
  EXPECT_EQ(told("subscription.added"), 1);
  const auto ground = scope();
  ASSERT_TRUE(subscriptions.end({ground}, made.id, registers.clock.now(), ""));
  EXPECT_EQ(find(made.id).state, SubscriptionState::ended);
  EXPECT_EQ(told("subscription.ended"), 1);
  const auto twice = subscriptions.end({ground}, made.id, registers.clock.now(), "");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, "error.events.state");
  emit_some(1);
  settle_all();
  EXPECT_TRUE(end_points.asked(url).empty());
}

TEST_P(EventSubscriptions, that_a_supplier_made_end_with_its_right_and_the_others_go_on) {
  const std::string theirs = "https://leverandor.example/", others = "https://annen.example/";
  const auto own = subscribe_actively(url);
  system.supplier = firm_number();
  const auto of_another = subscribe_actively(others);
  system.supplier = supplier;
  const auto made = subscribe_actively(theirs);
  system.supplier.reset();
  EXPECT_EQ(own.supplier, "");
  EXPECT_EQ(made.supplier, supplier);
  emit_some(1);
  settle_all();
  EXPECT_THAT(end_points.numbers(theirs), ElementsAre(1));

  emit_some(1);
  while (process().outbox.deliver_due() > 0) {
  }
  const auto taken = process().lanes.claim(made.id);
  ASSERT_TRUE(taken);
  EXPECT_TRUE(process().lanes.holds(*taken));
  EXPECT_TRUE(subscriptions.of_supplier(of_head(terms::Action::read_delegations), supplier).empty());
  const auto running = subscriptions.of_supplier(of_head(), supplier);
  ASSERT_EQ(running.size(), 1U);
  EXPECT_EQ(running[0].id, made.id);
  const auto ending = subscriptions.end_with_right(of_head(), supplier, registers.clock.now());
  EXPECT_EQ(find(made.id).state, SubscriptionState::active) << "it is made ready, and not done";
  ASSERT_TRUE(database().write([&](store::Tx& tx) -> base::Status { return ending(tx); }));
  EXPECT_FALSE(process().lanes.holds(*taken)) << "who was about to send is told so";
  EXPECT_EQ(find(made.id).state, SubscriptionState::ended);
  EXPECT_EQ(told("subscription.ended"), 1);
  EXPECT_TRUE(subscriptions.of_supplier(of_head(), supplier).empty());

  emit_some(1);
  settle_all();
  registers.clock.advance(base::Duration::minutes(5));
  settle_all();
  EXPECT_THAT(end_points.numbers(theirs), ElementsAre(1));
  EXPECT_THAT(end_points.numbers(url), ::testing::UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(end_points.numbers(others), ::testing::UnorderedElementsAre(1, 2, 3));
  EXPECT_EQ(find(of_another.id).state, SubscriptionState::active);
}

TEST_P(EventSubscriptions, are_not_made_by_a_supplier_past_its_right) {
  right_is_gone = true;
  (void)subscribe(url);  // the agency's own
  system.supplier = supplier;
  const auto ground = scope();
  const auto late = subscriptions.add({ground}, {url}, registers.clock.now(), "");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "error.token.ended");
  right_is_gone = false;
  const auto ending = subscriptions.end_with_right(of_head(), supplier, registers.clock.now());
  (void)subscribe(url);
  const auto missed = database().write([&](store::Tx& tx) -> base::Status { return ending(tx); });
  ASSERT_FALSE(missed);
  EXPECT_EQ(missed.error().code, "error.events.made_meanwhile");
}

TEST_P(EventSubscriptions, tell_what_went_where) {
  const auto made = subscribe_actively(url);
  emit_some(3);
  settle_all();
  const auto page = expect(subscriptions.deliveries(scope(), made.id, "", 2));
  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.rows[0].event.seq, 3);
  EXPECT_EQ(page.rows[0].state, DeliveryState::delivered);
  EXPECT_EQ(page.rows[0].attempts, 1);
  EXPECT_EQ(page.rows[0].last_status, 200);
  const auto rest = expect(subscriptions.deliveries(scope(), made.id, page.next, 2));
  ASSERT_EQ(rest.rows.size(), 1U);
  EXPECT_EQ(rest.rows[0].event.seq, 1);
  EXPECT_EQ(rest.next, "");
  EXPECT_FALSE(subscriptions.deliveries(scope(), made.id + 1, ""));
}

TEST_P(EventSubscriptions, are_replayed_from_a_number_on) {
  const auto made = subscribe_actively(url);
  emit_some(4);
  settle_all();
  EXPECT_THAT(end_points.numbers(url), ::testing::UnorderedElementsAre(1, 2, 3, 4));
  const auto ground = scope();
  EXPECT_FALSE(subscriptions.replay({ground}, made.id, 0, registers.clock.now(), ""));
  ASSERT_TRUE(subscriptions.replay({ground}, made.id, 3, registers.clock.now(), ""));
  EXPECT_EQ(find(made.id).waiting, 2);
  settle_all();
  EXPECT_THAT(end_points.numbers(url), ::testing::UnorderedElementsAre(1, 2, 3, 4, 3, 4));
  EXPECT_EQ(find(made.id).waiting, 0);
}

TEST_P(EventSubscriptions, end_with_the_access_of_who_would_change_them) {
  const auto ground = scope();
  set_agency(registers.organisation("Fjord og Fjell AS").organisation_number);
  const auto refused = subscriptions.add({ground}, {url}, registers.clock.now(), "");
  EXPECT_FALSE(refused);
  EXPECT_FALSE(subscriptions.list(ground));
}

}  // namespace
}  // namespace alting::events
