// The parts of an absolute http(s) address that decide whether it may be spoken to.
#pragma once
#include <optional>
#include <string>
#include <string_view>

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

}  // namespace alting::net
