// What somebody says is wrong about them in a register (personvernforordningen art. 16). Nothing of a register is changed here: it is
// put right where it stands, and the note "disputed since" stands beside the value meanwhile, until its owner takes it away:
// for the party, and for an agency's staff who read what the party sent.
#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "store/database.h"
#include "store/quota.h"
#include "terms/permit.h"

namespace alting::privacy {

// The data of a person and of a business that are kept or looked up here, each with the register that is right about it
// and the words on how to put it right: "rights.correct.CODE.*", "rights.correct.business.CODE.*".
inline constexpr std::array<std::string_view, 5> disputable_of_person{"name", "birth", "address", "contact", "roles"};
inline constexpr std::array<std::string_view, 6> disputable_of_business{"name",      "address", "industry",
                                                                        "employees", "contact", "roles"};
inline constexpr std::string_view dispute_marked = "rights.dispute", dispute_lifted = "rights.dispute_end";

struct Dispute {
  std::string datum;
  base::Instant since;
};

class Disputes {
 public:
  struct Needs {
    store::Database& database;
    ledger::Ledger& ledger;
    access::Decider& decider;
    store::Quotas quotas = {};
  };
  explicit Disputes(Needs needs) : with_(std::move(needs)) {}
  // Of the party itself: a person's, or a business's.
  [[nodiscard]] static std::span<const std::string_view> data_of(const terms::Permit& permit);
  // `permit`: Action::delegate. What is marked already stays as it is; `invalid` (error.rights.datum).
  [[nodiscard]] base::Status mark(const terms::Permit& permit, std::string_view datum, base::Instant at,
                                  std::string_view post_id);
  [[nodiscard]] base::Status lift(const terms::Permit& permit, std::string_view datum, base::Instant at,
                                  std::string_view post_id);
  // `permit`: Action::delegate, or an agency's to read what the party sent.
  [[nodiscard]] std::vector<Dispute> of(const terms::Permit& permit);

 private:
  Needs with_;
  [[nodiscard]] base::Status change(const terms::Permit& permit, std::string_view datum, bool disputed,
                                    base::Instant at, std::string_view post_id);
};

}  // namespace alting::privacy
