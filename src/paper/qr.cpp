#include "paper/qr.h"

#include <fmt/format.h>
#include <qrencode.h>

#include <memory>

#include "paper/xml_text.h"

namespace alting::paper {
namespace {

constexpr std::size_t longest = 2331;  // version 40, level M, octets

struct Freer {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

base::Result<QrCode> make_qr(std::string_view content) {
  const auto refused =
      base::make_error(base::ErrorKind::too_large, "error.qr.too_long", "a QR code holds 1 to 2331 octets");
  if (content.empty() || content.size() > longest) return refused;
  const std::unique_ptr<QRcode, Freer> made(QRcode_encodeData(
      static_cast<int>(content.size()), reinterpret_cast<const unsigned char*>(content.data()), 0, QR_ECLEVEL_M));
  if (!made) return refused;
  QrCode code{made->width, {}};
  const auto modules = static_cast<std::size_t>(made->width * made->width);
  code.dark.reserve(modules);
  for (std::size_t i = 0; i < modules; ++i) code.dark.push_back((made->data[i] & 1) != 0);
  return code;
}

std::vector<QrRun> dark_runs(const QrCode& code, int row) {
  std::vector<QrRun> runs;
  for (int column = 0; column < code.size; ++column) {
    if (!code.at(row, column)) continue;
    if (!runs.empty() && runs.back().from + runs.back().length == column)
      ++runs.back().length;
    else
      runs.push_back({column, 1});
  }
  return runs;
}

std::string qr_svg(const QrCode& code, std::string_view title) {
  const int side = code.size + 2 * qr_quiet_zone;
  std::string out = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges"><rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d=")",
      side, xml_text(title));
  for (int row = 0; row < code.size; ++row)
    for (const QrRun& run : dark_runs(code, row))
      out += fmt::format("M{} {}h{}v1h-{}z", run.from + qr_quiet_zone, row + qr_quiet_zone, run.length, run.length);
  return out + "\"/></svg>";
}

}  // namespace alting::paper
