// Outgoing HTTPS to addresses that others name (a subscriber's webhook), so that nobody can point it at what stands
// inside: this machine, the network around it, a cloud's own services (server-side request forgery, OWASP API7:2023).
//
// The names say little: a name may lead to an inside address today and to another tomorrow. So each address is looked at
// when a connection to it is about to be made, after it was resolved. No redirects, no proxy, no cookies; TLS is verified.
#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_client.h"

namespace alting::net {

struct PublicHttpOptions {
  // What the operator narrows it to: "varsel.example.no" (its own port), "varsel.example.no:8443"; none: any.
  std::vector<std::string> allowed_hosts;
  // In test mode: "localhost:9000", spoken to though it stands inside, over plain http too.
  std::vector<std::string> inside_hosts;
  std::string user_agent = "Alting";
  std::filesystem::path ca_file;  // "": the system's certificates
  int max_at_once_per_host = 4;
  std::size_t max_answer = 64 * 1024;  // octets of content; a request may say less
  std::function<void(const Outgoing&)> observer;
  // For tests, instead of asking for a name's addresses: "varsel.example.no:443:127.0.0.1" (as CURLOPT_RESOLVE has it).
  std::vector<std::string> known_addresses = {};
};

// Its send() follows no redirects, whatever the request says (a 3xx is the answer); its download() answers `forbidden`.
// Beside what HttpClient says: `forbidden` error.net.inside when an address stands inside.
[[nodiscard]] std::unique_ptr<HttpClient> make_public_http_client(PublicHttpOptions options);

// Whether an address may be one to speak to, before anything is sent: https, no user name, no fragment, the scheme's port
// or one above 1023, a host name with a dot (RFC 1123) or an address that is public. `invalid` error.net.bad_address,
// `forbidden` error.net.not_encrypted, error.net.inside, error.net.host_not_listed.
[[nodiscard]] base::Status check_public_url(std::string_view url, const PublicHttpOptions& options = {});

// Of an IPv4 or IPv6 address: may it be reached from the whole internet, as IANA's registries of special-purpose addresses
// (RFC 6890) have it? No for this machine's, private, shared, link-local, multicast, documentation, reserved ones and for
// those that carry an IPv4 address to a translator (mapped, NAT64, 6to4, Teredo), and for what is no address.
[[nodiscard]] bool is_public_address(std::string_view address);

}  // namespace alting::net
