// A client's certificate as a proxy hands it on, which has ended the client's TLS (RFC 9440): Client-Cert is a byte
// sequence (RFC 8941 section 3.3.5, ":base64:") with the certificate's DER, Client-Cert-Chain a list of those that the
// client sent along.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "web/http.h"
#include "web/server_options.h"

namespace alting::web {

inline constexpr std::size_t max_chain = 8;                 // certificates of one client, its own among them
inline constexpr std::size_t max_chain_octets = 64 * 1024;  // of all of them
inline constexpr std::string_view client_cert = "client-cert", client_cert_chain = "client-cert-chain";

// The certificates, the client's own first; nothing when the headers are not as RFC 9440 has them or there is too much of
// them. That each is a certificate is not looked at. Parameters are not taken: none are defined.
[[nodiscard]] std::optional<std::vector<base::Bytes>> read_client_certificate(std::string_view own,
                                                                              std::string_view chain);

// Puts into the request what is known of its client's certificate, and takes the headers out of it, so that nothing else
// reads them. `proved`: what the peer itself showed in its TLS handshake. A proxy's own certificate is never its
// client's. False when a proxy's headers cannot be read.
[[nodiscard]] bool settle_client_certificate(Request& request, std::string_view peer,
                                             const std::vector<base::Bytes>& proved, const ServerOptions& options);

}  // namespace alting::web
