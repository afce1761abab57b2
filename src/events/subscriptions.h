// Who is told what: an agency's subscriptions to its own feed, each to one https address.
//
// A subscription works from the moment its row is there, and tells of what comes after that: of nothing before its end
// point has answered the validation event with a 2xx. What it may tell is asked again at each delivery, as the
// organisation that owns it: when its access ends, nothing more is sent. One that a supplier made ends with the
// supplier's right to make it, in the transaction that takes the right back.
//
// Errors: `not_found` (error.events.no_subscription) for what is not there or another's; `invalid` with what is wrong of
// an address (error.events.end_point, net's own) or a filter (error.events.filter); `too_many` (error.events.too_many);
// `conflict` (error.events.state) for what this state does not let, (error.events.same) for what a person adds though it is
// there; the Decider's refusals.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/random.h"
#include "events/filter.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/quota.h"
#include "terms/permit.h"

namespace alting::events {

inline constexpr std::int64_t max_subscriptions = 50;  // of one agency, those that have ended not counted

// What one-time ids of this room are used for (store::was_done).
inline constexpr std::string_view subscription_added = "subscription.add", subscription_ended = "subscription.end",
                                  subscription_checked = "subscription.check",
                                  subscription_replayed = "subscription.replay";

enum class SubscriptionState : std::uint8_t {
  validating,  // its end point has not answered yet
  refused,     // it did not, however often it was asked: check() asks it anew
  active,
  suspended,  // nothing has reached it for two days: check() asks it anew, and then it is sent all of it
  ended,      // by its owner, with its supplier's right, or because the end point answered 410
};
[[nodiscard]] std::string_view to_text(SubscriptionState state);  // "validating", ...: the code of the page's texts

struct Subscription {
  std::int64_t id = 0;
  std::string org;
  terms::PartyId owner;  // the agency's organisation
  std::string supplier;  // the organisation number of who made it for the agency; "": the agency itself
  std::string end_point;
  Filter filter;
  SubscriptionState state = SubscriptionState::validating;
  base::Instant created;
  std::optional<base::Instant> validated, ended;
  // How it goes.
  std::optional<base::Instant> last_delivered, failing_since, next_try;
  // What came of the last attempt: "" before the first, "delivered", else "status" (an answer that is no 2xx: `last_status`),
  // "redirect", "no_answer", "inside" (the address is in a private network), "access" (the owner may not see it now).
  std::string last_outcome;
  int last_status = 0;        // 0: none
  std::int64_t waiting = 0;   // events that are to be delivered still, at most 1,000 counted
  std::int64_t given_up = 0;  // that were tried to the last; replay() sends them
};

struct NewSubscription {
  std::string end_point;
  Filter filter = {};
};

// What became of one event for one subscription.
enum class DeliveryState : std::uint8_t { waiting, delivered, given_up };
[[nodiscard]] std::string_view to_text(DeliveryState state);

struct DeliveryRow {
  Event event;
  DeliveryState state = DeliveryState::waiting;
  int attempts = 0;
  std::string last_outcome = {};  // as Subscription's
  int last_status = 0;
  std::optional<base::Instant> last_try = {}, next_try = {}, delivered = {};
};
struct DeliveryPage {
  std::vector<DeliveryRow> rows;  // the newest event first
  std::string next;               // "" when there is no more
};

// Who may change an agency's subscriptions: one of its systems, by its scope alone; a person by being of its staff, and by
// a permit for `delegate` on the agency's own organisation.
struct Ground {
  const terms::Scope& scope;  // Decider::agency_scope()
  const terms::Permit* manager = nullptr;
};

class Subscriptions {
 public:
  struct Needs {
    store::Database& database;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    const base::Clock& clock;
    store::Quotas quotas;
    std::function<std::string(std::string_view org)>
        agency_number;  // the organisation number of an agency, "" for none
    std::function<base::Status(std::string_view url)> check_address;  // net::check_public_url, and the operator's list
    // Whether a supplier's right to subscribe for this organisation was taken back, as the transaction sees it; both by
    // their numbers.
    std::function<bool(store::Tx& tx, std::string_view owner, std::string_view supplier)> was_taken_back = {};
  };
  explicit Subscriptions(Needs needs) : with_(std::move(needs)) {}

  // For who may read what is sent to the agency. The newest first; those that ended stay for 90 days.
  [[nodiscard]] base::Result<std::vector<Subscription>> list(const terms::Scope& scope);
  [[nodiscard]] base::Result<Subscription> find(const terms::Scope& scope, std::int64_t id);
  [[nodiscard]] base::Result<DeliveryPage> deliveries(const terms::Scope& scope, std::int64_t id,
                                                      std::string_view after, int limit = 50);  // 1 to 200

  // `post_id`: the one-time id of a page's form; "" from a machine, whose repeats `api` knows.
  [[nodiscard]] base::Result<Subscription> add(const Ground& ground, const NewSubscription& wanted, base::Instant at,
                                               std::string_view post_id);
  [[nodiscard]] base::Status end(const Ground& ground, std::int64_t id, base::Instant at, std::string_view post_id);
  // Asks the end point anew whether it wants what is sent: of one that is refused, suspended or still to answer. Of an
  // active one: tries at once what waits for its next time.
  [[nodiscard]] base::Status check(const Ground& ground, std::int64_t id, base::Instant at, std::string_view post_id);
  // Sends again what matches, from this number of the feed on (1: all that is kept), and what was given up.
  [[nodiscard]] base::Status replay(const Ground& ground, std::int64_t id, std::int64_t from_seq, base::Instant at,
                                    std::string_view post_id);

  // With a permit to `delegate` on the organisation itself: what a supplier, by its number, made for it and still runs.
  // That ends when its right is taken back. None with another permit.
  [[nodiscard]] std::vector<Subscription> of_supplier(const terms::Permit& permit, std::string_view supplier);
  // Ends these: made ready now, and done in the transaction that takes the right back, which has checked the permit
  // anew. `conflict` (error.events.made_meanwhile) when there is one by then that was not made ready.
  using Ending = std::function<base::Status(store::Tx& tx)>;
  [[nodiscard]] Ending end_with_right(const terms::Permit& permit, std::string_view supplier, base::Instant at);

 private:
  struct Change;
  [[nodiscard]] base::Result<terms::PartyId> owner_of(const Ground& ground);
  [[nodiscard]] base::Status recheck(store::Tx& tx, const Ground& ground);
  [[nodiscard]] base::Status write(const Ground& ground, const std::string& act, std::int64_t id, base::Instant at,
                                   std::string_view post_id, const Change& change);
  Needs with_;
};

}  // namespace alting::events
