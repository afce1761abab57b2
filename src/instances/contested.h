// Fields that two people have changed: what this post makes of each. Used by this room only.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "forms/posted.h"
#include "forms/reading.h"

namespace alting::instances {

using PostedFields = std::vector<forms::PostedField>;
using FieldsByPath = std::map<forms::Path, PostedFields>;

// What the form's rules make of posted fields; an Error when one of them may not be changed.
using ApplyFields = std::function<base::Result<forms::Applied>(const PostedFields&)>;

struct MadeValue {
  base::Json value;
  std::optional<forms::Later> promised;  // in its place
  PostedFields unfit;                    // what does not fit its field, which so keeps what it had
};

// The value that the post makes of each path; none for a path that may be changed no longer. All are put in together,
// and when that is refused in halves, until those that are refused stand alone. After so many refusals the rest count as
// refused too: a form that is closed does not become dearer with each field.
[[nodiscard]] std::map<forms::Path, std::optional<MadeValue>> values_made(const FieldsByPath& contested,
                                                                          const ApplyFields& apply);
inline constexpr int max_refusals = 40;

}  // namespace alting::instances
