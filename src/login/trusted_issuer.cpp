#include "login/trusted_issuer.h"

#include "login/addresses.h"
#include "login/issuer_keys.h"
#include "net/address.h"

namespace alting::login {

std::array<std::string, 2> metadata_addresses(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  const auto scheme = issuer.find("://");
  const auto path =
      scheme == std::string_view::npos ? issuer.size() : std::min(issuer.find('/', scheme + 3), issuer.size());
  return {std::string(issuer.substr(0, path)) + std::string(server_metadata) + std::string(issuer.substr(path)),
          std::string(issuer) + std::string(issuer_metadata)};
}

base::Result<crypto::JwkSet> fetch_trusted_keys(net::HttpClient& http, const std::string& issuer) {
  auto error = base::make_error(base::ErrorKind::unavailable, "login.error.issuer", "no metadata");
  for (const auto& address : metadata_addresses(issuer)) {
    const auto document = fetch_document(http, address);
    if (!document) {
      error = document.error();
      continue;
    }
    if (document->text("issuer") != issuer) {
      error.detail = "issuer metadata: it is another issuer's";
      continue;
    }
    const std::string keys(document->text("jwks_uri"));
    if (!is_endpoint(keys)) {
      error.detail = "issuer metadata: jwks_uri is missing or not encrypted";
      continue;
    }
    return fetch_document(http, keys).and_then([](const base::Json& found) {
      return crypto::JwkSet::from_json(found);
    });
  }
  return error;
}

}  // namespace alting::login
