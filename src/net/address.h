// Addresses: the parts of an absolute one that decide whether it may be spoken to, and queries.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alting::net {

struct Address {
  bool encrypted = false;  // https
  std::string host;        // lower case, without brackets
  std::string port;        // as written, or the scheme's own
  std::string origin;      // "https://host" or "https://host:port", as RFC 6454 writes it
  [[nodiscard]] bool is_own_port() const { return port == (encrypted ? "443" : "80"); }
  [[nodiscard]] bool is_loopback() const { return host == "localhost" || host == "127.0.0.1" || host == "::1"; }
};

// Nothing when it is not an absolute http or https address, or carries a user name.
[[nodiscard]] std::optional<Address> parse_address(std::string_view url);

// application/x-www-form-urlencoded, also fit for a query: "a=1&b=%C3%B8".
using Fields = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::string form_encode(const Fields& fields);

using Parameters = std::vector<std::pair<std::string_view, std::string_view>>;
// Whether a '/' in a value stays as it is: so that people can read a path of ours in a query (RFC 3986 section 3.4 allows
// it there).
enum class Slashes : bool { encoded, stay };
// The address with these parameters too, percent-encoded, before its fragment if it has one. Empty values are left out:
// a parameter without a value means the same as none (RFC 6749 section 3.1, and so it is with ours).
[[nodiscard]] std::string with_query(std::string_view address, const Parameters& parameters,
                                     Slashes slashes = Slashes::encoded);

}  // namespace alting::net
