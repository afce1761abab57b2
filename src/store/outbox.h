// What a transaction decided must happen outside: a row of the same transaction, delivered afterwards, at least once.
//
// A message has a topic, which is a constant of the room that emits; who delivers it is a subscription. Each
// subscription has threads of its own, so that a slow one holds up no other. A topic with several subscribers is
// delivered to each by itself: the message is split into a row for each before it is delivered, in one transaction.
//
// The id is the idempotency key that the receiver gets. Payloads hold ids only: the handler reads what it needs when it
// delivers, so that what was erased meanwhile is not sent. Rows are cut into numbered parts by their key. A worker takes
// a part of a subscription (a lane) at a time and holds it by a lease, over all processes; rows of one key come in order
// as long as none of them fails and the lease holds: by their time, and those of one transaction as it emitted them.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "base/uuid.h"
#include "store/database.h"

namespace alting::store {

// One constexpr constant in the room that emits, listed in main/rooms.cpp.
struct Topic {
  std::string_view name;  // "instances.keys.erase": stands in rows, stays for ever
  // True only where losing a message breaks no promise: then one that could not be delivered in 30 days is dropped, with
  // an error in the log. Else it is tried once an hour for ever, and counted as overdue.
  bool may_be_given_up = false;
};

struct OutboxMessage {
  base::Uuid id;  // the same for all subscribers
  std::string topic;
  std::string key;      // what must stay in order, such as the instance's id
  std::string payload;  // JSON of ids, at most 8 KiB
  base::Instant created_at;
  std::int64_t attempts = 0;  // that failed before this one
};

// Inside the writing transaction. Delivered at `due` or later; nothing: at once. Answers the message's id.
base::Uuid emit(Tx& tx, base::Random& random, base::Instant now, const Topic& topic, std::string_view key,
                std::string_view payload, std::optional<base::Instant> due = {});

// Whether a message of this topic and key is still to be delivered, to anyone.
[[nodiscard]] bool is_waiting(Tx& tx, const Topic& topic, std::string_view key);

enum class Delivery : std::uint8_t {
  done,   // delivered: the row goes
  later,  // try again, after a pause that doubles from 1 s to 1 h
};

// What a handler answers; a Delivery alone is one.
struct Delivered {
  Delivered(Delivery how) : delivery(how) {}  // NOLINT: a handler says `return Delivery::done`
  Delivered(Delivery how, std::function<void(Tx&)> and_write) : delivery(how), write(std::move(and_write)) {}
  Delivery delivery;
  // Written in the transaction that settles the message, such as rows for subscribers that only the database knows: it
  // is kept exactly once, with the row's going. May run again, as all transactions do.
  std::function<void(Tx&)> write = {};
};

// May be called twice for one message, and on several threads for different keys. An exception counts as `later`. Takes
// less than a minute, else another process may deliver the same.
using OutboxHandler = std::function<Delivered(const OutboxMessage&)>;

struct Subscription {
  const Topic* topic;           // a constant, never null
  std::string_view subscriber;  // "events", "notify": stands in rows, stays for ever; of one topic each but once
  OutboxHandler handler;
  int workers = 1;  // threads: how many destinations may be slow at once; 16 at most
};

}  // namespace alting::store
