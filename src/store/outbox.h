// What a transaction decided must happen outside: a row of the same transaction, delivered afterwards, at least once.
//
// The id is the idempotency key that the receiver gets. Payloads hold ids only: the handler reads what it needs when it
// delivers, so that what was erased meanwhile is not sent. Rows are cut into numbered parts by their key, and a worker
// takes a part at a time; rows of one key come in order as long as none of them fails.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "base/uuid.h"
#include "store/database.h"

namespace alting::store {

inline constexpr int outbox_parts = 16;

struct OutboxMessage {
  base::Uuid id;
  std::string topic;    // "submission.received"
  std::string key;      // what must stay in order, such as the instance's id
  std::string payload;  // JSON of ids, at most 8 KiB
  base::Instant created_at;
  std::int64_t attempts = 0;  // before this one
};

// Inside the writing transaction. Answers the message's id.
base::Uuid emit(Tx& tx, base::Random& random, base::Instant now, std::string_view topic, std::string_view key,
                std::string_view payload);

// Whether a message of this topic and key is still to be delivered.
[[nodiscard]] bool is_waiting(Tx& tx, std::string_view topic, std::string_view key);

enum class Delivery : std::uint8_t {
  done,   // delivered: the row goes
  later,  // try again, after a pause that doubles from 1 s to 1 h
};

class OutboxDeliverer {
 public:
  // A handler may be called twice for one message, and on several threads for different parts. An exception counts as
  // `later`.
  using Handler = std::function<Delivery(const OutboxMessage&)>;
  struct Options {
    int at_once = 20;                                   // messages taken by one claim
    base::Duration lease = base::Duration::minutes(2);  // after which another worker may take what was claimed
    base::Duration give_up = base::Duration::days(30);  // a message this old is dropped, with an error in the log
    std::chrono::milliseconds interval{500};            // between looks when nothing is due
  };
  OutboxDeliverer(Database& database, const base::Clock& clock) : OutboxDeliverer(database, clock, Options()) {}
  OutboxDeliverer(Database& database, const base::Clock& clock, Options options);
  ~OutboxDeliverer() { stop(); }

  void handle(std::string topic, Handler handler);  // before start()
  void start();                                     // one thread that goes round the parts
  void stop();                                      // lets the message in hand finish
  // For tests and commands: delivers what is due now in all parts, once. Answers how many were done.
  int deliver_due();

 private:
  [[nodiscard]] std::vector<OutboxMessage> claim(int part);
  [[nodiscard]] bool any_due(int part);
  Delivery deliver(const OutboxMessage& message);
  void settle(const OutboxMessage& message, Delivery delivery);
  int deliver_part(int part);
  void run();

  Database& database_;
  const base::Clock& clock_;
  Options options_;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace alting::store
