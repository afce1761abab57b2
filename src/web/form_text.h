// Text at the edge: percent-decoding, paths, queries and application/x-www-form-urlencoded (WHATWG URL section 5).
//
// Whatever passes is UTF-8 in NFC, without U+0000 and with '\n' as line end. Refusals: error.text.encoding,
// error.text.nul, error.path, error.form.too_many.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "web/http.h"

namespace alting::web {

inline constexpr std::size_t max_fields = 2'000;
inline constexpr std::size_t max_query_fields = 200;

// One value that came in: checked, NFC, line ends made '\n'.
[[nodiscard]] base::Result<std::string> clean_text(std::string_view raw);
[[nodiscard]] base::Result<Fields> parse_urlencoded(std::string_view text, std::size_t limit = max_fields);

struct Target {
  std::string path;             // decoded; "/" or segments none of which is empty, "." or ".."
  bool trailing_slash = false;  // "/a/" is "/a" with this set
  Fields query;
};
[[nodiscard]] base::Result<Target> parse_target(std::string_view target);

// What may be shown to a person and stored as a file's name: the last component, NFC, without control, formatting
// (right-to-left override) and shell characters, no device name of Windows, at most 200 code points with its extension
// kept. "" stays "".
[[nodiscard]] std::string clean_file_name(std::string_view raw);

}  // namespace alting::web
