// Orders in hand, and the lanes they are taken from. Used by the deliverer and the bounces alone.
//
// A claim leases a lane, lets orders that wait together become one, and takes what is due. Then each address that is to be
// tried is a row, committed before anything is handed over; and last what came of it. Who dies between leaves attempts
// that say "sending": whoever has the lane after the lease sends them again, with the same Message-ID, and they say so.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "ledger/ledger.h"
#include "notify/orders.h"
#include "notify/settings.h"
#include "parties/parties.h"
#include "store/database.h"

namespace alting::notify {

inline constexpr int lanes = 16, orders_at_once = 32;  // in one claim
inline constexpr base::Duration lane_lease = base::Duration::minutes(2);
inline constexpr base::Duration gives_up_after = base::Duration::days(4);  // counted from when it was due
// 1, 2, 4 minutes and so on, six hours at most.
[[nodiscard]] base::Duration retry_pause(std::int64_t tries);
[[nodiscard]] int lane_of(terms::PartyId recipient);

struct Attempt {
  std::string id, order_id;
  terms::PartyId told;
  std::string channel = "email", source, hash, masked;
  std::optional<base::Instant> confirmed_at, tried_at, next_at;
  std::int64_t tries = 0;
  AttemptOutcome outcome = AttemptOutcome::waiting;
  std::string code, words;
  bool may_have_gone_twice = false;
};

struct Order {
  std::string id;
  const Template* form = nullptr;
  terms::PartyId recipient;
  std::optional<terms::AppId> service;
  bool confidential = false;
  std::map<std::string, std::string> fields;
  std::string cause, merge_key;
  Channel channel = Channel::email;
  bool ignore_reservation = false;
  base::Language language = base::Language::nb;
  base::Instant due;
  NoticeStep step = NoticeStep::ordered;
  std::int64_t tries = 0, together = 1;
  std::optional<base::Instant> handed_over_at;
  std::vector<Attempt> attempts;
  [[nodiscard]] bool too_late(base::Instant now) const { return now > due + gives_up_after; }
};

struct TakenLane {
  int part = 0;
  std::int64_t turn = 0;
  base::Instant leased_at;
  std::vector<Order> orders;
};

// What the next row of an order says. Nothing of `next_at`: it is settled.
struct NextStep {
  NoticeStep step = NoticeStep::queued;
  std::string reason = {};
  std::optional<base::Instant> next_at = {};
};

class OrderRows {
 public:
  struct Needs {
    store::Database& database;
    ledger::Ledger& ledger;
    parties::Parties& parties;
    base::Random& random;
    const base::Clock& clock;
    NotifyOptions options = {};
  };
  explicit OrderRows(Needs needs) : with_(std::move(needs)) {}
  [[nodiscard]] ledger::Ledger& ledger() { return with_.ledger; }

  // At start where one process has the database: what a process that died has leased is free.
  void free_lanes();
  [[nodiscard]] std::vector<int> due_lanes();
  // Nothing when another has it, or nothing is due.
  [[nodiscard]] std::optional<TakenLane> claim(int part);
  // Inside the transaction that goes on with what was taken: whether the lane is this claim's still.
  [[nodiscard]] static bool holds(store::Tx& tx, const TakenLane& lane);
  static void release(store::Tx& tx, const TakenLane& lane);
  static void write(store::Tx& tx, const Attempt& attempt, base::Instant now);
  static void write(store::Tx& tx, const std::string& order, const NextStep& next, std::int64_t tries,
                    base::Instant now);
  // Those that were to go as this one, which is not wanted any more, are orders of their own again.
  static void part_again(store::Tx& tx, std::string_view order, base::Instant now);
  // What all attempts of an order, as they stand, come to.
  [[nodiscard]] static NextStep judge(const std::vector<Attempt>& attempts);
  [[nodiscard]] static std::vector<Attempt> attempts_of(store::Tx& tx, std::string_view order);
  [[nodiscard]] static std::optional<Attempt> find_attempt(store::Tx& tx, std::string_view id);
  [[nodiscard]] static std::optional<Order> find(store::Tx& tx, std::string_view id);

  // For the recipient's log, of notices alone: handed over, failed (no address and reservation too), or that a
  // reservation was overridden. Nothing for the other templates.
  [[nodiscard]] std::optional<ledger::PreparedEntry> entry_of(const Order& order, const NextStep& next);
  [[nodiscard]] std::optional<ledger::PreparedEntry> override_entry(const Order& order, const std::string& reason);

 private:
  static void put_off(store::Tx& tx, const Order& order, base::Instant now, base::Instant until);
  [[nodiscard]] bool waits_for_others(store::Tx& tx, const Order& order, std::int64_t in_hand, base::Instant now) const;
  static void take_together(store::Tx& tx, Order& order, base::Instant now);
  Needs with_;
};

}  // namespace alting::notify
