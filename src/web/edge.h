// What a request says of where it comes from, and how far that is believed.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.h"

namespace alting::web {

// An address in its one canonical spelling, without the port, brackets, quotes or zone that proxies write it with:
// "203.0.113.7:4711" -> "203.0.113.7", "[2001:DB8::1]:99" -> "2001:db8::1", "::ffff:192.0.2.1" -> "192.0.2.1". Nothing
// for what is no address.
[[nodiscard]] std::optional<std::string> canonical_address(std::string_view written);
// Is it one of the list's addresses, however those are spelled?
[[nodiscard]] bool is_listed(std::string_view address, const std::vector<std::string>& list);
// The client's address: the peer's own, or, when the peer is one of `trusted_proxies`, the last of X-Forwarded-For that
// is none of them. What is no address ends the search: the proxy that was sent it stands for its client.
[[nodiscard]] std::string client_address(std::string_view peer, std::string_view forwarded_for,
                                         const std::vector<std::string>& trusted_proxies);
// The network of an address: IPv4 /24, IPv6 /48 (the last part is removed before anything keeps it). "" for what is no
// address.
[[nodiscard]] std::string network_of(std::string_view address);
// What limits count together: an IPv4 address's /24, an IPv6 address's /64, which one customer has whole. In memory
// only. "" for what is no address.
[[nodiscard]] std::string neighbourhood_of(std::string_view address);
// The network around that, which one customer may have whole too: an IPv6 address's /48; "" for IPv4.
[[nodiscard]] std::string wide_neighbourhood_of(std::string_view address);
// One client, as far as connections go: an IPv4 address, an IPv6 /64.
[[nodiscard]] std::string connection_key(std::string_view address);
// "https://alting.example/x" -> "https://alting.example"; "" when it is no http address.
[[nodiscard]] std::string origin_of(std::string_view url);

// May a request that changes something have come from a page of ours? Origin and Sec-Fetch-Site (Fetch Metadata) are
// believed where the browser sends them; a request without them has only its token. Without a public_url the Host
// header stands in for it.
[[nodiscard]] bool origin_is_ours(const Request& request, std::string_view public_url);
// Is Host the one of public_url? Only asked when that is https: a demo on this machine has many names.
[[nodiscard]] bool host_is_ours(std::string_view host, std::string_view public_url);

// May browsers be told to come by TLS alone for two years (Strict-Transport-Security)? Not on a name that is every server's
// of this machine: the browser would hold it against all of them.
[[nodiscard]] bool is_for_tls_alone(bool speaks_tls, std::string_view public_url);

struct TraceParent {
  std::string trace_id, span_id;
};
[[nodiscard]] std::optional<TraceParent> parse_traceparent(
    std::string_view header);  // W3C Trace Context level 1, version 00

// The language of the persistent context cookie, else of Accept-Language.
[[nodiscard]] base::Language language_of(const Request& request);

}  // namespace alting::web
