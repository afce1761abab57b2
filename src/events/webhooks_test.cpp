// How events reach their end points: those that are slow, down, or want no more, and a program that dies anywhere.
#include <mutex>
#include <set>
#include <thread>

#include "events/schedule.h"
#include "events/testing/events_fixture.h"
#include "store/failpoint.h"

namespace alting::events {
namespace {

using testing::Asked, testing::EndPoints;
using ::testing::ElementsAre;
using testing::expect;
using ::testing::UnorderedElementsAre;
class EventWebhooks : public testing::EventsFixture {
 protected:
  static constexpr const char* url = "https://sak.example/hendelser";
  static constexpr const char* other = "https://annen.example/hendelser";
  void later(base::Duration by) {
    registers.clock.advance(by);
    settle_all();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, EventWebhooks, store::testing::engines(), store::testing::engine_name);

TEST_P(EventWebhooks, begin_when_the_end_point_has_answered_the_validation_event) {
  end_points.set(url, 500);
  const auto made = subscribe(url);
  emit_some(2);
  settle_all();
  ASSERT_EQ(end_points.all_asked().size(), 1U);
  const auto question = end_points.all_asked()[0];
  EXPECT_EQ(question.type(), type::validate_subscription);
  EXPECT_EQ(question.header("Content-Type"), "application/cloudevents+json; charset=utf-8");
  EXPECT_EQ(question.json().text("source"), "https://portal.example/events/api/v1/subscriptions/1");
  EXPECT_EQ(find(made.id).state, SubscriptionState::validating);
  EXPECT_EQ(find(made.id).last_status, 500);
  end_points.set(url, 200);
  later(base::Duration::seconds(9));
  EXPECT_EQ(end_points.all_asked().size(), 1U) << "not before its time";
  later(base::Duration::seconds(2));
  EXPECT_EQ(find(made.id).state, SubscriptionState::active);
  EXPECT_THAT(end_points.numbers(url), UnorderedElementsAre(1, 2)) << "what came since it subscribed";
}

TEST_P(EventWebhooks, are_refused_after_six_questions_and_asked_anew_by_its_owner) {
  end_points.set(url, 404);
  const auto made = subscribe(url);
  for (int i = 0; i < 20; ++i) later(base::Duration::hours(1));
  EXPECT_EQ(end_points.all_asked().size(), static_cast<std::size_t>(most_validations));
  EXPECT_EQ(find(made.id).state, SubscriptionState::refused);
  end_points.set(url, 204);
  const auto ground = scope();
  ASSERT_TRUE(subscriptions.check({ground}, made.id, registers.clock.now(), ""));
  settle_all();
  EXPECT_EQ(find(made.id).state, SubscriptionState::active);
}

TEST_P(EventWebhooks, carry_an_id_that_stays_the_same_and_a_signature) {
  subscribe_actively(url);
  end_points.set(url, 503);
  emit_some(1);
  settle_all();
  end_points.set(url, 200);
  later(base::Duration::seconds(30));
  const auto asked = end_points.asked(url);
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].body, asked[1].body);
  EXPECT_EQ(asked[0].header("webhook-id"), asked[1].header("webhook-id"));
  EXPECT_EQ(asked[0].header("webhook-id"), asked[0].json().text("id"));
  for (const auto& one : asked) {
    const auto key = base::from_base64url(signer.public_keys()["keys"][0].text("x")).value();
    const auto signature = base::from_base64(one.header("webhook-signature").substr(4)).value();
    EXPECT_TRUE(crypto::ed25519_verify(
        key, one.header("webhook-id") + "." + one.header("webhook-timestamp") + "." + one.body, signature));
  }
}

TEST_P(EventWebhooks, bring_to_each_what_it_wants) {
  subscribe_actively(url, {.type = std::string(type::high_risk)});
  subscribe_actively(other, {.subject = "/party/" + std::to_string(firm.value + 1)});
  emit_some(3);
  emit_some(1, true);
  settle_all();
  ASSERT_EQ(end_points.asked(url).size(), 1U);
  EXPECT_EQ(end_points.asked(url)[0].type(), type::high_risk);
  EXPECT_TRUE(end_points.asked(other).empty());
}

TEST_P(EventWebhooks, that_are_down_hold_up_no_other_and_arrive_when_it_is_back) {
  const auto down = subscribe_actively(url);
  subscribe_actively(other);
  end_points.set_silent(url);
  emit_some(50);
  settle_all();
  EXPECT_EQ(end_points.asked(other).size(), 50U);
  EXPECT_LE(end_points.asked(url).size(), 8U) << "one that is down is not asked for each event";
  EXPECT_EQ(find(down.id).last_outcome, "no_answer");
  EXPECT_TRUE(find(down.id).failing_since);
  end_points.set(url, 200);
  for (int i = 0; i < 10; ++i) later(base::Duration::minutes(1));
  std::set<std::int64_t> arrived;
  for (const auto number : end_points.numbers(url)) arrived.insert(number);
  EXPECT_EQ(arrived.size(), 50U);
  EXPECT_FALSE(find(down.id).failing_since);
  EXPECT_EQ(find(down.id).waiting, 0);
}

TEST_P(EventWebhooks, retry_an_event_from_ten_seconds_to_twelve_hours_and_then_give_it_up) {
  const auto made = subscribe_actively(url, {.type = std::string(type::process_completed)});
  end_points.set(url, 400);
  emit_some(1);
  settle_all();
  for (std::size_t i = 0; i < retry_pauses.size(); ++i) {
    ASSERT_EQ(end_points.asked(url).size(), i + 1);
    const auto due = database().read(
        [](store::Tx& tx) { return store::read_one<base::Instant>(tx, "SELECT due_at FROM event_delivery"); });
    EXPECT_EQ(due - registers.clock.now(), retry_pauses[i]) << i;
    registers.clock.set(due - base::Duration::seconds(1));
    settle_all();
    EXPECT_EQ(end_points.asked(url).size(), i + 1) << "not before its time";
    registers.clock.set(due);
    settle_all();
  }
  const auto page = expect(subscriptions.deliveries(scope(), made.id, ""));
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].state, DeliveryState::given_up);
  EXPECT_EQ(page.rows[0].last_status, 400);
  EXPECT_EQ(page.rows[0].attempts, static_cast<int>(retry_pauses.size()) + 1);
  EXPECT_EQ(find(made.id).given_up, 1);
  later(base::Duration::hours(24));
  EXPECT_EQ(end_points.asked(url).size(), retry_pauses.size() + 1);
  end_points.set(url, 200);
  const auto ground = scope();
  EXPECT_EQ(find(made.id).state, SubscriptionState::suspended) << "nothing reached it for as long as an event is tried";
  ASSERT_TRUE(subscriptions.check({ground}, made.id, registers.clock.now(), ""));
  settle_all();
  EXPECT_EQ(find(made.id).given_up, 0) << "what was given up is sent when it is back";
  EXPECT_EQ(end_points.asked(url).size(), retry_pauses.size() + 2);
}

TEST_P(EventWebhooks, send_what_was_given_up_when_their_owner_asks) {
  const auto made = subscribe_actively(url);
  emit_some(3);
  settle_all();
  ASSERT_TRUE(database().write([](store::Tx& tx) -> base::Status {
    tx.run("UPDATE event_delivery SET state = 'given_up', attempts = 13 WHERE seq = 2");
    return {};
  }));
  const auto ground = scope();
  EXPECT_EQ(find(made.id).given_up, 1);
  ASSERT_TRUE(subscriptions.replay({ground}, made.id, 1'000, registers.clock.now(), ""));
  settle_all();
  EXPECT_EQ(find(made.id).given_up, 0);
  EXPECT_EQ(std::ranges::count(end_points.numbers(url), 2), 2);
  EXPECT_EQ(end_points.asked(url).size(), 4U);
}

TEST_P(EventWebhooks, that_fail_are_told_to_their_owner_and_at_last_suspended) {
  const auto made = subscribe_actively(url);
  subscribe_actively(other, {.type = std::string(type::subscription_failing)});
  end_points.set(url, 500);
  emit_some(1);
  for (int i = 0; i < 10; ++i) later(base::Duration::minutes(1));
  EXPECT_EQ(told("subscription.failing"), 1) << "once";
  ASSERT_EQ(end_points.asked(other).size(), 1U) << "and in the feed, for those who listen";
  EXPECT_EQ(end_points.asked(other)[0].json().text("source"), "https://portal.example/events/api/v1/subscriptions/1");
  for (int i = 0; i < 100; ++i) later(base::Duration::minutes(30));
  EXPECT_EQ(find(made.id).state, SubscriptionState::suspended);
  EXPECT_EQ(told("subscription.failing"), 2);
  const auto asked = end_points.asked(url).size();
  emit_some(2);
  later(base::Duration::hours(1));
  EXPECT_EQ(end_points.asked(url).size(), asked) << "it is left alone";
  // Its owner has mended it: it goes on where it stopped.
  end_points.set(url, 200);
  const auto ground = scope();
  ASSERT_TRUE(subscriptions.check({ground}, made.id, registers.clock.now(), ""));
  settle_all();
  EXPECT_EQ(find(made.id).state, SubscriptionState::active);
  EXPECT_EQ(find(made.id).given_up, 0);
  std::set<std::int64_t> arrived;
  for (const auto& row : expect(subscriptions.deliveries(scope(), made.id, "")).rows)
    if (row.state == DeliveryState::delivered) arrived.insert(row.event.seq);
  EXPECT_EQ(arrived.size(), feed_from(0).size()) << "with all that was given up";
}

TEST_P(EventWebhooks, end_when_the_end_point_says_that_it_is_gone) {
  const auto made = subscribe_actively(url);
  end_points.set(url, 410);
  emit_some(2);
  settle_all();
  EXPECT_EQ(find(made.id).state, SubscriptionState::ended);
  EXPECT_EQ(find(made.id).last_status, 410);
  EXPECT_EQ(told("subscription.ended"), 1);
  const auto asked = end_points.asked(url).size();
  for (int i = 0; i < 5; ++i) later(base::Duration::hours(12));
  EXPECT_EQ(end_points.asked(url).size(), asked);
}

TEST_P(EventWebhooks, do_not_follow_redirects_and_do_not_go_inside) {
  const auto redirects = subscribe_actively(url);
  const auto inside = subscribe_actively(other);
  end_points.set(url, [](const net::HttpRequest&) -> base::Result<net::HttpAnswer> {
    return EndPoints::status(307, {{"location", "http://169.254.169.254/"}});
  });
  end_points.set(other, [](const net::HttpRequest&) -> base::Result<net::HttpAnswer> {
    return base::make_error(base::ErrorKind::forbidden, "error.net.inside");
  });
  emit_some(1);
  settle_all();
  EXPECT_EQ(find(redirects.id).last_outcome, "redirect");
  EXPECT_EQ(find(inside.id).last_outcome, "inside");
  for (const auto& asked : end_points.all_asked()) EXPECT_FALSE(asked.url.contains("169.254"));
}

TEST_P(EventWebhooks, that_ask_for_time_get_it) {
  subscribe_actively(url);
  end_points.set(url, [](const net::HttpRequest&) -> base::Result<net::HttpAnswer> {
    return EndPoints::status(429, {{"retry-after", "600"}});
  });
  emit_some(1);
  settle_all();
  later(base::Duration::minutes(9));
  EXPECT_EQ(end_points.asked(url).size(), 1U);
  later(base::Duration::minutes(2));
  EXPECT_EQ(end_points.asked(url).size(), 2U);
}

TEST_P(EventWebhooks, send_nothing_more_when_the_access_of_their_owner_has_ended) {
  const auto made = subscribe_actively(url);
  emit_some(1);
  process().outbox.deliver_due();
  set_agency(registers.organisation("Fjord og Fjell AS").organisation_number);
  settle_all();
  EXPECT_TRUE(end_points.asked(url).empty());
  later(base::Duration::hours(1));
  EXPECT_TRUE(end_points.asked(url).empty());
  set_agency(agency_number(apps, "dat"));
  EXPECT_EQ(find(made.id).last_outcome, "access");
  later(base::Duration::minutes(2));
  EXPECT_THAT(end_points.numbers(url), ElementsAre(1)) << "it has access again, and nothing was lost";
}

TEST_P(EventWebhooks, are_not_suspended_for_the_time_that_their_owner_had_no_access) {
  const auto made = subscribe_actively(url);
  emit_some(1);
  process().outbox.deliver_due();
  set_agency(registers.organisation("Fjord og Fjell AS").organisation_number);
  settle_all();
  later(base::Duration::days(3));
  set_agency(agency_number(apps, "dat"));
  end_points.set(url, 500);
  for (int i = 0; i < 8; ++i) later(base::Duration::minutes(5));
  EXPECT_GE(end_points.asked(url).size(), 5U);
  EXPECT_EQ(find(made.id).state, SubscriptionState::active);
}

TEST_P(EventWebhooks, ask_whether_it_may_be_seen_right_before_each_is_sent) {
  const auto made = subscribe_actively(url);
  emit_some(3);
  process().outbox.deliver_due();
  const auto due = process().lanes.due();
  ASSERT_EQ(due.size(), 1U);
  // Between the claim and the sending of the first.
  end_points.set(url, [&](const net::HttpRequest&) -> base::Result<net::HttpAnswer> {
    set_agency(registers.organisation("Fjord og Fjell AS").organisation_number);
    return EndPoints::status(500);
  });
  settle_all();
  EXPECT_LE(end_points.asked(url).size(), 3U);
  const auto asked = end_points.asked(url).size();
  end_points.set(url, 200);
  later(base::Duration::hours(2));
  EXPECT_EQ(end_points.asked(url).size(), asked);
  (void)made;
}

TEST_P(EventWebhooks, send_nothing_more_of_what_was_taken_when_their_owner_ends_them) {
  const auto made = subscribe_actively(url);
  emit_some(40);
  while (process().outbox.deliver_due() > 0) {
  }
  std::once_flag once;
  end_points.set(url, [&](const net::HttpRequest&) -> base::Result<net::HttpAnswer> {
    std::call_once(once, [&] {
      const auto ground = scope();
      EXPECT_TRUE(subscriptions.end({ground}, made.id, registers.clock.now(), ""));
    });
    return EndPoints::status(200);
  });
  settle_all();
  EXPECT_LE(end_points.asked(url).size(), 8U) << "those that were under way, and no more of the forty";
  EXPECT_EQ(find(made.id).state, SubscriptionState::ended);
  EXPECT_TRUE(find(made.id).last_delivered);
}

TEST_P(EventWebhooks, lose_nothing_and_repeat_little_when_the_program_dies_at_any_step) {
  for (const std::string step : {"events.claimed", "events.one_sent", "events.sent", "events.settled"}) {
    SCOPED_TRACE(step);
    const auto address = "https://" + step + ".example/";
    const auto made = subscribe_actively(address);
    emit_some(3);
    while (process().outbox.deliver_due() > 0) {
    }
    store::failpoint::arm(step, store::failpoint::Action::error);
    try {
      process().webhooks.deliver_due();
    } catch (const std::exception&) {
    }
    EXPECT_TRUE(store::failpoint::fired());
    store::failpoint::disarm();
    settle_all();
    // Whoever has the lane after the lease goes on.
    for (int i = 0; i < 3; ++i) later(base::Duration::minutes(3));
    std::map<std::int64_t, int> times;
    for (const auto number : end_points.numbers(address)) ++times[number];
    EXPECT_EQ(times.size(), 3U) << "each of them";
    for (const auto& [number, count] : times) EXPECT_LE(count, 2) << number;
    EXPECT_EQ(find(made.id).waiting, 0);
    const auto ground = scope();
    ASSERT_TRUE(subscriptions.end({ground}, made.id, registers.clock.now(), ""));
  }
}

TEST_P(EventWebhooks, of_one_lane_are_sent_by_one_at_a_time) {
  const auto made = subscribe_actively(url);
  emit_some(5);
  while (process().outbox.deliver_due() > 0) {
  }
  const auto first = process().lanes.claim(made.id);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->sends.size(), 5U);
  EXPECT_FALSE(process().lanes.claim(made.id)) << "it is leased";
  EXPECT_TRUE(process().lanes.due().empty());
  registers.clock.advance(base::Duration::minutes(3));
  const auto second = process().lanes.claim(made.id);
  ASSERT_TRUE(second) << "the lease is over";
  EXPECT_EQ(second->sends.size(), 5U);
  // The first is not dead after all, and says what it did: what was delivered is, and the lane stays the second's.
  Came came;
  came.answers.push_back({0, Outcome::delivered, 200, registers.clock.now()});
  process().lanes.settle(*first, came);
  EXPECT_FALSE(process().lanes.claim(made.id));
  process().lanes.settle(*second, {});
  const auto third = process().lanes.claim(made.id);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->sends.size(), 4U);
}

// A clock on which each thread has waited by itself.
class ThreadClock final : public base::Clock {
 public:
  explicit ThreadClock(const base::Clock& clock) : clock_(clock) {}
  [[nodiscard]] base::Instant now() const override { return clock_.now() + base::Duration::seconds(waited); }
  static thread_local std::int64_t waited;  // seconds

 private:
  const base::Clock& clock_;
};
thread_local std::int64_t ThreadClock::waited = 0;

TEST_P(EventWebhooks, that_are_slow_have_threads_of_their_own_and_hold_up_no_other) {
  constexpr int slow_ones = 12;
  std::atomic<int> under_way = 0;
  std::atomic<bool> release = false;
  std::vector<std::string> slow;
  for (int i = 0; i < slow_ones; ++i) {
    slow.push_back("https://treg" + std::to_string(i) + ".example/");
    subscribe_actively(slow.back());
  }
  subscribe_actively(url);
  // Fewer threads for those that go well than there are slow ones.
  const ThreadClock clock(registers.clock);
  Webhooks webhooks({process().lanes, end_points, signer, access->decider(), registers.random, clock, metrics,
                     std::string(testing::public_url)},
                    {.senders = 2, .troubled_senders = slow_ones, .interval = std::chrono::milliseconds(5)});
  for (const auto& one : slow)
    end_points.set(one, [](const net::HttpRequest&) -> base::Result<net::HttpAnswer> {
      ThreadClock::waited = ThreadClock::waited + 2;
      return EndPoints::status(200);
    });
  emit_some(1);
  while (process().outbox.deliver_due() > 0) {
  }
  const auto wait_until = [&](const std::function<bool()>& so) {
    for (int i = 0; i < 6'000 && !so(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return so();
  };
  webhooks.start();
  ASSERT_TRUE(wait_until([&] {
    return count("SELECT COUNT(*) FROM event_subscription WHERE slow = 1") == slow_ones &&
           end_points.asked(url).size() == 1;
  }));
  // Now they do not answer at all, all at the same time, and the good one is served all the same.
  for (const auto& one : slow)
    end_points.set(one, [&](const net::HttpRequest&) -> base::Result<net::HttpAnswer> {
      ++under_way;
      while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return EndPoints::status(200);
    });
  emit_some(1);
  while (process().outbox.deliver_due() > 0) {
  }
  EXPECT_TRUE(wait_until([&] { return under_way == slow_ones; })) << "each in its own lane";
  emit_some(5);
  while (process().outbox.deliver_due() > 0) {
  }
  EXPECT_TRUE(wait_until([&] { return end_points.asked(url).size() == 7; }));
  release = true;
  webhooks.stop();
}

}  // namespace
}  // namespace alting::events
