#include <gtest/gtest.h>

#include "login/settings.h"

namespace alting::login {
namespace {

constexpr std::string_view portal = "https://alting.example";

CertificateOptions door_of_production() {
  CertificateOptions options;
  options.port = 8443;
  options.public_url = "https://sertifikat.alting.example";
  options.trusted = "roots.pem";
  return options;
}

std::string fault(CertificateOptions options, terms::Mode mode, bool server_tls = true) {
  const auto settled = settle(options, mode, portal, server_tls);
  return settled ? "" : settled.error().detail;
}

TEST(CertificateSettings, ask_for_nothing_where_there_is_no_door) { EXPECT_EQ(fault({}, terms::Mode::production), ""); }

TEST(CertificateSettings, know_their_own_address_in_test_mode) {
  CertificateOptions options;
  options.port = 8082;
  ASSERT_TRUE(settle(options, terms::Mode::test, "http://localhost:8080", false));
  EXPECT_EQ(options.public_url, "https://localhost:8082");
}

TEST(CertificateSettings, name_authorities_tls_and_a_place_of_their_own_in_production) {
  const auto production = terms::Mode::production;
  EXPECT_EQ(fault(door_of_production(), production), "");
  auto options = door_of_production();
  options.trusted.clear();
  EXPECT_NE(fault(options, production).find("certificate.trusted"), std::string::npos);
  options = door_of_production();
  options.public_url = "http://sertifikat.alting.example";
  EXPECT_NE(fault(options, production).find("https"), std::string::npos);
  options.public_url = portal;
  EXPECT_NE(fault(options, production).find("another host or port"), std::string::npos);
  options.public_url = "https://sertifikat.alting.example/";
  EXPECT_NE(fault(options, production).find("without a path"), std::string::npos);
  options.public_url = "";
  EXPECT_NE(fault(options, production).find("certificate.public_url"), std::string::npos);
  options = door_of_production();
  options.tls_key = "key.pem";
  EXPECT_NE(fault(options, production).find("both or neither"), std::string::npos);
}

TEST(CertificateSettings, speak_plainly_to_a_proxy_on_the_same_machine_only) {
  auto options = door_of_production();
  EXPECT_NE(fault(options, terms::Mode::production, false).find("certificate.proxies"), std::string::npos);
  options.proxies = {"127.0.0.1"};
  EXPECT_EQ(fault(options, terms::Mode::production, false), "");
  options.address = "0.0.0.0";
  EXPECT_NE(fault(options, terms::Mode::production, false).find("certificate.address"), std::string::npos);
}

TEST(CertificateSettings, take_policies_that_are_numbers_with_a_star_at_the_end_at_most) {
  for (const char* bad : {"", "*", ".*", "2.16.*.1", "2..16", "2.16.", "2.16.a", ".2"}) {
    CertificateOptions options;
    options.policies = {bad};
    EXPECT_NE(fault(options, terms::Mode::test), "") << bad;
  }
  CertificateOptions options;
  options.policies = {"2.16.578", "2.16.578.*"};
  EXPECT_EQ(fault(options, terms::Mode::test), "");
}

TEST(CertificateSettings, keep_no_answer_of_the_test_authority) {
  CertificateOptions test, production;
  (void)certificate_settings(test, terms::Mode::test);
  (void)certificate_settings(production, terms::Mode::production);
  EXPECT_EQ(test.ocsp_kept, base::Duration{});
  EXPECT_EQ(production.ocsp_kept, base::Duration::minutes(10));
}

}  // namespace
}  // namespace alting::login
