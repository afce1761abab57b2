#include "web/edge.h"

#include <arpa/inet.h>

#include <cstring>

#include "base/text.h"
#include "web/persistent_context.h"

namespace alting::web {

namespace {

// "address", "address:port", "[address]", "[address]:port", each perhaps in quotes, the address perhaps with a zone.
std::string bare_address(std::string_view written) {
  std::string_view text = base::trim(written.substr(0, 100));
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (!rest.starts_with(':') || rest.find_first_not_of("0123456789", 1) != std::string_view::npos))
      return {};
    text = text.substr(1, end - 1);
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    if (text.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) return {};
    text = text.substr(0, colon);
  }
  return std::string(text.substr(0, text.find('%')));
}

struct Octets {
  std::array<unsigned char, 16> at{};
  bool v4 = false;  // then the first four
};

std::optional<Octets> octets_of(std::string_view written) {
  const std::string text = bare_address(written);
  Octets octets;
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    std::memcpy(octets.at.data(), &v4, 4);
    octets.v4 = true;
    return octets;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return std::nullopt;
  std::memcpy(octets.at.data(), &v6, 16);
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    std::copy_n(octets.at.begin() + 12, 4, octets.at.begin());
    octets.v4 = true;
  }
  return octets;
}

std::string v6_network(const Octets& octets, std::size_t parts) {
  std::string text;
  for (std::size_t i = 0; i < parts; ++i) text += fmt::format("{:x}:", octets.at[2 * i] << 8 | octets.at[2 * i + 1]);
  return text + ":";
}

std::string v4_network(const Octets& octets) {
  return fmt::format("{}.{}.{}.0", octets.at[0], octets.at[1], octets.at[2]);
}

}  // namespace

std::optional<std::string> canonical_address(std::string_view written) {
  const auto octets = octets_of(written);
  if (!octets) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(octets->v4 ? AF_INET : AF_INET6, octets->at.data(), text.data(), text.size());
  return std::string(text.data());
}

bool is_listed(std::string_view address, const std::vector<std::string>& list) {
  if (list.empty()) return false;
  const auto wanted = canonical_address(address);
  return wanted && std::ranges::any_of(list, [&](const std::string& one) { return canonical_address(one) == wanted; });
}

std::string network_of(std::string_view address) {
  const auto octets = octets_of(address);
  if (!octets) return {};
  return octets->v4 ? v4_network(*octets) : v6_network(*octets, 3);
}

std::string neighbourhood_of(std::string_view address) {
  const auto octets = octets_of(address);
  if (!octets) return {};
  return octets->v4 ? v4_network(*octets) : v6_network(*octets, 4);
}

std::string wide_neighbourhood_of(std::string_view address) {
  const auto octets = octets_of(address);
  return !octets || octets->v4 ? std::string() : v6_network(*octets, 3);
}

std::string connection_key(std::string_view address) {
  const auto octets = octets_of(address);
  if (!octets) return std::string(address);
  return octets->v4 ? canonical_address(address).value_or("") : v6_network(*octets, 4);
}

std::string client_address(std::string_view peer, std::string_view forwarded_for,
                           const std::vector<std::string>& trusted_proxies) {
  std::string client = canonical_address(peer).value_or(std::string(peer));
  while (!forwarded_for.empty() && is_listed(client, trusted_proxies)) {
    const std::size_t comma = forwarded_for.rfind(',');
    const auto last = canonical_address(forwarded_for.substr(comma + 1));
    if (!last) break;
    client = *last;
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  return client;
}

std::string origin_of(std::string_view url) {
  for (std::string_view scheme : {"https://", "http://"})
    if (url.starts_with(scheme)) return base::to_lower(url.substr(0, url.find('/', scheme.size())));
  return {};
}

bool host_is_ours(std::string_view host, std::string_view public_url) {
  if (!public_url.starts_with("https://")) return true;
  std::string ours = origin_of(public_url).substr(std::string_view("https://").size());
  std::string asked = base::to_lower(host);
  return asked == ours || asked == ours + ":443";
}

bool origin_is_ours(const Request& request, std::string_view public_url) {
  std::string_view site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  std::string_view origin = request.header("origin");
  if (origin.empty()) return true;
  std::string asked = base::to_lower(origin);
  if (public_url.starts_with("https://")) return asked == origin_of(public_url);
  // A demo on this machine: the page came from whatever name and port the browser used.
  return asked == "http://" + base::to_lower(request.header("host")) ||
         (!public_url.empty() && asked == origin_of(public_url));
}

bool is_for_tls_alone(bool speaks_tls, std::string_view public_url) {
  const std::string origin = origin_of(public_url);
  const std::string host = origin.substr(std::min(origin.find("//"), origin.size()));
  const bool of_this_machine = host == "//localhost" || host.starts_with("//localhost:");
  return (speaks_tls || origin.starts_with("https://")) && !of_this_machine;
}

std::optional<TraceParent> parse_traceparent(std::string_view header) {
  auto is_hex = [](std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  };
  if (header.size() != 55 || !header.starts_with("00-") || header[35] != '-' || header[52] != '-') return std::nullopt;
  std::string_view trace = header.substr(3, 32), span = header.substr(36, 16), flags = header.substr(53, 2);
  if (!is_hex(trace) || !is_hex(span) || !is_hex(flags)) return std::nullopt;
  if (trace.find_first_not_of('0') == std::string_view::npos || span.find_first_not_of('0') == std::string_view::npos)
    return std::nullopt;
  return TraceParent{std::string(trace), std::string(span)};
}

base::Language language_of(const Request& request) {
  for (std::string_view name : {"__Host-alting-valg", "alting-valg"}) {
    std::string_view cookie = request.cookie(name);
    cookie = cookie.substr(0, cookie.find('%'));  // a login method may be encoded; the language never is
    if (auto language = read_persistent_context(cookie.substr(0, cookie.find(':'))).language) return *language;
  }
  return base::negotiate_language(request.header("accept-language"));
}

}  // namespace alting::web
