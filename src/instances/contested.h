// Fields that two people have changed: what this post makes of each. Used by this room only.
#pragma once
#include "instances/instances.h"

namespace alting::instances {

using PostedFields = std::vector<std::pair<std::string, std::string>>;
using FieldsByPath = std::map<std::string, PostedFields>;

// What the form's rules make of posted fields; an Error when one of them may not be changed.
using ApplyFields = std::function<base::Result<forms::App::Applied>(const PostedFields&)>;

struct MadeValue {
  base::Json value;
  std::optional<forms::Later> promised;  // in its place
  PostedFields unfit;                    // what does not fit its field, which so keeps what it had
};

// The value that the post makes of each path; none for a path that may be changed no longer. All are put in together,
// and when that is refused in halves, until those that are refused stand alone. After so many refusals the rest count as
// refused too: a form that is closed does not become dearer with each field.
[[nodiscard]] std::map<std::string, std::optional<MadeValue>> values_made(const FieldsByPath& contested,
                                                                          const ApplyFields& apply);
inline constexpr int most_refusals = 40;

}  // namespace alting::instances
