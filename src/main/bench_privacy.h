// Rights over one's data: what a copy of 100,000 items and 2 GB of files costs in memory and time; how soon an erasure has
// its effect with millions of rows of others beside it; and what ending a million rows costs who writes meanwhile.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "main/bench_kit.h"

namespace alting::main {

// `rows`: of others, beside what is erased. On SQLite; and where `postgresql` says one, on that database too, which must be
// empty.
[[nodiscard]] std::vector<BenchFigure> measure_privacy(const std::string& postgresql, std::int64_t rows);

}  // namespace alting::main
