#include "main/bench.h"

#include <iostream>

namespace alting::main {

int bench(const std::vector<std::string>&, bool) {
  std::cerr << "alting bench: no measurements in this build\n";
  return 1;
}

}  // namespace alting::main
