// What a system's calls cost: its token checked, and a submission fetched, beside the page on which the agency's staff
// reads the same one.
#pragma once
#include <vector>

#include "main/bench_kit.h"

namespace alting::main {

[[nodiscard]] std::vector<BenchFigure> measure_api();

}  // namespace alting::main
