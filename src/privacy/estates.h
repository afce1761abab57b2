// What becomes of what a party had when it is gone: a person who is dead, a business that was struck off, and one that
// went up in another.
//
// The facts are the registers' (parties::gone_by): nobody here decides that somebody is dead. From when they are noticed:
//
// - Nothing new is sent to it: whoever tries is told (inbox/message_sending.h). Receipts prove what they proved.
// - Of a person: nobody logs in as them or acts by what they held or gave. Heirs are in no register that is read here, and
//   nobody gets access by being one.
// - Of a business: who had a role in it when it was struck off reads what it sent and got, and changes nothing
//   (access/place.h); so do those with key roles in the business that took it over (access/estate.h). What lies in Deleted
//   goes two years after it was put there, as for others.
// - After the period of the dated rule (privacy.gone.person, privacy.gone.business) its own copies are erased as if it had
//   asked for it, and who had a role in it is forgotten. An agency's copy follows the agency's rule.
//
// What is held, or restricted towards anyone, waits until it no longer is.
//
// A register that was wrong and says so again before that ends it: the row goes, and nothing was lost.
//
// Law: personvernforordningen art. 5 no. 1 e, recital 27 (not of the dead); aksjeloven §§ 13-16, 16-10.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "parties/register_facts.h"
#include "privacy/retention.h"
#include "store/catalogue.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/job.h"
#include "terms/ids.h"
#include "terms/retention.h"

namespace alting::privacy {

inline constexpr std::string_view gone_person_rule = "privacy.gone.person",
                                  gone_business_rule = "privacy.gone.business";

// For the page, under the heading "estates.title": texts, filled with the periods in force (periods_in_words).
inline constexpr std::array<std::string_view, 3> estate_words{"estates.death", "estates.struck_off", "estates.merger"};

class Estates {
 public:
  struct Needs {
    store::Database& database;
    const store::Catalogue& catalogue;
    const base::Clock& clock;
    // Erases all that the party itself holds, as far as no duty stands against it, and may be called again for the same:
    // true once it is done, false when it goes on by itself. An Error (a hold, a restriction) leaves it for the next time.
    std::function<base::Result<bool>(terms::PartyId, base::Instant)> erase_own;
    store::HoldsNow holds = {};  // what counts each that was ended, with it; none: nobody does
  };
  explicit Estates(Needs needs) : with_(std::move(needs)) {}

  // Notes who is gone since the last time, and forgets those who are there after all. How many of both.
  std::int64_t notice();
  // Ends what is past its period, some parties at a time. How many.
  std::int64_t end_due();

 private:
  struct Gone;
  [[nodiscard]] std::vector<Gone> past_period(base::Instant at, const Gone* after);
  [[nodiscard]] bool end(terms::PartyId party, base::Instant at);
  Needs with_;
};

[[nodiscard]] std::vector<store::Job> estate_jobs(Estates& estates);
// How many parties each of the two rules would end at a time.
[[nodiscard]] std::vector<RoomPlan> estate_plans(const store::Catalogue& catalogue);

}  // namespace alting::privacy
