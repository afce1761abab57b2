// What was sent, and what was restricted of it, becomes an event: the outbox's subscriber of `instances::process_completed`.
//
// The event gets its number in the transaction that settles the message, and not in the one that sent the form: there it
// would make all who send to one agency wait for each other. The message goes and the event comes in one commit, so that
// each is numbered once, however often it is delivered, and by however many processes.
#pragma once
#include "access/restrictions.h"
#include "base/random.h"
#include "parties/parties.h"
#include "store/outbox.h"

namespace alting::events {

class Telling {
 public:
  // All must outlive it.
  Telling(parties::Parties& parties, base::Random& random, const base::Clock& clock)
      : parties_(parties), random_(random), clock_(clock) {}
  // Of the payload, `{"party", "instance", "app"}` and, where the form says that it must be looked at at once,
  // `"urgent": true`.
  [[nodiscard]] store::Delivered deliver(const store::OutboxMessage& message);
  // Of access::restriction_changed: each agency that has got what is restricted, or was, has it in its feed, and the
  // restriction says that it was told. When it is lifted, what came meanwhile gets its numbers after that.
  [[nodiscard]] store::Delivered restriction_changed(const store::OutboxMessage& message);

 private:
  void tell(store::Tx& tx, const access::Restriction& about, std::string_view what, base::Instant at,
            base::Uuid event_id);
  parties::Parties& parties_;
  base::Random& random_;
  const base::Clock& clock_;
};

}  // namespace alting::events
