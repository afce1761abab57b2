// alting bench: each figure beside its floor or peer, taken in the same run. `postgresql`: an empty database, for the
// measurements that are taken on both.
#pragma once
#include <string>
#include <vector>

namespace alting::main {

[[nodiscard]] int bench(const std::vector<std::string>& names, bool json, const std::string& postgresql = {});

}  // namespace alting::main
