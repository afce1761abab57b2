// Delivers the outbox (outbox.h): each subscription on threads of its own, a batch settled in one commit.
//
// A worker leases a lane (topic, subscriber, part) in a transaction of its own and takes what is due there, delivers one
// after another, and settles them together: what is done goes, what failed gets its next time, and the lane is let go.
// A batch that takes long is settled on the way, and the lease renewed with it. A process that dies leaves the rows as
// they are, and the lane to another when the lease ends.
//
// A time farther ahead than anything writes one was written by a clock that was wrong: such a lease has ended, and a
// message that was not due later on purpose comes now.
//
// Messages of a topic, or for a subscriber, that this program does not know (an older one's) stay, and are counted and
// logged as errors, every hour.
#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/workers.h"
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
  ~OutboxDeliverer() { stop(); }

  void start();                     // the threads
  void stop() { workers_.stop(); }  // lets the messages in hand finish, and settles what was delivered
  // For tests and commands, on the caller's thread: delivers what is due now to every subscriber, once. Answers how many
  // deliveries were done.
  int deliver_due();
  // How many messages are there that nobody here delivers; logs them as errors. start() asks it every hour.
  std::int64_t report_unknown();
  // Brings back what a clock that was wrong set aside, and answers how many. start() does it at once and every hour.
  std::int64_t bring_back();

 private:
  // What a worker has in hand.
  struct Taken {
    std::string row_id;  // the message's id, and "/" and the subscriber where it was split
    base::Instant first_due;
    OutboxMessage message;
  };
  struct Batch {
    int part = 0;
    std::int64_t turn = 0;
    base::Instant leased_at{};
    std::vector<Taken> messages = {};
  };
  struct Answered {
    const Taken* taken;
    Delivered answer;
    bool overdue;  // by now: where its topic allows it, it is given up
  };

  [[nodiscard]] base::Instant latest_lease(base::Instant now) const;  // that somebody may hold
  [[nodiscard]] bool is_alone(const Subscription& one) const;         // the only one of its topic
  void make_lanes();                                                  // their rows
  [[nodiscard]] std::vector<int> due_parts(const Subscription& one);
  [[nodiscard]] Batch claim(const Subscription& one, int part);
  void split(Tx& tx, const Topic& topic, int part, base::Instant now) const;
  void take(Tx& tx, const Subscription& one, std::string_view subscriber, base::Instant now, Batch& batch) const;
  [[nodiscard]] Answered deliver(const Subscription& one, const Taken& taken) const;
  // Settles and forgets `answered`, and lets the lane go or renews its lease. False when the lane is another's by now.
  bool settle(const Subscription& one, const Batch& batch, std::vector<Answered>& answered, bool go_on);
  bool settle_together(const Subscription& one, const Batch& batch, const std::vector<Answered>& answered, bool go_on);
  void settle_one(Tx& tx, const Subscription& one, const Answered& answered) const;
  void count(const Subscription& one, const std::vector<Answered>& answered);
  int deliver_part(const Subscription& one, int part);
  int deliver_to(const Subscription& one, int first_part);

  Database& database_;
  const base::Clock& clock_;
  base::Metrics& metrics_;
  const std::vector<Subscription> subscriptions_;
  const Options options_;
  std::atomic<bool> lanes_made_ = false;
  base::Workers workers_;
};

}  // namespace alting::store
