// Looks for malware in what was uploaded, before it is stored for others to open.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace alting::instances {

// False once nobody waits for an answer any more: what is being done for it ends. Empty: somebody always does.
using StillWanted = std::function<bool()>;

class Scanner {
 public:
  virtual ~Scanner() = default;
  // "clean", or "unscanned" where no scanner is set up. Errors: `invalid` "upload.malware" when something was found;
  // `too_large` "upload.scan_too_large" ({octets}) or "upload.scan_over_limit" when the file is larger than the
  // scanner looks at; `unavailable` "upload.scanner_down" when the scanner does not answer. Nothing is let through unseen.
  [[nodiscard]] virtual base::Result<std::string> scan(const std::filesystem::path& file,
                                                       const StillWanted& still_wanted) = 0;
  // Whether it answers when it is asked, within 2 s.
  [[nodiscard]] virtual bool answers() const { return true; }
};

// ClamAV's daemon over its local socket (command INSTREAM), 30 s at most. `largest` is the most octets that the daemon
// takes (its StreamMaxLength, which it does not tell): larger files are refused without asking it.
[[nodiscard]] std::unique_ptr<Scanner> clamd_scanner(std::filesystem::path socket, std::int64_t largest);
// For test mode without a daemon: says so in every answer.
[[nodiscard]] std::unique_ptr<Scanner> no_scanner();

}  // namespace alting::instances
