#include "net/public_http_client.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/text.h"
#include "net/curl_handle.h"

namespace alting::net {
namespace {

base::Error bad_address(std::string_view why) {
  return base::make_error(base::ErrorKind::invalid, "error.net.bad_address", std::string(why));
}
base::Error not_allowed(std::string_view code, std::string_view why) {
  return base::make_error(base::ErrorKind::forbidden, std::string(code), std::string(why));
}

bool is_host_listed(const Address& address, const std::vector<std::string>& list) {
  const std::string with_port = address.host + ":" + address.port;
  return std::ranges::any_of(list, [&](const std::string& one) {
    const std::string host = base::to_lower(one);
    return host == with_port || (address.is_own_port() && host == address.host);
  });
}

bool is_number(std::string_view label) {
  return label.find_first_not_of("0123456789") == std::string_view::npos || label.starts_with("0x");
}

// RFC 1123 section 2.1, in lower case. What ends in a number is an address, however it is written ("127.1").
bool is_host_name(std::string_view host) {
  if (host.size() > 253 || host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") != std::string_view::npos)
    return false;
  const auto labels = base::split(host, '.');
  return std::ranges::none_of(labels,
                              [](std::string_view label) {
                                return label.empty() || label.size() > 63 || label.starts_with('-') ||
                                       label.ends_with('-');
                              }) &&
         !is_number(labels.back());
}

// Names that are never the internet's (RFC 6761, 6762, 8375), and those without a dot.
bool is_inside_name(std::string_view host) {
  if (host.find('.') == std::string_view::npos) return true;
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{".localhost", ".local", ".internal", ".home.arpa", ".localdomain"},
      [&](std::string_view end) { return host.ends_with(end) || host == end.substr(1); });
}

bool is_ip(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         (host.find_first_not_of("0123456789.") == std::string_view::npos && std::ranges::count(host, '.') == 3);
}

base::Status check_port(const Address& address) {
  unsigned port = 0;
  const char* end = address.port.data() + address.port.size();
  const auto read = std::from_chars(address.port.data(), end, port);
  if (read.ec != std::errc{} || read.ptr != end || port == 0 || port > 65535) return bad_address("not a port");
  if (port < 1024 && !address.is_own_port())
    return not_allowed("error.net.host_not_listed", "a port below 1024 is for other services");
  return {};
}

base::Result<Address> permitted_public(std::string_view url, const PublicHttpOptions& options) {
  auto address = parse_address(url);
  if (!address || url.find('#') != std::string_view::npos) return bad_address("not an absolute https address");
  if (is_host_listed(*address, options.inside_hosts)) return std::move(*address);
  if (!address->encrypted) return not_allowed("error.net.not_encrypted", "https only");
  if (is_ip(address->host)) {
    if (!is_public_address(address->host)) return not_allowed("error.net.inside", "not an address of the internet");
  } else {
    if (!is_host_name(address->host)) return bad_address("not the name of a host");
    if (is_inside_name(address->host)) return not_allowed("error.net.inside", "not a name of the internet");
  }
  ALTING_CHECK(check_port(*address));
  if (!options.allowed_hosts.empty() && !is_host_listed(*address, options.allowed_hosts))
    return not_allowed("error.net.host_not_listed", "not among the hosts that the settings allow");
  return std::move(*address);
}

class PublicHttpClient final : public HttpClient {
 public:
  PublicHttpClient(std::unique_ptr<HttpClient> inner, std::size_t max_answer)
      : inner_(std::move(inner)), max_answer_(max_answer) {}
  base::Result<HttpAnswer> send(const HttpRequest& request) override {
    HttpRequest narrowed = request;
    narrowed.redirects = 0;
    narrowed.max_answer = std::min(request.max_answer, max_answer_);
    return inner_->send(narrowed);
  }
  base::Result<Downloaded> download(const Download&) override {
    return not_allowed("error.net.refused", "nothing is fetched to disk from an address that others name");
  }

 private:
  std::unique_ptr<HttpClient> inner_;
  std::size_t max_answer_;
};

}  // namespace

base::Status check_public_url(std::string_view url, const PublicHttpOptions& options) {
  return permitted_public(url, options).transform([](const Address&) {});
}

std::unique_ptr<HttpClient> make_public_http_client(PublicHttpOptions options) {
  HttpOptions inner;
  inner.user_agent = options.user_agent;
  inner.ca_file = options.ca_file;
  inner.max_at_once_per_host = options.max_at_once_per_host;
  inner.observer = options.observer;
  const std::size_t max_answer = options.max_answer;
  ClientRules rules;
  rules.guard = [options](const Address& address) {
    const bool inside = is_host_listed(address, options.inside_hosts);
    return ConnectGuard{[inside](const std::string& ip) { return inside || is_public_address(ip); },
                        options.known_addresses};
  };
  rules.permitted = [options = std::move(options)](const std::string& url) { return permitted_public(url, options); };
  return std::make_unique<PublicHttpClient>(make_curl_client(std::move(inner), std::move(rules)), max_answer);
}

}  // namespace alting::net
