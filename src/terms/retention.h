// How long something stays: dated rules, out of src/ROOM/retention.toml (script/lib/catalogue.py has the form).
//
// A rule has versions, each in force from a day on (UTC). A shorter one ends what there is; a longer one holds only for
// what began since it is in force, because keeping for longer what was promised to go is another purpose
// (personvernforordningen art. 5 no. 1 b and e).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"

namespace alting::terms {

struct Period {  // of a calendar where it says months (years are twelve), of the clock else
  int months = 0;
  std::int64_t minutes = 0;
  bool operator==(const Period&) const = default;
};
// "31 March minus a month" is the last day of February; days have 24 hours.
[[nodiscard]] base::Instant earlier(base::Instant at, Period by);
// The first moment that is not earlier than `at` when the period is taken from it: a month after 31 January is the
// beginning of March.
[[nodiscard]] base::Instant later(base::Instant at, Period by);

struct RuleVersion {
  base::Instant from;
  std::optional<Period> period;      // none where people end it
  std::string_view law;              // "personvernforordningen art. 5 nr. 1 bokstav e": a code, not for people alone
  std::string_view why;              // English
  std::string_view to_confirm = {};  // what nobody has looked up yet; "": nothing
};

enum class CountsIn : std::uint8_t { microseconds, hours };  // since 1970, UTC; whole hours

struct RetentionRule {
  std::string_view id;           // "login.attempt"
  std::string_view meaning;      // English
  std::string_view counts_from;  // the column, or "" where none says it
  CountsIn counts_in = CountsIn::microseconds;
  std::string_view begins;  // in words, where no column says it: "when the case is closed"; or what ends it
  std::span<const RuleVersion> versions;  // the oldest first
};

// The version in force; nullptr before the first.
[[nodiscard]] const RuleVersion* in_force(const RetentionRule& rule, base::Instant now);
// What a job says that ends by this rule: the law of the version in force; before the first, of that.
[[nodiscard]] std::string_view law_of(const RetentionRule& rule, base::Instant now);
// What began before this moment has come to its end by now. Nothing where no period is in force.
[[nodiscard]] std::optional<base::Instant> ended_before(const RetentionRule& rule, base::Instant now);
// When what began then comes to its end, as far as the rule says today: what ended_before() makes of it at that moment.
// Nothing where no version with a period holds for it.
[[nodiscard]] std::optional<base::Instant> end_of(const RetentionRule& rule, base::Instant began);

}  // namespace alting::terms
