// Access tokens for calls to other machines: the JWT grant of RFC 7523 as Maskinporten speaks it. A token is kept until
// half a minute before its end, and when many want one at once it is asked for once.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/keys.h"
#include "net/http_client.h"

namespace alting::net {

class TokenSource {
 public:
  virtual ~TokenSource() = default;
  // `unavailable` when the issuer does not answer, or refuses.
  [[nodiscard]] virtual base::Result<std::string> token() = 0;
  // The resource did not take it: the next token() asks for another.
  virtual void refused(std::string_view token) = 0;
};

struct TokenClientOptions {
  std::string token_url;  // "https://maskinporten.no/token"; "": no token is needed
  std::string issuer;     // `aud` of what is signed; "": token_url without its last word, "https://maskinporten.no/"
  std::string client_id;
  std::string scope;  // with single blanks between
  std::filesystem::path key_file;
  std::string key_id;  // `kid`, as registered; "": the key's thumbprint
};

// error.settings when something is missing or the key cannot be read. All must outlive it.
[[nodiscard]] base::Result<std::unique_ptr<TokenSource>> make_token_client(HttpClient& http, TokenClientOptions options,
                                                                           const base::Clock& clock,
                                                                           base::Random& random);
// Where a register asks for none: "" each time.
[[nodiscard]] std::unique_ptr<TokenSource> make_no_tokens();

}  // namespace alting::net
