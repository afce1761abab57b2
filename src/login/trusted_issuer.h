// Finding the keys of an issuer of access tokens by nothing but its name: its metadata is at the place of RFC 8414, as
// Maskinporten's is, or at that of OpenID Connect Discovery, and names the place of the keys.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/jose.h"
#include "net/http_client.h"

namespace alting::login {

// RFC 8414 section 3.1 puts the well-known part before the issuer's path, OpenID Connect (Discovery section 4) after it.
[[nodiscard]] std::array<std::string, 2> metadata_addresses(std::string_view issuer);

// Takes the first metadata that is there. It must be this issuer's, to the letter (RFC 8414 section 3.3).
[[nodiscard]] base::Result<crypto::JwkSet> fetch_trusted_keys(net::HttpClient& http, const std::string& issuer);

}  // namespace alting::login
