#include "store/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/migrate.h"
#include "store/migrations.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

class OutboxTest : public ::testing::TestWithParam<Engine> {
 protected:
  OutboxTest() : temp(GetParam()) { migrate(temp.database(), clock, {migrations()}); }
  void put(std::string_view key, std::string_view payload, bool keep = true) {
    (void)temp.database().write([&](Tx& tx) -> base::Status {
      emit(tx, random, clock.now(), "topic", key, payload);
      if (!keep) return base::make_error(base::ErrorKind::conflict, "error.test");
      return {};
    });
    clock.advance(base::Duration::milliseconds(1));
  }
  std::int64_t left() {
    return temp.database().read([](Tx& tx) { return tx.query_one("SELECT count(*) FROM outbox")->number(0); });
  }
  base::SystemRandom random;
  base::ManualClock clock{{1'000'000}};
  testing::TempDatabase temp;
};
INSTANTIATE_TEST_SUITE_P(Engines, OutboxTest, testing::engines(), testing::engine_name);

TEST_P(OutboxTest, delivers_what_was_committed_and_nothing_else) {
  put("a", "1");
  put("a", "2", false);
  put("b", "3");
  std::vector<std::string> got;
  OutboxDeliverer deliverer(temp.database(), clock);
  deliverer.handle("topic", [&](const OutboxMessage& message) {
    got.push_back(message.payload);
    return Delivery::done;
  });
  EXPECT_EQ(deliverer.deliver_due(), 2);
  EXPECT_THAT(got, ::testing::UnorderedElementsAre("1", "3"));
  EXPECT_EQ(left(), 0);
}

TEST_P(OutboxTest, one_keys_messages_come_in_order) {
  for (int i = 0; i < 30; ++i) put("a", std::to_string(i));
  std::vector<int> got;
  OutboxDeliverer deliverer(temp.database(), clock);
  deliverer.handle("topic", [&](const OutboxMessage& message) {
    got.push_back(std::stoi(message.payload));
    return Delivery::done;
  });
  while (left() > 0) deliverer.deliver_due();
  EXPECT_EQ(got.size(), 30u);
  EXPECT_TRUE(std::is_sorted(got.begin(), got.end()));
}

TEST_P(OutboxTest, what_fails_comes_again_after_a_pause_that_grows) {
  put("a", "1");
  int tries = 0;
  OutboxDeliverer deliverer(temp.database(), clock);
  deliverer.handle("topic", [&](const OutboxMessage& message) -> Delivery {
    EXPECT_EQ(message.attempts, tries);
    if (++tries < 3) throw std::runtime_error("not now");
    return Delivery::done;
  });
  EXPECT_EQ(deliverer.deliver_due(), 0);
  EXPECT_EQ(deliverer.deliver_due(), 0);
  EXPECT_EQ(tries, 1);
  clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(deliverer.deliver_due(), 0);
  clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(deliverer.deliver_due(), 0);
  EXPECT_EQ(tries, 2);
  clock.advance(base::Duration::seconds(1));
  EXPECT_EQ(deliverer.deliver_due(), 1);
  EXPECT_EQ(left(), 0);
}

TEST_P(OutboxTest, what_a_dead_worker_held_comes_again_when_its_lease_ends) {
  put("a", "1");
  OutboxDeliverer dying(temp.database(), clock);
  dying.handle("topic",
               [](const OutboxMessage&) -> Delivery { throw 1; });  // not a std::exception: as if it never came back
  EXPECT_THROW(dying.deliver_due(), int);
  int got = 0;
  OutboxDeliverer other(temp.database(), clock);
  other.handle("topic", [&](const OutboxMessage&) {
    ++got;
    return Delivery::done;
  });
  EXPECT_EQ(other.deliver_due(), 0);
  clock.advance(base::Duration::minutes(3));
  EXPECT_EQ(other.deliver_due(), 1);
  EXPECT_EQ(got, 1);
}

TEST_P(OutboxTest, two_workers_share_and_none_is_lost) {
  for (int i = 0; i < 60; ++i) put(std::to_string(i), std::to_string(i));
  std::mutex mutex;
  std::multiset<std::string> got;
  const auto work = [&] {
    OutboxDeliverer deliverer(temp.database(), clock);
    deliverer.handle("topic", [&](const OutboxMessage& message) {
      const std::lock_guard lock(mutex);
      got.insert(message.payload);
      return Delivery::done;
    });
    for (int i = 0; i < 5; ++i) deliverer.deliver_due();
  };
  {
    std::jthread one(work), two(work);
  }
  EXPECT_EQ(got.size(), 60u);
  EXPECT_EQ(std::set<std::string>(got.begin(), got.end()).size(), 60u);
  EXPECT_EQ(left(), 0);
}

TEST_P(OutboxTest, a_thread_of_its_own_delivers_and_stops) {
  std::atomic<int> got = 0;
  OutboxDeliverer deliverer(temp.database(), clock, {.interval = std::chrono::milliseconds(5)});
  deliverer.handle("topic", [&](const OutboxMessage&) {
    ++got;
    return Delivery::done;
  });
  deliverer.start();
  put("a", "1");
  for (int i = 0; i < 1'000 && got == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  deliverer.stop();
  EXPECT_EQ(got, 1);
}

}  // namespace
}  // namespace alting::store
