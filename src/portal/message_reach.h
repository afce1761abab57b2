// Before a message is sent: who of its recipients can be told of it by e-mail, and who cannot and why, by the rule that
// sending goes by (notify/reaching.h). The registers are asked now; when it is sent they are asked again.
#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "notify/reaching.h"
#include "portal/view.h"

namespace alting::portal {

inline constexpr std::size_t shown_without_mail = 100;

struct Reach {
  struct Missing {
    parties::Party party;
    std::string why;  // notify::ReachAnswer::reason
  };
  std::int64_t by_mail = 0, without = 0, not_looked_up = 0;
  std::vector<Missing> missing;    // of those without, the first 100
  std::set<terms::PartyId> noted;  // persons who see that they were looked up
};

// Looks up as many as fit in some seconds; the others are counted.
[[nodiscard]] Reach reach_of(const base::Clock& clock, notify::Reaching& reaching,
                             const notify::ReachQuestion& question, const std::vector<parties::Party>& recipients);
// `name_of`: what may be told of one of them.
[[nodiscard]] Html reach_in_words(const View& view, const Reach& reach,
                                  const std::function<std::string(const parties::Party&)>& name_of);

}  // namespace alting::portal
