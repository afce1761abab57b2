// Percent-encoding of addresses, forms, cookies and headers (RFC 3986 section 2.1), once for the whole program.
//
// By hand and not by Boost.URL, which refuses a '%' that begins no number: a form may hold one, and browsers keep it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alting::base {

// RFC 3986 section 2.3: what means the same with and without encoding.
[[nodiscard]] constexpr bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// Every octet for which `stays` is false becomes "%C3". As it stands: for one segment of a path, or the name or value
// of a field.
[[nodiscard]] std::string percent_encode(std::string_view text, bool (*stays)(char) = is_unreserved);
// The same with '/' as it is: for an address of this site as a value in a query, which people can then read.
[[nodiscard]] std::string percent_encode_path(std::string_view path);

// Nothing when a '%' does not begin two hexadecimal digits. The result can hold any octets.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
// A name or a value of application/x-www-form-urlencoded (WHATWG URL section 5.1): '+' is a blank, and a '%' that
// begins no number stays.
[[nodiscard]] std::string percent_decode_form(std::string_view text);

}  // namespace alting::base
