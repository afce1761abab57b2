#include "login/test_authority/test_authority.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "base/text_file.h"
#include "login/addresses.h"
#include "login/client_key.h"

namespace alting::login {
namespace {

namespace fs = std::filesystem;
using base::Duration;
using base::Instant;
using crypto::Certificate;
using crypto::CertificateOrder;
using crypto::KeyUsage;
using crypto::PrivateKey;

constexpr std::size_t max_revoked_file = 1024 * 1024;
constexpr std::size_t max_serial = 40;  // hexadecimal figures: 20 octets (RFC 5280 section 4.1.2.2)
constexpr std::size_t max_ocsp_request = 16 * 1024;
constexpr auto year = Duration::days(365);
constexpr auto a_while = Duration::hours(1);  // before now: for clocks that differ
constexpr auto list_holds = Duration::hours(1);
constexpr std::string_view server_auth = "1.3.6.1.5.5.7.3.1";
constexpr std::string_view other_policy = "2.999.1.9";  // nobody's

Duration years(int count) { return {count * year.micros}; }

CertificateOrder authority_order(std::string name, Instant now, int lasts_years) {
  CertificateOrder order;
  order.common_name = std::move(name);
  order.organisation = "Alting test (counts for nothing)";
  order.not_before = now - a_while;
  order.not_after = now + years(lasts_years);
  order.authority = true;
  return order;
}

std::string address(const std::string& url, std::string_view path) { return url + std::string(path); }

// The certificate in the file, made by `make` when there is none or it is not `right`.
template <class Make, class Right>
base::Result<Certificate> load_or_make(const fs::path& file, Make&& make, Right&& right) {
  if (auto pem = base::read_text_file(file, 64 * 1024)) {
    auto read = Certificate::from_pem(*pem);
    if (read && right(*read)) return std::move(*read);
  }
  Certificate made = make();
  base::write_file_durably(file, made.pem(), 0600);
  return made;
}

bool is_hexadecimal(std::string_view text) {
  return !text.empty() && text.size() <= max_serial && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

// Serial numbers as people copy them: in either case, and with or without the zeros before.
std::string plain_serial(std::string_view serial) {
  auto plain = base::to_lower(serial);
  plain.erase(0, std::min(plain.find_first_not_of('0'), plain.size()));
  return plain;
}

}  // namespace

TestAuthority::TestAuthority(fs::path folder, std::string url, Certificate root, PrivateKey root_key,
                             Certificate authority, PrivateKey authority_key)
    : folder_(std::move(folder)),
      url_(std::move(url)),
      root_(std::move(root)),
      authority_(std::move(authority)),
      root_key_(std::move(root_key)),
      authority_key_(std::move(authority_key)) {}

base::Result<TestAuthority> TestAuthority::open(terms::Mode mode, fs::path folder, std::string url,
                                                base::Random& random, Instant now) {
  if (mode != terms::Mode::test) throw std::logic_error("the test authority exists in test mode only");
  base::create_private_directory(folder);
  ALTING_TRY(root_key, load_or_make_key(folder / "root-key.pem", mode, crypto::KeyType::p256));
  ALTING_TRY(authority_key, load_or_make_key(folder / "authority-key.pem", mode, crypto::KeyType::p256));
  const auto holds = [&](const Certificate& certificate) { return now < certificate.not_after() - years(4); };
  ALTING_TRY(
      root,
      load_or_make(
          folder / "root.pem",
          [&] { return crypto::make_self_signed(authority_order("Alting Test Root", now, 30), root_key, random); },
          holds));
  // Another site than when it was made (a demo on another port): the same authority, with the new address.
  const auto own_list = address(url, route::test_root_list);
  ALTING_TRY(authority,
             load_or_make(
                 folder / "authority.pem",
                 [&] {
                   auto order = authority_order("Alting Test Enterprise CA", now, 20);
                   order.crl_address = own_list;
                   return crypto::issue_certificate(order, authority_key.public_key(), root, root_key, random);
                 },
                 [&](const Certificate& certificate) {
                   return holds(certificate) && certificate.crl_addresses() == std::vector<std::string>{own_list};
                 }));
  return TestAuthority(std::move(folder), std::move(url), std::move(root), std::move(root_key), std::move(authority),
                       std::move(authority_key));
}

TestCertificate TestAuthority::issue(const TestCertificateOrder& wanted, base::Random& random, Instant now) const {
  CertificateOrder order;
  order.common_name = wanted.organisation_name;
  order.organisation = wanted.organisation_name;
  (wanted.profile == TestProfile::seid2 ? order.organisation_number : order.serial_number_attribute) =
      wanted.organisation_number;
  order.not_before = now - a_while;
  order.not_after = now + years(3);
  order.usages = {KeyUsage::digital_signature};
  order.extended_usages = std::vector<std::string>{std::string(crypto::oid_client_auth)};
  order.policies = {std::string(test_policy)};
  order.crl_address = address(url_, route::test_list);
  order.ocsp_address = address(url_, route::test_responder);
  switch (wanted.fault) {
    case TestFault::none:
    case TestFault::chain: break;
    case TestFault::expired:
      order.not_before = now - years(3) - Duration::days(1);
      order.not_after = now - Duration::days(1);
      break;
    case TestFault::not_yet_valid: order.not_before = now + Duration::days(1); break;
    case TestFault::signature: order.usages = {KeyUsage::non_repudiation}; break;
    case TestFault::encryption: order.usages = {KeyUsage::key_encipherment}; break;
    case TestFault::policy: order.policies = {std::string(other_policy)}; break;
  }
  auto key = PrivateKey::generate(wanted.key);
  if (wanted.fault == TestFault::chain) {  // of an authority that calls itself the same
    const auto false_key = PrivateKey::generate(crypto::KeyType::p256);
    const auto false_root =
        crypto::make_self_signed(authority_order("Alting Test Enterprise CA", now, 20), false_key, random);
    return {crypto::issue_certificate(order, key.public_key(), false_root, false_key, random), false_root,
            std::move(key)};
  }
  return {crypto::issue_certificate(order, key.public_key(), authority_, authority_key_, random), authority_,
          std::move(key)};
}

TestAuthority::ServerFiles TestAuthority::issue_for_server(const std::string& host, base::Random& random,
                                                           Instant now) const {
  CertificateOrder order;
  order.common_name = host;
  order.dns_names = {host};
  order.addresses = {"127.0.0.1", "::1"};
  order.not_before = now - a_while;
  order.not_after = now + year;
  order.extended_usages = std::vector<std::string>{std::string(server_auth)};
  order.crl_address = address(url_, route::test_list);
  order.ocsp_address = address(url_, route::test_responder);
  const auto key = PrivateKey::generate(crypto::KeyType::p256);
  const auto certificate = crypto::issue_certificate(order, key.public_key(), authority_, authority_key_, random);
  const ServerFiles files{folder_ / "door.pem", folder_ / "door-key.pem"};
  base::write_file_durably(files.certificate, certificate.pem() + authority_.pem(), 0600);
  base::write_file_durably(files.key, key.pem().reveal(), 0600);
  return files;
}

// A line for each: its serial number and when.
std::vector<crypto::RevokedSerial> TestAuthority::revoked() const {
  std::vector<crypto::RevokedSerial> all;
  const auto text = base::read_text_file(folder_ / "revoked", max_revoked_file);
  if (!text) return all;
  for (const auto& line : base::lines_of(*text)) {
    const auto blank = line.find(' ');
    if (blank == std::string::npos) continue;
    const auto at = base::from_rfc3339(line.substr(blank + 1));
    if (at) all.push_back({line.substr(0, blank), *at});
  }
  return all;
}

base::Status TestAuthority::revoke(std::string_view serial, Instant at) const {
  const auto plain = plain_serial(serial);
  if (!is_hexadecimal(plain))
    return base::make_error(base::ErrorKind::invalid, "error.admin", "not the serial number of a certificate");
  auto all = revoked();
  if (std::ranges::any_of(all, [&](const auto& one) { return one.serial == plain; })) return {};
  all.push_back({plain, at});
  std::string text;
  for (const auto& one : all) text += one.serial + " " + base::to_rfc3339(one.at) + "\n";
  base::write_file_durably(folder_ / "revoked", text, 0600);
  return {};
}

base::Bytes TestAuthority::list(Instant now) const {
  crypto::RevocationListOrder order;
  order.revoked = revoked();
  order.this_update = now - Duration::minutes(1);
  order.next_update = now + list_holds;
  order.number = now.micros / 1'000'000;
  return crypto::make_crl(order, authority_, authority_key_);
}

base::Bytes TestAuthority::root_list(Instant now) const {
  crypto::RevocationListOrder order;
  order.this_update = now - Duration::minutes(1);
  order.next_update = now + list_holds;
  order.number = now.micros / 1'000'000;
  return crypto::make_crl(order, root_, root_key_);
}

base::Bytes TestAuthority::answer(base::ByteView request, Instant now) const {
  constexpr int malformed_request = 1;
  const auto serial = crypto::serial_asked(request, authority_);
  if (!serial) return crypto::make_ocsp_refusal(malformed_request);
  crypto::OcspAnswerOrder order;
  order.serial = *serial;
  order.this_update = now - Duration::minutes(1);
  for (const auto& one : revoked()) {
    if (one.serial != plain_serial(*serial)) continue;
    order.status = crypto::OcspStatus::revoked;
    order.revoked_at = one.at;
  }
  return crypto::make_ocsp_answer(order, authority_, authority_, authority_key_);
}

void add_test_authority_routes(web::Router& router, const TestAuthority& authority, const base::Clock& clock) {
  using web::Method;
  using web::Request;
  const auto octets = [](std::string type, std::string body) {
    auto response = web::text(std::move(body));
    response.content_type = std::move(type);
    return response;
  };
  const auto get = [&](std::string_view pattern, web::Handler handler) {
    router.add(Method::get, std::string(pattern), std::move(handler));
  };
  get(route::test_root, [&authority, octets](const Request&) {
    return octets("application/x-pem-file", authority.root().pem() + authority.authority().pem());
  });
  get(route::test_root_list, [&authority, &clock, octets](const Request&) {
    return octets("application/pkix-crl", authority.root_list(clock.now()));
  });
  get(route::test_list, [&authority, &clock, octets](const Request&) {
    return octets("application/pkix-crl", authority.list(clock.now()));
  });
  web::RouteLimits limits;
  limits.body = max_ocsp_request;
  limits.anti_forgery = false;
  router.add(
      Method::post, std::string(route::test_responder),
      [&authority, &clock, octets](const Request& request) {
        return octets("application/ocsp-response", authority.answer(request.body, clock.now()));
      },
      limits);
}

}  // namespace alting::login
