// Delivers the outbox (outbox.h): each subscription on threads of its own, a batch settled in one commit.
//
// A worker leases a lane (topic, subscriber, part) in a transaction of its own and takes what is due there, delivers one
// after another, and settles them together: what is done goes, what failed gets its next time, and the lane is let go.
// A batch that takes long is settled on the way, and the lease renewed with it. A process that dies leaves the rows as
// they are, and the lane to another when the lease ends.
//
// Messages of a topic, or for a subscriber, that this program does not know (an older one's) stay, and are counted and
// logged as errors, every hour.
#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "store/outbox.h"

namespace alting::store {

inline constexpr int outbox_parts = 16;

class OutboxDeliverer {
 public:
  using Handler = OutboxHandler;
  struct Options {
    int at_once = 20;                                   // messages taken by one claim
    base::Duration lease = base::Duration::minutes(2);  // after which another worker may take the lane
    base::Duration overdue = base::Duration::days(30);  // when a message is given up, or said to be overdue
    std::chrono::milliseconds interval{500};            // between looks when nothing is due
  };
  // `topics`: all that any room emits. std::logic_error when one of them has no subscription, when a subscription has a
  // topic that is not among them, no handler or no name, or when two of one topic have one name.
  OutboxDeliverer(Database& database, const base::Clock& clock, base::Metrics& metrics,
                  const std::vector<const Topic*>& topics, std::vector<Subscription> subscriptions)
      : OutboxDeliverer(database, clock, metrics, topics, std::move(subscriptions), Options()) {}
  OutboxDeliverer(Database& database, const base::Clock& clock, base::Metrics& metrics,
                  const std::vector<const Topic*>& topics, std::vector<Subscription> subscriptions, Options options);
  ~OutboxDeliverer();

  void start();  // the threads
  void stop();   // lets the messages in hand finish, and settles what was delivered
  // For tests and commands, on the caller's thread: delivers what is due now to every subscriber, once. Answers how many
  // deliveries were done.
  int deliver_due();
  // Counts the messages that nobody here delivers, and logs them as errors. Every hour, by start()'s threads.
  std::int64_t report_unknown();

 private:
  struct Lane;
  struct Batch;
  struct Answered;
  void check(const std::vector<const Topic*>& topics) const;
  void make_lanes();
  [[nodiscard]] bool is_alone(const Subscription& one) const;  // the only one of its topic
  [[nodiscard]] std::vector<int> due_parts(const Subscription& one);
  [[nodiscard]] Batch claim(const Subscription& one, int part);
  void split(Tx& tx, const Topic& topic, int part, base::Instant now);
  [[nodiscard]] Delivered deliver(const Subscription& one, const OutboxMessage& message);
  [[nodiscard]] bool settle(const Subscription& one, Batch& batch, std::vector<Answered>& answered, bool go_on);
  int deliver_part(const Subscription& one, int part);
  int deliver_to(const Subscription& one, int first_part);
  void work(const Subscription& one, int number);
  void watch();
  void measure();

  Database& database_;
  const base::Clock& clock_;
  base::Metrics& metrics_;
  std::vector<Subscription> subscriptions_;
  Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> lanes_made_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace alting::store
