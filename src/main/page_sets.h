// The pages of the portal, put together: one line for each page set.
#pragma once
#include <vector>

#include "main/installation.h"
#include "portal/page_set.h"

namespace alting::main {

[[nodiscard]] std::vector<portal::PageSet> page_sets(Installation& from);

}  // namespace alting::main
