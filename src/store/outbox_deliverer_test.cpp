// Who delivers: several subscribers, several workers, several processes, and what is refused at start.
#include "store/outbox_deliverer.h"

#include <condition_variable>

#include "store/testing/outbox_fixture.h"

namespace alting::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::letters;
using testing::news;
using testing::other_letters;

class Deliverer : public testing::OutboxFixture {
 protected:
  // What keeps these from being put together.
  std::string refusal(const std::vector<const Topic*>& topics, const std::vector<Subscription>& subscriptions) {
    try {
      const OutboxDeliverer made(temp.database(), clock, metrics, topics, subscriptions);
      return "";
    } catch (const std::logic_error& error) {
      return error.what();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Deliverer, testing::engines(), testing::engine_name);

TEST_P(Deliverer, is_refused_when_nobody_delivers_a_topic_or_nobody_emits_it) {
  EXPECT_THAT(refusal({&letters, &news}, {{&letters, "reader", never()}}), HasSubstr("nobody delivers 'test.news'"));
  EXPECT_THAT(refusal({&letters}, {{&letters, "reader", never()}, {&news, "reader", never()}}),
              HasSubstr("'test.news', which no room emits"));
  EXPECT_THAT(refusal({&letters}, {{&letters, "reader", never()}, {&letters, "reader", never()}}), HasSubstr("twice"));
  EXPECT_THAT(refusal({&letters}, {{&letters, "reader", {}}}), HasSubstr("handler"));
  EXPECT_THAT(refusal({&letters, &letters}, {{&letters, "reader", never()}}), HasSubstr("two topics"));
  EXPECT_EQ(refusal({&letters}, {{&letters, "reader", never()}, {&letters, "another", never()}}), "");
}

TEST_P(Deliverer, brings_a_message_to_each_subscriber_and_each_tries_again_by_itself) {
  const auto id = put("a", "1");
  int good = 0, bad = 0;
  OutboxDeliverer all(temp.database(), clock, metrics, {&letters},
                      {{&letters, "good",
                        [&](const OutboxMessage& message) {
                          EXPECT_EQ(message.id, id);
                          ++good;
                          return Delivery::done;
                        }},
                       {&letters, "bad", [&](const OutboxMessage& message) {
                          EXPECT_EQ(message.id, id) << "the same for all, so that a receiver knows it again";
                          EXPECT_EQ(message.attempts, bad);
                          return ++bad < 3 ? Delivery::later : Delivery::done;
                        }}});
  for (int i = 0; i < 5; ++i) {
    all.deliver_due();
    clock.advance(base::Duration::minutes(1));
  }
  EXPECT_EQ(good, 1);
  EXPECT_EQ(bad, 3);
  EXPECT_EQ(left(), 0);
}

TEST_P(Deliverer, keeps_a_keys_order_for_each_subscriber) {
  std::vector<std::string> one, two;
  OutboxDeliverer all(temp.database(), clock, metrics, {&letters},
                      {{&letters, "one", into(one)}, {&letters, "two", into(two)}}, {.at_once = 3});
  for (int i = 0; i < 10; ++i) put("a", std::to_string(i));
  while (left() > 0) all.deliver_due();
  const auto in_order = ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  EXPECT_THAT(one, in_order);
  EXPECT_THAT(two, in_order);
}

TEST_P(Deliverer, loses_nothing_when_a_process_dies_between_two_subscribers) {
  put("a", "1");
  std::vector<std::string> one, two;
  const std::vector<Subscription> good{{&letters, "one", into(one)}, {&letters, "two", into(two)}};
  auto deadly = good;
  deadly[1].handler = [](const OutboxMessage&) -> Delivered {
    throw 1;
  };  // no std::exception: as if it never came back
  OutboxDeliverer dying(temp.database(), clock, metrics, {&letters}, deadly);
  EXPECT_THROW(dying.deliver_due(), int);
  OutboxDeliverer other(temp.database(), clock, metrics, {&letters}, good);
  clock.advance(base::Duration::minutes(3));
  while (left() > 0) other.deliver_due();
  EXPECT_THAT(one, ElementsAre("1"));
  EXPECT_THAT(two, ElementsAre("1"));
}

TEST_P(Deliverer, takes_over_what_a_dead_one_held_when_its_lease_ends) {
  put("a", "1");
  auto dying = deliverer([](const OutboxMessage&) -> Delivered { throw 1; });
  EXPECT_THROW(dying.deliver_due(), int);
  std::vector<std::string> got;
  auto other = deliverer(into(got));
  EXPECT_EQ(other.deliver_due(), 0);
  clock.advance(base::Duration::minutes(3));
  EXPECT_EQ(other.deliver_due(), 1);
  EXPECT_THAT(got, ElementsAre("1"));
}

TEST_P(Deliverer, takes_what_a_dead_one_held_by_a_clock_that_was_wrong) {
  put("a", "1");
  const auto right = clock.now();
  clock.advance(base::Duration::days(1));
  auto dying = deliverer([](const OutboxMessage&) -> Delivered { throw 1; });
  EXPECT_THROW(dying.deliver_due(), int);
  clock.set(right);
  std::vector<std::string> got;
  EXPECT_EQ(deliverer(into(got)).deliver_due(), 1);
  EXPECT_THAT(got, ElementsAre("1"));
}

TEST_P(Deliverer, renews_its_lease_and_settles_on_the_way_when_a_batch_takes_long) {
  for (const char* payload : {"1", "2", "3"}) put("a", payload);
  std::vector<std::string> to_other;
  auto other = deliverer(into(to_other));
  std::vector<std::int64_t> seen;
  auto slow = deliverer([&](const OutboxMessage&) {
    EXPECT_EQ(other.deliver_due(), 0) << "the lane is held";
    seen.push_back(left());
    clock.advance(base::Duration::seconds(70));
    return Delivery::done;
  });
  EXPECT_EQ(slow.deliver_due(), 3);
  EXPECT_THAT(seen, ElementsAre(3, 2, 1));
  EXPECT_THAT(to_other, ElementsAre());
}

TEST_P(Deliverer, shares_with_another_and_none_is_lost_or_doubled) {
  for (int i = 0; i < 60; ++i) put(std::to_string(i), std::to_string(i));
  std::mutex mutex;
  std::multiset<std::string> got;
  const auto work = [&] {
    auto one = deliverer([&](const OutboxMessage& message) {
      const std::lock_guard lock(mutex);
      got.insert(message.payload);
      return Delivery::done;
    });
    while (left() > 0) one.deliver_due();
  };
  {
    std::jthread one(work);
    std::jthread two(work);
  }
  EXPECT_EQ(got.size(), 60u);
  EXPECT_EQ(std::set<std::string>(got.begin(), got.end()).size(), 60u);
}

// Waits for what threads do; a minute is for a machine that stands still, not for the test.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] bool pass() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

TEST_P(Deliverer, lets_no_slow_receiver_hold_up_another_topic_or_subscriber) {
  Gate begun, other_topic, other_subscriber, go_on;
  const auto opens = [](Gate& gate) {
    return [&gate](const OutboxMessage&) {
      gate.open();
      return Delivery::done;
    };
  };
  OutboxDeliverer all(temp.database(), clock, metrics, {&letters, &other_letters},
                      {{&letters, "slow",
                        [&](const OutboxMessage&) {
                          begun.open();
                          return go_on.pass() ? Delivery::done : Delivery::later;
                        }},
                       {&letters, "quick", opens(other_subscriber)},
                       {&other_letters, "eraser", opens(other_topic)}},
                      {.interval = std::chrono::milliseconds(5)});
  put("a", "1");
  all.start();
  EXPECT_TRUE(begun.pass());
  put("a", "2", other_letters);
  EXPECT_TRUE(other_topic.pass());
  EXPECT_TRUE(other_subscriber.pass());
  go_on.open();
  all.stop();
  EXPECT_EQ(left(), 0);
}

TEST_P(Deliverer, has_as_many_workers_as_a_subscription_asks_for) {
  constexpr int workers = 3;
  std::atomic<int> in_hand = 0, together = 0;
  Gate all;
  OutboxDeliverer one(temp.database(), clock, metrics, {&letters},
                      {{&letters, "reader",
                        [&](const OutboxMessage&) {
                          if (++in_hand == workers) all.open();
                          together += all.pass() ? 1 : 0;
                          return Delivery::done;
                        },
                        workers}},
                      {.interval = std::chrono::milliseconds(5)});
  for (const char* key : {"a", "b", "c"}) put(key, key);  // of three parts: FNV-1a says 12, 5 and 2
  one.start();
  EXPECT_TRUE(all.pass());
  one.stop();
  EXPECT_EQ(together, workers);
  EXPECT_EQ(left(), 0);
}

}  // namespace
}  // namespace alting::store
