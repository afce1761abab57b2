#include "web/edge.h"

#include <arpa/inet.h>

#include "base/text.h"
#include "web/persistent_context.h"

namespace alting::web {

std::string network_of(std::string_view address) {
  std::string text(address.substr(0, 64));
  if (std::size_t zone = text.find('%'); zone != std::string::npos) text.resize(zone);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return text.substr(0, text.rfind('.')) + ".0";
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return {};
  const auto* octets = reinterpret_cast<const unsigned char*>(&v6);
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return fmt::format("{}.{}.{}.0", octets[12], octets[13], octets[14]);
  return fmt::format("{:x}:{:x}:{:x}::", octets[0] << 8 | octets[1], octets[2] << 8 | octets[3],
                     octets[4] << 8 | octets[5]);
}

std::string client_address(std::string_view peer, std::string_view forwarded_for,
                           const std::vector<std::string>& trusted_proxies) {
  if (forwarded_for.empty() || std::ranges::find(trusted_proxies, peer) == trusted_proxies.end())
    return std::string(peer);
  std::string_view last = base::trim(forwarded_for.substr(forwarded_for.rfind(',') + 1));
  return network_of(last).empty() ? std::string(peer) : std::string(last);
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
