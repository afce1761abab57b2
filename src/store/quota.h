// How much one person may do in an hour, and how much may be done for one party: what is kept for ever (entries of the
// log) or long (files, drafts) has a price that no honest day comes near, and a flood does. Counted in the database, in
// the transaction of what is counted, so that all processes count together and nothing is counted that did not happen.
//
//   ALTING_CHECK(quotas.spend(tx, store::Spending::drafts, now, actor.party, permit.party()));
//
// An hour is a clock's hour. Each kind has a budget of its own: whoever has used up one can still send.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"
#include "terms/ids.h"

namespace alting::store {

enum class Spending : std::uint8_t {
  bytes,      // of uploads
  deletions,  // drafts thrown away, forms and messages deleted
  drafts,     // begun
  entries,    // of the log, by what has no budget of its own: moves, delegations, an agency's readings
  logins,
  sent,
};
inline constexpr std::size_t spendings = 6;

struct QuotaLimits {  // of one person in an hour
  std::int64_t bytes = std::int64_t{2} * 1024 * 1024 * 1024;
  std::int64_t deletions = 200;
  std::int64_t drafts = 200;
  std::int64_t entries = 2'000;
  std::int64_t logins = 60;
  std::int64_t sent = 200;
  [[nodiscard]] static QuotaLimits none() {
    constexpr auto max_each = std::numeric_limits<std::int64_t>::max() / 1'000;
    return {max_each, max_each, max_each, max_each, max_each, max_each};
  }
  [[nodiscard]] QuotaLimits times(std::int64_t factor) const {
    return {bytes * factor, deletions * factor, drafts * factor, entries * factor, logins * factor, sent * factor};
  }
};

class Quotas {
 public:
  static constexpr std::int64_t of_a_party = 10;  // as much as so many persons

  Quotas() = default;
  explicit Quotas(const QuotaLimits& limits) : limits_(limits) {}
  // `too_many` when it would be more than the person, or the party they act for, has left; `{minutes}` says how long
  // until the next hour. What is refused is not counted when the caller's transaction ends with the refusal.
  [[nodiscard]] base::Status spend(Tx& tx, Spending what, base::Instant now, terms::PartyId person,
                                   std::optional<terms::PartyId> party = {}, std::int64_t amount = 1) const;

 private:
  QuotaLimits limits_;
};

}  // namespace alting::store
