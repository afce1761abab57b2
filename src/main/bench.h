// alting bench: each figure beside its floor or peer, taken in the same run.
#pragma once
#include <string>
#include <vector>

namespace alting::main {

[[nodiscard]] int bench(const std::vector<std::string>& names, bool json);

}  // namespace alting::main
