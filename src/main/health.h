// What /status asks of an installation (portal/measurements.h): each part of it that people notice when it fails.
#pragma once
#include <vector>

#include "main/installation.h"
#include "portal/measurements.h"

namespace alting::main {

// `installation` must outlive them. They run on threads of their own, and each ends within a minute.
[[nodiscard]] std::vector<portal::Probe> health_probes(Installation& installation);

}  // namespace alting::main
