// A date and a time typed in two fields, as moments on the clock of Oslo.
//
// Where summer time begins or ends a typed time may be no moment, or two: that is asked about, never decided.
#pragma once
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "forms/typed.h"

namespace alting::forms {

// Which of two moments a time means, as it is posted: in summer time, then in winter time.
inline constexpr std::array<std::string_view, 2> occurrence_codes{"first", "second"};

// How sure one is of a date or an instant, as it is posted and stored.
inline constexpr std::array<std::string_view, 5> precision_codes{"eksakt", "omtrentlig", "dag", "maaned", "ukjent"};

// All moments the typed date and time may mean; none also when they cannot be read.
[[nodiscard]] std::vector<base::Instant> typed_moments(std::string_view date, std::string_view time,
                                                       const Century& century);
// All moments at which the clock shows what it shows at this one.
[[nodiscard]] std::vector<base::Instant> moments_like(base::Instant at);

struct TypedMoment {
  std::optional<base::Instant> at;
  std::string_view fault;  // when there is none: the code of its message
};
[[nodiscard]] TypedMoment typed_moment(std::string_view date, std::string_view time, std::string_view occurrence,
                                       const Century& century);
// "2026-11-20T14:20" of a browser's own field, or RFC 3339, which says by its offset which moment is meant.
[[nodiscard]] TypedMoment typed_instant(std::string_view text);

}  // namespace alting::forms
