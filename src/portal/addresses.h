// Parts of addresses: what may stand in one, and what may be followed.
#pragma once
#include <string>
#include <string_view>

namespace alting::portal {

[[nodiscard]] std::string percent_encode(std::string_view text);  // RFC 3986: all but unreserved characters and '/'

// A path of this site to come back to, or `otherwise` when what was given is anything else.
[[nodiscard]] std::string local_path(std::string_view given, std::string_view otherwise);

}  // namespace alting::portal
