// Octets. A Bytes is a std::string that holds any octets, not text; the name at the interface says which is meant.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alting::base {

using Bytes = std::string;
using ByteView = std::string_view;

[[nodiscard]] std::string to_hex(ByteView bytes);                    // lower case
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);  // either case; nothing on any fault
[[nodiscard]] std::string to_base64(ByteView bytes);                 // RFC 4648 section 4, padded
[[nodiscard]] std::optional<Bytes> from_base64(
    std::string_view text);                              // strict: padding and zero trailing bits required
[[nodiscard]] std::string to_base64url(ByteView bytes);  // RFC 4648 section 5, no padding
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace alting::base
