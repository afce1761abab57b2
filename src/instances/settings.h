// What an operator may set of the virus scanner.
#pragma once
#include <filesystem>
#include <vector>

#include "base/setting.h"
#include "base/size.h"

namespace alting::instances {

struct ScannerOptions {
  std::filesystem::path clamd;                 // socket; "": none (test mode only)
  std::int64_t largest = 25 * base::megabyte;  // octets: the most that clamd takes, which it does not tell
};

[[nodiscard]] inline std::vector<base::Setting> settings(ScannerOptions& into) {
  return {
      base::path("scanner.clamd", into.clamd, "clamd's socket, `\"/run/clamav/clamd.ctl\"`; required in production"),
      base::whole("scanner.max_size_mb", into.largest, {1, 4095, base::megabyte},
                  "the largest file that clamd looks at; set it to clamd's `StreamMaxLength` (below)")};
}

}  // namespace alting::instances
