// The pages in which a form is filled in and sent, as a browser asks for them: a page of a draft, the saving of one field
// while one types, and a whole form from its beginning until it is sent.
#pragma once
#include <vector>

#include "main/bench_kit.h"

namespace alting::main {

[[nodiscard]] std::vector<BenchFigure> measure_forms();

}  // namespace alting::main
