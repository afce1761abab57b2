#include "web/client_certificate.h"

#include <algorithm>

#include "base/text.h"
#include "web/edge.h"

namespace alting::web {
namespace {

// ":base64:" at the front of the text, which it leaves; RFC 8941 section 4.2.7, padding may be missing.
std::optional<base::Bytes> take_byte_sequence(std::string_view& text) {
  if (!text.starts_with(':')) return std::nullopt;
  const std::size_t end = text.find(':', 1);
  if (end == std::string_view::npos) return std::nullopt;
  std::string encoded(text.substr(1, end - 1));
  text.remove_prefix(end + 1);
  while (encoded.size() % 4 != 0) encoded += '=';
  auto bytes = base::from_base64(encoded);
  return bytes && !bytes->empty() ? std::move(bytes) : std::nullopt;
}

void skip_blanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size())); }

}  // namespace

std::optional<std::vector<base::Bytes>> read_client_certificate(std::string_view own, std::string_view chain) {
  std::vector<base::Bytes> out;
  std::size_t octets = 0;
  const auto take = [&](std::string_view& text) {
    auto one = take_byte_sequence(text);
    if (!one || out.size() == max_chain) return false;
    octets += one->size();
    out.push_back(std::move(*one));
    return octets <= max_chain_octets;
  };
  own = base::trim(own);
  chain = base::trim(chain);
  if (!take(own) || !own.empty()) return std::nullopt;
  while (!chain.empty()) {
    if (!take(chain)) return std::nullopt;
    skip_blanks(chain);
    if (chain.empty()) break;
    if (!chain.starts_with(',')) return std::nullopt;
    chain.remove_prefix(1);
    skip_blanks(chain);
    if (chain.empty()) return std::nullopt;  // a list does not end with a comma
  }
  return out;
}

bool settle_client_certificate(Request& request, std::string_view peer, const std::vector<base::Bytes>& proved,
                               const ServerOptions& options) {
  const std::string own(request.header(client_cert)), chain(request.header(client_cert_chain));
  const bool sent = request.has_header(client_cert) || request.has_header(client_cert_chain);
  std::erase_if(request.headers,
                [](const auto& header) { return header.first == client_cert || header.first == client_cert_chain; });
  if (!is_listed(peer, options.certificate_proxies)) {
    request.client_chain_from = sent ? ChainFrom::not_a_proxy : proved.empty() ? ChainFrom::none : ChainFrom::tls;
    if (!sent) request.client_chain = proved;
    return true;
  }
  if (base::trim(own).empty() && base::trim(chain).empty()) return true;  // as some proxies say that there is none
  auto read = read_client_certificate(own, chain);
  if (!read) return false;
  request.client_chain = std::move(*read);
  request.client_chain_from = ChainFrom::proxy;
  return true;
}

}  // namespace alting::web
