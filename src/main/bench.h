// alting bench: each figure beside its floor or peer, taken in the same run. `postgresql`: an empty database, for the
// measurements that are taken on both. `rows`: how many of others lie beside what `privacy` erases.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace alting::main {

[[nodiscard]] int bench(const std::vector<std::string>& names, bool json, const std::string& postgresql = {},
                        std::int64_t rows = 5'000'000);

}  // namespace alting::main
