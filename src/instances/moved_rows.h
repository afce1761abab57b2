// Rows of a repeating group are known by their number alone, and when somebody has removed one meanwhile, a number of
// the page that was posted means another row. Used by this room only.
#pragma once
#include "instances/instances.h"

namespace alting::instances {

struct FollowedRows {
  std::vector<std::pair<std::string, std::string>> fields;  // named by the rows as they are numbered now
  std::map<std::string, std::string> seen;
  std::vector<std::pair<std::string, std::string>> lost;  // posted for rows that cannot be told again
  std::size_t steps = 0;  // names and values looked at: what grows with what was posted, and no faster
};

// `seen` as in Instances::save(). A row is told again by the prints of what was seen of it.
[[nodiscard]] FollowedRows follow_rows(const Fingerprints& draft,
                                       std::vector<std::pair<std::string, std::string>> fields,
                                       std::map<std::string, std::string> seen);

}  // namespace alting::instances
