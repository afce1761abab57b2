// QR codes (ISO/IEC 18004), error correction level M: readable with 15 % of it damaged.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alting::paper {

inline constexpr int qr_quiet_zone = 4;  // modules of white that must surround it

struct QrCode {
  int size = 0;            // modules per side, without the quiet zone
  std::vector<bool> dark;  // row by row
  [[nodiscard]] bool at(int row, int column) const { return dark[static_cast<std::size_t>(row * size + column)]; }
};
struct QrRun {  // dark modules side by side
  int from = 0, length = 0;
};

// At most 2,331 octets; error.qr.too_long beyond. Nothing to say is an error too.
[[nodiscard]] base::Result<QrCode> make_qr(std::string_view content);
[[nodiscard]] std::vector<QrRun> dark_runs(const QrCode& code, int row);
// An SVG element for a page: it scales, has the quiet zone, and `title` as its name for screen readers. No styles, no
// scripts.
[[nodiscard]] std::string qr_svg(const QrCode& code, std::string_view title);

}  // namespace alting::paper
