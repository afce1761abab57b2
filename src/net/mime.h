// As much of MIME as a report of delivery is made of (RFC 2045, 2046): headers, and the parts of a multipart. Reads whatever
// comes; all limits are its own. For this room's .cpp files only.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alting::net {

struct MimeEntity {
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, values unfolded and trimmed
  std::string_view body;
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;  // the first; "" when there is none
};

// The header fields up to an empty line, at most 200 of them, and the rest. The body borrows from `text`.
[[nodiscard]] MimeEntity read_entity(std::string_view text);
// "multipart/report" of a Content-Type, in lower case.
[[nodiscard]] std::string media_type(std::string_view content_type);
// A parameter's value without quotes; "" when there is none.
[[nodiscard]] std::string parameter_of(std::string_view content_type, std::string_view lower_case_name);
// At most 20 parts.
[[nodiscard]] std::vector<std::string_view> parts_of(std::string_view body, std::string_view boundary);

}  // namespace alting::net
