// What one subscriber gets: all that was committed, in order, at its time, until it is done.
#include "store/outbox.h"

#include "store/outbox_metrics.h"
#include "store/testing/counting_database.h"
#include "store/testing/outbox_fixture.h"

namespace alting::store {
namespace {

using ::testing::ElementsAre;
using testing::letters;
using testing::news;
using testing::other_letters;
using ::testing::UnorderedElementsAre;

class Outbox : public testing::OutboxFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, Outbox, testing::engines(), testing::engine_name);

TEST_P(Outbox, delivers_what_was_committed_and_nothing_else) {
  put("a", "1");
  (void)temp.database().write([&](Tx& tx) -> base::Status {
    emit(tx, random, clock.now(), letters, "a", "2");
    return base::make_error(base::ErrorKind::conflict, "error.test");
  });
  put("b", "3");
  std::vector<std::string> got;
  EXPECT_EQ(deliverer(into(got)).deliver_due(), 2);
  EXPECT_THAT(got, UnorderedElementsAre("1", "3"));
  EXPECT_EQ(left(), 0);
}

TEST_P(Outbox, tells_how_long_the_oldest_message_has_been_due) {
  const auto lag = [this] { return outbox_lag(temp.database(), clock, {&testing::letters}); };
  EXPECT_EQ(lag(), base::Duration::seconds(0));
  (void)put("a", "1");
  clock.advance(base::Duration::minutes(7));
  EXPECT_EQ(lag(), base::Duration::milliseconds(7 * 60 * 1000 + 1)) << "put() takes a millisecond";
}

TEST_P(Outbox, one_keys_messages_come_in_order) {
  for (int i = 0; i < 30; ++i) put("a", std::to_string(i));
  std::vector<std::string> got;
  auto one = deliverer(into(got));
  while (left() > 0) one.deliver_due();
  ASSERT_EQ(got.size(), 30u);
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], std::to_string(i));
}

TEST_P(Outbox, what_one_transaction_emits_comes_as_it_emitted_it) {
  ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
    for (int i = 0; i < 15; ++i) emit(tx, random, clock.now(), letters, "a", std::to_string(i));
    return {};
  }));
  std::vector<std::string> one, two;
  OutboxDeliverer all(temp.database(), clock, metrics, {&letters},
                      {{&letters, "one", into(one)}, {&letters, "two", into(two)}});
  EXPECT_EQ(all.deliver_due(), 30);
  const auto in_order = ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14");
  EXPECT_THAT(one, in_order);
  EXPECT_THAT(two, in_order);
}

TEST_P(Outbox, what_fails_comes_again_after_a_pause_that_grows) {
  const auto id = put("a", "1");
  int tries = 0;
  auto one = deliverer([&](const OutboxMessage& message) -> Delivered {
    EXPECT_EQ(message.attempts, tries);
    EXPECT_EQ(message.id, id);
    if (++tries < 3) throw std::runtime_error("not now");
    return Delivery::done;
  });
  EXPECT_EQ(one.deliver_due(), 0);
  EXPECT_EQ(one.deliver_due(), 0);
  EXPECT_EQ(tries, 1);
  clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(one.deliver_due(), 0);
  clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(one.deliver_due(), 0);
  EXPECT_EQ(tries, 2);
  clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(one.deliver_due(), 1);
  EXPECT_EQ(left(), 0);
}

TEST_P(Outbox, what_is_due_later_comes_then) {
  put("a", "later", letters, clock.now() + base::Duration::days(60));
  put("a", "now");
  std::vector<std::string> got;
  auto one = deliverer(into(got));
  EXPECT_EQ(one.deliver_due(), 1);
  EXPECT_TRUE(counted("alting_outbox_scheduled{topic=\"test.letters\"} 1"));
  clock.advance(base::Duration::days(59));
  EXPECT_EQ(one.deliver_due(), 0);
  clock.advance(base::Duration::days(1));
  EXPECT_EQ(one.deliver_due(), 1);
  EXPECT_THAT(got, ElementsAre("now", "later"));
}

TEST_P(Outbox, what_a_wrong_clock_set_aside_comes_and_what_is_later_on_purpose_stays) {
  const auto right = clock.now();
  bool well = false;
  std::vector<std::string> got;
  auto one = deliverer([&](const OutboxMessage& message) -> Delivered {
    if (!well) return Delivery::later;
    got.push_back(message.payload);
    return Delivery::done;
  });
  put("a", "tried");
  clock.advance(base::Duration::days(1));
  one.deliver_due();
  put("b", "fresh");
  put("c", "later", letters, clock.now() + base::Duration::days(60));
  clock.set(right);
  well = true;
  EXPECT_EQ(one.deliver_due(), 0);
  EXPECT_EQ(one.bring_back(), 2);
  EXPECT_TRUE(counted("alting_outbox_waiting{topic=\"test.letters\"} 2"));
  EXPECT_EQ(one.deliver_due(), 2);
  EXPECT_THAT(got, UnorderedElementsAre("tried", "fresh"));
  EXPECT_EQ(one.bring_back(), 0);
  EXPECT_EQ(left(), 1);
}

TEST_P(Outbox, what_has_its_pause_is_not_brought_back) {
  put("a", "1");
  auto one = deliverer(never());
  for (int hour = 0; hour < 20; ++hour) {  // until it waits an hour
    one.deliver_due();
    EXPECT_EQ(one.bring_back(), 0);
    clock.advance(base::Duration::hours(1));
  }
  one.deliver_due();
  clock.advance(base::Duration::minutes(-5));  // as another process may see it
  EXPECT_EQ(one.bring_back(), 0);
}

TEST_P(Outbox, is_waiting_until_it_is_delivered) {
  const auto waits = [&](std::string_view key) {
    return temp.database().read([&](Tx& tx) { return is_waiting(tx, letters, key); });
  };
  put("a", "1");
  EXPECT_TRUE(waits("a"));
  EXPECT_FALSE(waits("b"));
  std::vector<std::string> got;
  deliverer(into(got)).deliver_due();
  EXPECT_FALSE(waits("a"));
}

TEST_P(Outbox, is_never_given_up_when_losing_it_breaks_a_promise) {
  put("a", "1");
  int tries = 0;
  auto one = deliverer([&](const OutboxMessage&) {
    ++tries;
    return Delivery::later;
  });
  for (int day = 0; day < 31; ++day) {
    clock.advance(base::Duration::days(1));
    one.deliver_due();
  }
  EXPECT_EQ(left(), 1);
  EXPECT_TRUE(counted("alting_outbox_overdue{topic=\"test.letters\"} 1"));
  const int before = tries;
  clock.advance(base::Duration::hours(1));
  one.deliver_due();
  one.deliver_due();
  EXPECT_EQ(tries, before + 1) << "once an hour";
}

TEST_P(Outbox, is_given_up_after_thirty_days_where_its_topic_allows_it) {
  put("a", "now", news);
  put("b", "later", news, clock.now() + base::Duration::days(40));
  OutboxDeliverer one(temp.database(), clock, metrics, {&news}, {{&news, "reader", never()}});
  clock.advance(base::Duration::days(29));
  one.deliver_due();
  EXPECT_EQ(left(news), 2);
  clock.advance(base::Duration::days(2));
  one.deliver_due();
  EXPECT_EQ(left(news), 1);
  EXPECT_TRUE(
      counted("alting_outbox_deliveries_total{outcome=\"given_up\",subscriber=\"reader\",topic=\"test.news\"} 1"));
  clock.advance(base::Duration::days(10));
  one.deliver_due();
  EXPECT_EQ(left(news), 1) << "its days count from when it was due";
}

TEST_P(Outbox, a_batch_is_settled_in_one_commit) {
  testing::CountingDatabase counting(temp.database());
  std::vector<std::string> got;
  OutboxDeliverer one(counting, clock, metrics, {&letters}, {{&letters, "reader", into(got)}});
  one.deliver_due();  // makes its rows
  for (int i = 0; i < 20; ++i) put("a", std::to_string(i));
  counting.writes = 0;
  EXPECT_EQ(one.deliver_due(), 20);
  EXPECT_EQ(counting.writes, 2) << "one takes them, one settles them";
  counting.writes = 0;
  one.deliver_due();
  EXPECT_EQ(counting.writes, 0) << "nothing is due";
}

TEST_P(Outbox, what_a_handler_writes_is_kept_once_with_the_messages_going) {
  put("a", "1");
  OutboxDeliverer one(temp.database(), clock, metrics, {&letters, &other_letters},
                      {{&letters, "splitter",
                        [&](const OutboxMessage& message) {
                          return Delivered(Delivery::done, [&, message](Tx& tx) {
                            for (const char* to : {"x", "y"})
                              emit(tx, random, clock.now(), other_letters, to, message.payload);
                          });
                        }},
                       {&other_letters, "reader", never()}});
  EXPECT_EQ(one.deliver_due(), 1);
  EXPECT_EQ(left(), 0);
  EXPECT_EQ(left(other_letters), 2);
}

TEST_P(Outbox, what_another_has_settled_meanwhile_is_not_written_twice) {
  put("a", "1");
  const auto write = [&](Tx& tx) { emit(tx, random, clock.now(), other_letters, "x", "2"); };
  std::vector<Subscription> subscriptions{
      {&letters, "splitter", [&](const OutboxMessage&) { return Delivered(Delivery::done, write); }},
      {&other_letters, "reader", never()}};
  OutboxDeliverer other(temp.database(), clock, metrics, {&letters, &other_letters}, subscriptions);
  subscriptions[0].handler = [&](const OutboxMessage&) {
    clock.advance(base::Duration::minutes(3));  // so slow that the lease has ended
    other.deliver_due();
    return Delivered(Delivery::done, write);
  };
  OutboxDeliverer slow(temp.database(), clock, metrics, {&letters, &other_letters}, subscriptions);
  slow.deliver_due();
  EXPECT_EQ(left(), 0);
  EXPECT_EQ(left(other_letters), 1);
}

TEST_P(Outbox, one_whose_writing_fails_holds_up_no_other_of_its_batch) {
  for (const char* payload : {"good", "bad", "good too"}) put("a", payload);
  int bad = 0;
  auto one = deliverer([&](const OutboxMessage& message) {
    if (message.payload != "bad" || bad++ > 0) return Delivered(Delivery::done);
    return Delivered(Delivery::done, [](Tx& tx) { tx.run("INSERT INTO no_such_table (id) VALUES (1)"); });
  });
  one.deliver_due();
  EXPECT_EQ(left(), 1);
  EXPECT_EQ(one.deliver_due(), 0) << "it has its pause";
  clock.advance(base::Duration::seconds(2));
  EXPECT_EQ(one.deliver_due(), 1);
  EXPECT_EQ(left(), 0);
}

TEST_P(Outbox, what_lay_there_before_lanes_came_is_delivered) {
  testing::TempDatabase old(GetParam());
  auto before = migrations();
  before.all = before.all.first(3);
  migrate(old.database(), clock, {before});
  const auto id = base::Uuid::v7(random, clock.now());
  ASSERT_TRUE(old.database().write([&](Tx& tx) -> base::Status {
    tx.run(
        "INSERT INTO outbox (id, part, topic, key, payload, created_at, due_at, attempts) VALUES (?, 3, ?, 'k', 'old', "
        "?, ?, 2)",
        {id, letters.name, clock.now(), clock.now()});
    return {};
  }));
  migrate(old.database(), clock, {migrations()});
  OutboxDeliverer one(old.database(), clock, metrics, {&letters},
                      {{&letters, "reader", [&](const OutboxMessage& message) {
                          EXPECT_EQ(message.id, id);
                          EXPECT_EQ(message.attempts, 2);
                          return Delivery::done;
                        }}});
  EXPECT_EQ(one.deliver_due(), 1);
}

TEST_P(Outbox, what_nobody_delivers_any_more_is_counted_and_kept) {
  constexpr Topic gone{.name = "test.gone"};
  put("a", "1", gone);
  put("b", "2", gone);
  put("c", "3");
  ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
    tx.run("UPDATE outbox SET id = id || '/former', subscriber = 'former' WHERE payload = '3'");
    return {};
  }));
  put("d", "4");
  std::vector<std::string> got;
  auto one = deliverer(into(got));
  one.deliver_due();
  EXPECT_EQ(one.report_unknown(), 3);
  EXPECT_TRUE(counted("alting_outbox_unknown 3"));
  EXPECT_THAT(got, ElementsAre("4"));
  EXPECT_EQ(left(gone), 2);
}

TEST_P(Outbox, tells_how_many_wait_and_for_how_long) {
  put("a", "1");
  put("b", "2");
  clock.advance(base::Duration::minutes(5));
  auto one = deliverer(never());
  one.deliver_due();
  EXPECT_TRUE(counted("alting_outbox_waiting{topic=\"test.letters\"} 2"));
  EXPECT_TRUE(counted("alting_outbox_oldest_seconds{topic=\"test.letters\"} 300"));
}

}  // namespace
}  // namespace alting::store
