// A login that was begun and whose answer is awaited: bound to the browser, good once, for ten minutes.
//
// The `state` of the request (RFC 6749 section 10.12) is random; the database has only its hash. Nonce (OIDC
// Core 3.1.2.1) and PKCE verifier (RFC 7636) are not stored anywhere: both are derived from the state together with the
// browser's secret, which is in its encrypted context cookie. Who has the database, or sees the addresses, can finish
// nobody's login.
//
// Anyone may begin a login without being anybody: how many wait at the same time has a limit, and how many of one network
// were begun in the last minute. Those that were finished count for neither: people who log in hold nobody up.
#pragma once
#include <cstdint>
#include <expected>
#include <mutex>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "login/addresses.h"
#include "store/database.h"
#include "terms/actor.h"

namespace alting::login {

struct Attempt {
  std::string state;
  std::string nonce;          // 43 characters of base64url
  std::string code_verifier;  // likewise
  std::string return_path;
  terms::AssuranceLevel level = terms::AssuranceLevel::substantial;  // that was asked for
  bool fresh = false;     // a login of now was asked for (prompt=login), even when the issuer still knows the person
  base::Instant started;  // when it was begun here
};
[[nodiscard]] std::string code_challenge(std::string_view code_verifier);  // S256, RFC 7636 section 4.2

struct AttemptRefused {
  enum class Reason : std::uint8_t { unknown, other_browser, used, expired } reason = Reason::unknown;
  std::string return_path{route::front};  // known for `used` and `expired`
};

struct AttemptLimits {
  std::int64_t waiting = 200'000;        // begun in the last ten minutes and not finished, in all
  std::int64_t network_per_minute = 60;  // begun by one network and not finished
};

class Attempts {
 public:
  Attempts(store::Database& database, const base::Clock& clock, base::Random& random, AttemptLimits limits = {})
      : database_(database), clock_(clock), random_(random), limits_(limits) {}
  [[nodiscard]] std::string new_browser_secret();  // 43 characters
  // `network`: the client's (web::Request::neighbourhood); "" is counted in the total alone. login.error.busy
  // (`too_many`) when as many wait as may, login.error.busy_network when it is this network that has begun too many.
  [[nodiscard]] base::Result<Attempt> begin(std::string_view browser_secret, std::string_view return_path,
                                            terms::AssuranceLevel level, std::string_view network = {},
                                            bool fresh = false);
  // Once only: of two that come at the same time, one is refused as `used`.
  [[nodiscard]] std::expected<Attempt, AttemptRefused> take(std::string_view state, std::string_view browser_secret);

  static constexpr base::Duration good_for = base::Duration::minutes(10);

 private:
  // Counts one more, or says that there is no room.
  [[nodiscard]] bool has_room(base::Instant now);
  [[nodiscard]] bool network_has_room(const std::string& network_hash, base::Instant now);

  store::Database& database_;
  const base::Clock& clock_;
  base::Random& random_;
  AttemptLimits limits_;
  // Counting rows at each login would make a flood dearer: they are counted now and then, and added up between.
  std::mutex mutex_;
  base::Instant counted_at_;
  std::int64_t waiting_ = 0;
};

}  // namespace alting::login
