// Compression of responses while they are sent (gzip, RFC 1952; brotli, RFC 7932).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace alting::web {

enum class Encoding : std::uint8_t { identity, gzip, brotli };
// The best of those that Accept-Encoding takes (RFC 9110 section 12.5.3); brotli before gzip.
[[nodiscard]] Encoding choose_encoding(std::string_view accept_encoding);
[[nodiscard]] std::string_view to_text(Encoding encoding);  // "br", "gzip", ""
[[nodiscard]] bool is_compressible(std::string_view content_type);
// Quick levels, for pages made for one person.
[[nodiscard]] std::string compress(std::string_view plain, Encoding encoding);

}  // namespace alting::web
