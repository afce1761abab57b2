// The test authority: issues enterprise certificates as Buypass and Commfides do, for test mode alone, and says by a list
// (CRL) and by OCSP which of them were revoked. A root and one authority below it; their keys lie in the data folder.
//
// What was revoked stands in a file beside the keys. Its policy is one of the numbers that stand for examples (2.999),
// so that nothing that trusts real ones by their policy can take its certificates for them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/keys.h"
#include "crypto/make_certificate.h"
#include "terms/mode.h"
#include "web/router.h"

namespace alting::login {

// Accepted in test mode beside those of the settings.
inline constexpr std::string_view test_policy = "2.999.1.1";

enum class TestProfile : std::uint8_t { seid2, seid1 };
// What is wrong with a certificate that is made to be refused.
enum class TestFault : std::uint8_t { none, expired, not_yet_valid, signature, encryption, policy, chain };

struct TestCertificateOrder {
  std::string organisation_number, organisation_name;
  TestProfile profile = TestProfile::seid2;
  TestFault fault = TestFault::none;
  crypto::KeyType key = crypto::KeyType::rsa;  // as the real ones have; takes some 100 ms
};
struct TestCertificate {
  crypto::Certificate certificate;
  crypto::Certificate authority;  // that issued it
  crypto::PrivateKey key;
};

class TestAuthority {
 public:
  // `folder` is made when it is not there, private to its owner. `url`: the site where its lists and its responder are
  // served, such as "http://localhost:8081". Throws std::logic_error when the mode is not test.
  [[nodiscard]] static base::Result<TestAuthority> open(terms::Mode mode, std::filesystem::path folder, std::string url,
                                                        base::Random& random, base::Instant now);

  [[nodiscard]] const crypto::Certificate& root() const { return root_; }
  [[nodiscard]] const crypto::Certificate& authority() const { return authority_; }
  [[nodiscard]] TestCertificate issue(const TestCertificateOrder& order, base::Random& random, base::Instant now) const;
  // For a server of ours on this machine: the door, when it was given no certificate. PEM of certificate, authority and
  // key in the folder, made anew each time.
  struct ServerFiles {
    std::filesystem::path certificate, key;
  };
  [[nodiscard]] ServerFiles issue_for_server(const std::string& host, base::Random& random, base::Instant now) const;
  // `serial` as Certificate::serial() says it. error.admin when it is no hexadecimal number.
  [[nodiscard]] base::Status revoke(std::string_view serial, base::Instant at) const;

  [[nodiscard]] base::Bytes list(base::Instant now) const;       // of the authority, DER
  [[nodiscard]] base::Bytes root_list(base::Instant now) const;  // of the root: empty
  [[nodiscard]] base::Bytes answer(base::ByteView ocsp_request, base::Instant now) const;

 private:
  TestAuthority(std::filesystem::path folder, std::string url, crypto::Certificate root, crypto::PrivateKey root_key,
                crypto::Certificate authority, crypto::PrivateKey authority_key);
  [[nodiscard]] std::vector<crypto::RevokedSerial> revoked() const;
  std::filesystem::path folder_;
  std::string url_;
  crypto::Certificate root_, authority_;
  crypto::PrivateKey root_key_, authority_key_;
};

// Its root, lists and responder, on the test issuer's site. Both must outlive the router.
void add_test_authority_routes(web::Router& router, const TestAuthority& authority, const base::Clock& clock);

}  // namespace alting::login
