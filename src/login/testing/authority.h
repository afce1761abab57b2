// The test authority for tests of certificates: in a folder of its own, asked without a network, and switched off in parts.
#pragma once
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "login/addresses.h"
#include "login/test_authority/test_authority.h"
#include "net/http_client.h"
#include "store/testing/temp_database.h"

namespace alting::login::testing {

inline constexpr std::string_view authority_site = "http://localhost:8081";

// Answers for the addresses that the authority's certificates name.
class AuthorityClient final : public net::HttpClient {
 public:
  AuthorityClient(const TestAuthority& authority, const base::Clock& clock) : authority_(authority), clock_(clock) {}

  base::Result<net::HttpAnswer> send(const net::HttpRequest& request) override {
    const auto at = [](std::string_view path) { return std::string(authority_site) + std::string(path); };
    if (request.url == at(route::test_responder)) {
      ++asked;
      if (responder_down) return down();
      if (garbled) return net::HttpAnswer{200, {}, "not an answer"};
      return net::HttpAnswer{200, {}, authority_.answer(request.body, clock_.now())};
    }
    ++fetched;
    if (lists_down) return down();
    if (garbled) return net::HttpAnswer{200, {}, "not a list"};
    if (request.url == at(route::test_list)) return net::HttpAnswer{200, {}, authority_.list(clock_.now())};
    if (request.url == at(route::test_root_list)) return net::HttpAnswer{200, {}, authority_.root_list(clock_.now())};
    return base::make_error(base::ErrorKind::forbidden, "error.net.host_not_listed");
  }
  base::Result<net::Downloaded> download(const net::Download&) override { return down(); }

  bool responder_down = false, lists_down = false, garbled = false;
  int asked = 0, fetched = 0;

 private:
  static base::Error down() { return base::make_error(base::ErrorKind::unavailable, "error.net.no_answer"); }
  const TestAuthority& authority_;
  const base::Clock& clock_;
};

[[nodiscard]] inline TestAuthority open_authority(const store::testing::TempFolder& folder, base::Random& random,
                                                  const base::Clock& clock) {
  return TestAuthority::open(terms::Mode::test, folder.path() / "authority", std::string(authority_site), random,
                             clock.now())
      .value();
}

// As a client presents it: its own first.
[[nodiscard]] inline std::vector<base::Bytes> chain_of(const TestCertificate& made) {
  return {made.certificate.der(), made.authority.der()};
}

}  // namespace alting::login::testing
