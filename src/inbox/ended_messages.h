// Ending the agency's copies of messages that it sent, and of what was answered, by the dated rule of the service's folder
// (forms::DataCatalogue::purged_by of a document that stands in `message`, counted from when the message was sent or last
// answered). None of its functions finds the message any more, and the agency's wraps are erased: those of what was sent at
// once, those of the answers some at a time, as there may be many. A recipient who has it keeps it; the rows go when none
// does, and no wrap of the agency's is left. What is held, and what is restricted, of any recipient, stays.
#pragma once
#include <chrono>
#include <cstdint>
#include <string_view>

#include "access/access.h"
#include "forms/catalogue.h"
#include "inbox/message.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/vault.h"

namespace alting::inbox {

class EndedMessages {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    const forms::AppCatalogue& apps;
    const base::Clock& clock;
    base::Random& random;
  };
  explicit EndedMessages(const Needs& needs) : with_(needs) {}

  // The job: some of what has ended, and of the rows that nobody has. Answers how many batches and rows of recipients.
  [[nodiscard]] std::int64_t end_copies(const store::HoldsNow& holds = {});
  // How many batches would end at that time, and which of them holds of a party or an item keep.
  [[nodiscard]] std::int64_t would_end(store::Tx& tx, base::Instant at) const;
  [[nodiscard]] std::int64_t would_stay(store::Tx& tx, base::Instant at, const store::Holds& holds) const;

 private:
  [[nodiscard]] bool end_one(const BatchId& id, const terms::AppId& service, terms::PartyId agency,
                             base::Instant before, const store::HoldsNow& holds);
  [[nodiscard]] bool erase_keys_of_answers(std::chrono::steady_clock::time_point stop);  // false: some are left
  [[nodiscard]] std::int64_t delete_some();
  [[nodiscard]] std::int64_t count_over(store::Tx& tx, base::Instant at, const store::Holds::Condition& also) const;
  const Needs with_;
};

}  // namespace alting::inbox
