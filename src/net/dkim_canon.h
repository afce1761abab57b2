// The "relaxed" forms of RFC 6376 section 3.4: what is signed of a header and of a body.
#pragma once
#include <string>
#include <string_view>

namespace alting::net {

// Section 3.4.2. `line`: one header, folded or not; the answer has no CR LF at its end.
[[nodiscard]] std::string relaxed_header(std::string_view line);
// Section 3.4.4.
[[nodiscard]] std::string relaxed_body(std::string_view body);

}  // namespace alting::net
