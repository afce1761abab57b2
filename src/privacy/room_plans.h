// What a plan of retention counts where no column of the table alone says when its rows go (privacy/retention.h).
#pragma once
#include <vector>

#include "privacy/make_privacy.h"

namespace alting::privacy {

// What they are given must outlive them.
[[nodiscard]] std::vector<RoomPlan> room_plans(const PrivacyNeeds& needs, const UnnamedParties& unnamed);

}  // namespace alting::privacy
