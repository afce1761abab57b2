#include "net/address.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "net/http_client.h"

namespace alting::net {

std::optional<Address> parse_address(std::string_view url) {
  if (url.size() > 8192) return std::nullopt;
  const auto parsed = boost::urls::parse_absolute_uri(boost::urls::string_view(url.data(), url.size()));
  if (!parsed || !parsed->has_authority() || parsed->has_userinfo()) return std::nullopt;
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

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      out += '%';
      out += digits[octet >> 4];
      out += digits[octet & 15];
    }
  }
  return out;
}

std::string form_encode(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + '=' + percent_encode(value);
  }
  return out;
}

std::string with_query(std::string_view url, const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out(url);
  if (fields.empty()) return out;
  out += out.find('?') == std::string::npos ? '?' : '&';
  return out + form_encode(fields);
}

}  // namespace alting::net
