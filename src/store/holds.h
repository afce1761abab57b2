// What may not be ended now, though its rule has ended: because of a legal claim, an open matter, or because a person has
// had it restricted. Who keeps the holds is another room's (privacy/retention.h); what ends rows asks here, in the
// transaction that ends them, and says there what it ended, so that nothing goes that is not counted.
//
//   const auto holds = asked ? asked(tx) : store::Holds();
//   if (holds.holds("inbox.deleted", party, message_id)) continue;
//   ...
//   holds.count(tx, "inbox.deleted", "message", 1);
#pragma once
#include <cstdint>
#include <functional>
#include <span>
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

// How columns of one form say many parties: a query of one column without NULL, as a statement has no places for so many.
struct HeldQuery {
  terms::SubjectForm form = terms::SubjectForm::party_id;
  std::string_view sql;
};

struct Hold {
  std::string rule = {};           // "instances.agency_copy"; "": every rule but those of the log
  std::vector<HeldParty> of = {};  // those it is of; none: whoever it is
  std::string item = {};           // the id of a form or a message; "": all that the party has
  // Where there are any, conditions on rows ask these, and `of` needs no more than the party of each.
  std::span<const HeldQuery> queries = {};
};

// Counts rows of a table that a rule ended, in the transaction that ends them.
using CountEnded = std::function<void(Tx&, std::string_view rule, std::string_view table, std::int64_t ended)>;

class Holds {
 public:
  Holds() = default;
  explicit Holds(std::vector<Hold> all, CountEnded count = {}) : all_(std::move(all)), count_(std::move(count)) {}
  [[nodiscard]] bool none() const { return all_.empty(); }
  [[nodiscard]] const std::vector<Hold>& all() const { return all_; }

  // Nothing of the rule may be ended. Entries of the log are ended by whole days, so a hold that names one of its rules
  // holds all that the rule ends, whoever it is for; one that names no rule does not reach the log.
  [[nodiscard]] bool whole(std::string_view rule) const;
  [[nodiscard]] bool holds(std::string_view rule, terms::PartyId party, std::string_view item = {}) const;
  // Whose data, all or some, are held by a hold that is not of whoever it is; "": by any rule. Each once.
  [[nodiscard]] std::vector<terms::PartyId> parties(std::string_view rule = {}) const;
  // Those of the rule that are of one party or item: a condition on rows of the table, " AND ...", and what it binds.
  // "" where none can be told by its columns.
  struct Condition {
    std::string sql;
    std::vector<Value> values;
  };
  // `by_actors`: also rows of others that the party acted in.
  [[nodiscard]] Condition none_of(const terms::Table& table, std::string_view rule, bool by_actors = true) const;

  // A job that does so for all it ends says so (Job::counts_itself).
  void count(Tx& tx, std::string_view rule, std::string_view table, std::int64_t ended) const {
    if (count_ && ended > 0) count_(tx, rule, table, ended);
  }

 private:
  std::vector<Hold> all_;
  CountEnded count_;
};

// What is in force now, in the transaction that asks. Empty: nothing is ever held.
using HoldsNow = std::function<Holds(Tx&)>;

}  // namespace alting::store
