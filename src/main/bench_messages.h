// Messages: how long after they are ordered notices are at the mail server; what a message to 10,000 costs who writes
// beside it; and what an inbox of 100,000 items costs, of one party and of 50,000.
#pragma once
#include <string>
#include <vector>

#include "main/bench_kit.h"

namespace alting::main {

// On SQLite; and where `postgresql` says one, on that database too, which must be empty.
[[nodiscard]] std::vector<BenchFigure> measure_messages(const std::string& postgresql);

}  // namespace alting::main
