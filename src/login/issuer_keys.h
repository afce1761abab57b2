// The keys of an issuer (RFC 7517), fetched when first needed and kept; and what is signed with them, checked.
//
// They are kept as long as `kept` says, and a week longer when the issuer does not answer. A token that none of them
// verifies fetches them anew, whether its `kid` is unknown or stands for a key that was replaced. That is done at most
// once a minute, so that made-up tokens cannot make us flood the issuer. One fetches, and those who need what comes wait
// for it, but few: the others are refused as `unavailable`, so that a slow issuer holds no more workers than that.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/jose.h"
#include "net/http_client.h"

namespace alting::login {

// A JSON document of an issuer; `unavailable` when its status is not 200. At most 256 KiB.
[[nodiscard]] base::Result<base::Json> fetch_document(net::HttpClient& http, const std::string& url);

// An address that keys and tokens may come from: with TLS, or of this machine itself.
[[nodiscard]] bool is_endpoint(std::string_view url);

class IssuerKeys {
 public:
  struct Options {
    std::initializer_list<crypto::JoseAlgorithm> allowed = crypto::all_jose_algorithms;
    base::Duration kept = base::Duration::hours(24);
    base::Duration pause = {};     // after the issuer did not answer: so long nobody tries again
    int may_wait = 1'000'000'000;  // for one who fetches
  };
  using Fetch = std::function<base::Result<crypto::JwkSet>()>;
  IssuerKeys(Fetch fetch, const base::Clock& clock, Options options);

  // error.jose.* as crypto::verify_jwt; `unavailable` (login.error.issuer) when the keys cannot be had.
  [[nodiscard]] base::Result<crypto::Jwt> verify(std::string_view token);

 private:
  struct Known {
    crypto::JwkSet set;
    base::Instant fetched;
  };
  using Keys = std::shared_ptr<const Known>;
  // Others than `but`, which did not do; nothing: any.
  [[nodiscard]] base::Result<Keys> keys(const Keys& but);
  [[nodiscard]] bool may_look_again(const Keys& beyond);  // and counts as having done so

  const Fetch fetch_;
  const base::Clock& clock_;
  const Options options_;
  std::mutex mutex_;  // guards what follows; never held while fetching
  std::condition_variable landed_;
  bool fetching_ = false;
  std::uint64_t landed_so_far_ = 0;  // fetches that ended
  int waiting_ = 0;
  Keys known_;
  std::optional<base::Instant> looked_again_, failed_;
};

}  // namespace alting::login
