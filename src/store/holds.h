// What may not be ended now, though its rule has ended: because of a legal claim, an open matter, or because a person has
// had it restricted. Who keeps the holds is another room's (privacy/retention.h); what ends rows asks here, in the
// transaction that ends them.
//
//   const auto holds = asked ? asked(tx) : store::Holds();
//   if (holds.holds("inbox.deleted", party, message_id)) continue;
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "terms/catalogue.h"
#include "terms/ids.h"

namespace alting::store {

// A party, as the columns of all rooms may say it (terms::SubjectForm).
struct HeldParty {
  terms::PartyId party;
  std::string uuid;
  std::vector<std::int64_t> user_ids;  // of portal_user
  std::vector<std::string> numbers;    // keyed hashes of identity numbers, and organisation numbers
};

struct Hold {
  std::string rule = {};           // "instances.agency_copy"; "": every rule but those of the log
  std::vector<HeldParty> of = {};  // one, or none: whoever it is
  std::string item = {};           // the id of a form or a message; "": all that the party has
};

class Holds {
 public:
  Holds() = default;
  explicit Holds(std::vector<Hold> all) : all_(std::move(all)) {}
  [[nodiscard]] bool none() const { return all_.empty(); }
  [[nodiscard]] const std::vector<Hold>& all() const { return all_; }

  // Nothing of the rule may be ended. Entries of the log are ended by whole days, so a hold that names one of its rules
  // holds all that the rule ends, whoever it is for; one that names no rule does not reach the log.
  [[nodiscard]] bool whole(std::string_view rule) const;
  [[nodiscard]] bool holds(std::string_view rule, terms::PartyId party, std::string_view item = {}) const;
  // Those of the rule that are of one party or item: a condition on rows of the table, " AND ...", and what it binds.
  // "" where none can be told by its columns.
  struct Condition {
    std::string sql;
    std::vector<Value> values;
  };
  [[nodiscard]] Condition none_of(const terms::Table& table, std::string_view rule) const;

 private:
  std::vector<Hold> all_;
};

// What is in force now, in the transaction that asks. Empty: nothing is ever held.
using HoldsNow = std::function<Holds(Tx&)>;

}  // namespace alting::store
