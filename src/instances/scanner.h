// Looks for malware in what was uploaded, before it is stored for others to open.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace alting::instances {

class Scanner {
 public:
  virtual ~Scanner() = default;
  // "clean", or "unscanned" where no scanner is set up. Errors: `invalid` "upload.malware" when something was found;
  // `unavailable` "upload.scanner_down" when the scanner does not answer (nothing is let through unseen).
  [[nodiscard]] virtual base::Result<std::string> scan(const std::filesystem::path& file) = 0;
};

// ClamAV's daemon over its local socket (command INSTREAM), 30 s at most.
[[nodiscard]] std::unique_ptr<Scanner> clamd_scanner(std::filesystem::path socket);
// For test mode without a daemon: says so in every answer.
[[nodiscard]] std::unique_ptr<Scanner> no_scanner();

}  // namespace alting::instances
