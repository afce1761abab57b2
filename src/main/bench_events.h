// How long after the commit of what is sent its event is at a subscriber, while 200 forms a second are sent.
#pragma once
#include <vector>

#include "main/bench_kit.h"

namespace alting::main {

[[nodiscard]] std::vector<BenchFigure> measure_events();

}  // namespace alting::main
