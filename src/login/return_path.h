// Where to go after login: only ever a path of this site, so that a link to our login cannot lead on to someone else's
// page (an open redirect, CWE-601).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alting::login {

// The path as it can stand in a Location header, or "/" when it is none of ours: not beginning with one '/', with a
// backslash or control character (browsers read "/\evil" and "/<tab>/evil" as another host), longer than 2,000 octets,
// or a step of the login or logout itself (that would go in circles).
[[nodiscard]] std::string safe_return_path(std::string_view path);

}  // namespace alting::login
