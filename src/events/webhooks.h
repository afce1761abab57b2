// Sends what is due to the end points: one thread looks which lanes have something to do, others send.
//
// Nobody waits for another's end point. A lane is served by one thread at a time, which stops at the first answer that is
// slow or bad. From then on the lane counts as troubled, and is served by threads of their own, until it goes well again:
// however many are slow or down, they never have those that serve the others.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

#include "base/metrics.h"
#include "base/workers.h"
#include "events/lanes.h"
#include "events/webhook_signer.h"
#include "net/http_client.h"

namespace alting::events {

class Webhooks {
 public:
  struct Needs {
    Lanes& lanes;
    net::HttpClient& http;  // net::make_public_http_client
    const WebhookSigner& signer;
    access::Decider& decider;
    base::Random& random;
    const base::Clock& clock;
    base::Metrics& metrics;
    std::string public_url;
  };
  struct Options {
    int senders = 16;           // threads for the lanes that go well
    int troubled_senders = 32;  // and for the others
    int at_once = 8;            // requests to one end point at the same time, when it goes well
    base::Duration timeout = base::Duration::seconds(5), troubled_timeout = base::Duration::seconds(15);
    base::Duration slow = base::Duration::seconds(1);  // an answer that took longer
    std::chrono::milliseconds interval{150};           // between looks
  };
  explicit Webhooks(Needs needs) : Webhooks(std::move(needs), Options()) {}
  Webhooks(Needs needs, Options options);
  ~Webhooks() { stop(); }

  void start();
  void stop();  // lets what is under way finish
  // For tests, on the caller's thread: serves each lane that has something to do, once. Answers how many requests came
  // through.
  int deliver_due();

 private:
  struct Pool {
    int most = 0, threads = 0, idle = 0;
    std::deque<Lanes::Due> waiting = {};
  };
  void look();
  void work(Pool& pool);
  void hand_out(const Lanes::Due& due);  // with mutex_
  struct Served {
    int delivered = 0;
    bool more = false;
  };
  [[nodiscard]] Served serve(const Lanes::Due& due);
  [[nodiscard]] Came send(const Taken& taken, bool troubled);
  struct Sent {
    Answered answered;
    bool tried = true, slow = false;
    std::optional<base::Duration> retry_after = {};
  };
  [[nodiscard]] Sent send_one(const Taken& taken, std::size_t place, bool troubled);
  [[nodiscard]] Sent request(const Taken& taken, const Event& event, bool troubled);
  [[nodiscard]] bool may_see(const Taken& taken, const Event& event);
  void count(const Taken& taken, const Sent& sent);

  Needs with_;
  Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // all below with mutex_
  Pool good_, troubled_;
  std::set<std::int64_t> in_hand_;
  base::Workers workers_;
};

}  // namespace alting::events
