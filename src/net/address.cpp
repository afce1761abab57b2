#include "net/address.h"

#include <algorithm>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/percent.h"

namespace alting::net {

std::optional<Address> parse_address(std::string_view url) {
  if (url.size() > 8192) return std::nullopt;
  const auto parsed = boost::urls::parse_absolute_uri(boost::urls::string_view(url.data(), url.size()));
  if (!parsed || !parsed->has_authority() || parsed->has_userinfo()) return std::nullopt;
  if (parsed->host_type() == boost::urls::host_type::ipvfuture) return std::nullopt;  // no such version is there
  Address address;
  if (parsed->scheme_id() == boost::urls::scheme::https) {
    address.encrypted = true;
  } else if (parsed->scheme_id() != boost::urls::scheme::http) {
    return std::nullopt;
  }
  address.host = std::string(parsed->host_address());
  std::transform(address.host.begin(), address.host.end(), address.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (address.host.empty()) return std::nullopt;
  address.port = parsed->has_port() && !parsed->port().empty() ? std::string(parsed->port())
                 : address.encrypted                           ? "443"
                                                               : "80";
  const std::string host = address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
  address.origin =
      (address.encrypted ? "https://" : "http://") + host + (address.is_own_port() ? "" : ":" + address.port);
  return address;
}

std::string form_encode(const Fields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += base::percent_encode(name) + '=' + base::percent_encode(value);
  }
  return out;
}

std::string with_query(std::string_view address, const Parameters& parameters, Slashes slashes) {
  const auto hash = std::min(address.find('#'), address.size());
  std::string out(address.substr(0, hash));
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    out += out.find('?') == std::string::npos ? '?' : '&';
    out += base::percent_encode(name) + '=';
    out += slashes == Slashes::stay ? base::percent_encode_path(value) : base::percent_encode(value);
  }
  out += address.substr(hash);
  return out;
}

}  // namespace alting::net
