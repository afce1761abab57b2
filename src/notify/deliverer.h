// Sends what is ordered. Threads take lanes (order_rows.h), ask where the orders go, note each address as a row, hand the
// mail to the relay, and note what it said.
//
// One claim is handed over in half its lease, and ends at the first sign that the relay is not there; what was not tried
// then waits some seconds, and all threads with it. What the relay puts off is tried again after 1, 2, 4 minutes and so
// on, for four days.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

#include "base/metrics.h"
#include "base/workers.h"
#include "crypto/secret_bytes.h"
#include "net/mail_relay.h"
#include "notify/addressing.h"
#include "notify/order_rows.h"

namespace alting::notify {

class Deliverer {
 public:
  struct Needs {
    OrderRows& rows;
    Addressing& addressing;
    net::MailRelay& relay;
    store::Database& database;
    base::Random& random;
    const base::Clock& clock;
    base::Metrics& metrics;
    const crypto::SecretBytes& bounce_secret;  // of return paths (net/bounce.h)
    // Title of a service in a language; "" when it is not here.
    std::function<std::string(const terms::AppId&, base::Language)> title_of;
    // Why a reservation is overridden, where the order's cause leads.
    std::function<std::string(const Order&)> override_reason;
    std::string site;  // the address to type
    std::string from, from_name, return_domain;
  };
  struct Options {
    int threads = 8;
    std::chrono::milliseconds interval{100};  // between looks
    base::Duration pause_when_down = base::Duration::seconds(5), put_back_for = base::Duration::seconds(15);
  };
  explicit Deliverer(Needs needs) : Deliverer(std::move(needs), Options()) {}
  Deliverer(Needs needs, Options options) : with_(std::move(needs)), options_(options) {}
  ~Deliverer() { stop(); }

  void start();
  void stop();  // lets the mail in hand finish
  // For tests, on the caller's thread: one claim of each lane where something is due. Answers how many orders were in them.
  int deliver_due();

 private:
  struct Sending {
    std::size_t order;  // its place in the lane
    Attempt attempt;
    Destination to;
    std::optional<net::MailAnswer> answer = {};  // nothing: it was not tried
  };
  // What is to be written of one order before anything of it is sent.
  struct Plan {
    std::vector<Attempt> attempts = {};
    NextStep next = {};
    std::int64_t tries = 0;
    std::optional<ledger::PreparedEntry> entry = {}, overridden = {};
  };
  void look();
  void work();
  [[nodiscard]] int serve(int part);
  [[nodiscard]] Plan plan(Order& order, const Addressed& addressed, base::Instant now);
  [[nodiscard]] Plan plan_without_address(Order& order, const Addressed& addressed, base::Instant now) const;
  template <class Write>
  [[nodiscard]] auto while_held(const TakenLane& lane, const Write& write);
  [[nodiscard]] bool queue(const TakenLane& lane, const std::vector<Plan>& plans, bool something);
  [[nodiscard]] net::Mail mail_of(const Order& order, const Addressed& addressed, const Sending& sending) const;
  [[nodiscard]] net::MailAnswer send_one(const Order& order, const Addressed& addressed, const Sending& sending);
  void send(const TakenLane& lane, const std::vector<Addressed>& addressed, std::vector<Sending>& sendings);
  void settle(TakenLane& lane, std::vector<Sending>& sendings);
  void note(const Order& order, Sending& sending, base::Instant now) const;
  void count(const Order& order, const net::MailAnswer& answer, base::Instant now);

  Needs with_;
  Options options_;
  std::atomic<std::int64_t> down_until_ = 0;  // micros
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // all below with mutex_
  std::deque<int> waiting_;
  std::set<int> in_hand_;
  base::Workers workers_;
};

}  // namespace alting::notify
