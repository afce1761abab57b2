#include "login/enterprise_certificate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "base/file.h"
#include "login/migrations.h"
#include "login/testing/authority.h"
#include "login/testing/doubles.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/testing/temp_database.h"

namespace alting::login {
namespace {

using crypto::CertificateOrder;
using crypto::KeyUsage;
using testing::chain_of;

class EnterpriseCertificateTest : public ::testing::Test {
 protected:
  EnterpriseCertificateTest() {
    store::migrate(temp.database(), clock, {store::migrations(), login::migrations()});
    people.organisations = {testing::organisation(7, number, "FJORD OG FJELL AS", random)};
  }
  TestCertificate made(TestFault fault = TestFault::none, TestProfile profile = TestProfile::seid2) {
    return authority.issue({number, "FJORD OG FJELL AS", profile, fault, crypto::KeyType::p256}, random, clock.now());
  }
  std::string refusal(const std::vector<base::Bytes>& chain) {
    const auto checked = checks.check(chain, clock.now());
    return checked ? "taken" : checked.error().code;
  }
  // Of our authority, but otherwise than it issues them.
  std::vector<base::Bytes> unusual(const std::function<void(CertificateOrder&)>& change) {
    CertificateOrder order;
    order.common_name = "X";
    order.organisation_number = number;
    order.not_before = clock.now() - base::Duration::days(1);
    order.not_after = clock.now() + base::Duration::days(1);
    order.usages = {KeyUsage::digital_signature};
    order.extended_usages = std::vector<std::string>{std::string(crypto::oid_client_auth)};
    order.policies = {std::string(test_policy)};
    change(order);
    const auto key = crypto::PrivateKey::generate(crypto::KeyType::p256);
    const auto pem = base::read_file(folder.path() / "authority" / "authority-key.pem", 10'000).value();
    const auto issuer_key = crypto::PrivateKey::from_pem(crypto::SecretBytes(pem)).value();
    return {crypto::issue_certificate(order, key.public_key(), authority.authority(), issuer_key, random).der(),
            authority.authority().der()};
  }

  store::testing::TempDatabase temp{store::Engine::sqlite};
  store::testing::TempFolder folder;
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{11};
  const std::string number = "310000019";
  testing::SmallRegister people;
  TestAuthority authority = testing::open_authority(folder, random, clock);
  testing::AuthorityClient http{authority, clock};
  base::Metrics metrics;
  RevocationChecks revocation{temp.database(), http, {}, metrics};
  CertificateChecks checks{{{authority.root()}, {}}, {std::string(test_policy)}, terms::Mode::test, revocation, people};
};

TEST_F(EnterpriseCertificateTest, says_which_organisation_logs_in_and_by_which_certificate) {
  const auto one = made();
  const auto checked = checks.check(chain_of(one), clock.now());
  ASSERT_TRUE(checked) << checked.error().code;
  EXPECT_EQ(checked->organisation_number, number);
  EXPECT_EQ(checked->party.name, "FJORD OG FJELL AS");
  EXPECT_EQ(checked->serial, one.certificate.serial());
  EXPECT_EQ(checked->fingerprint, one.certificate.fingerprint());
  EXPECT_EQ(checked->not_after, one.certificate.not_after());
  EXPECT_EQ(checked->profile, "seid2");
  EXPECT_NE(checked->issuer_name.find("Alting Test Enterprise CA"), std::string::npos);
}

TEST_F(EnterpriseCertificateTest, takes_the_older_profile_with_the_number_in_serial_number) {
  const auto checked = checks.check(chain_of(made(TestFault::none, TestProfile::seid1)), clock.now());
  ASSERT_TRUE(checked) << checked.error().code;
  EXPECT_EQ(checked->organisation_number, number);
  EXPECT_EQ(checked->profile, "seid1");
}

TEST_F(EnterpriseCertificateTest, refuses_each_that_is_wrong_with_its_own_reason) {
  EXPECT_EQ(refusal({}), "error.certificate.none_presented");
  EXPECT_EQ(refusal({"not a certificate"}), "error.certificate.malformed");
  EXPECT_EQ(refusal(std::vector<base::Bytes>(9, made().certificate.der())), "error.certificate.malformed");
  EXPECT_EQ(refusal(chain_of(made(TestFault::expired))), "error.certificate.expired");
  EXPECT_EQ(refusal(chain_of(made(TestFault::not_yet_valid))), "error.certificate.not_yet_valid");
  EXPECT_EQ(refusal(chain_of(made(TestFault::chain))), "error.certificate.untrusted_chain");
  EXPECT_EQ(refusal(chain_of(made(TestFault::signature))), "error.certificate.wrong_usage");
  EXPECT_EQ(refusal(chain_of(made(TestFault::encryption))), "error.certificate.wrong_usage");
  EXPECT_EQ(refusal(chain_of(made(TestFault::policy))), "error.certificate.wrong_policy");
  EXPECT_EQ(http.asked, 0) << "nobody is asked about what is refused anyway";
}

TEST_F(EnterpriseCertificateTest, refuses_one_whose_authority_between_nobody_has) {
  const auto one = made();
  EXPECT_EQ(refusal({one.certificate.der()}), "error.certificate.untrusted_chain");
  CertificateChecks with_between{
      {{authority.root()}, {authority.authority()}}, {std::string(test_policy)}, terms::Mode::test, revocation, people};
  EXPECT_TRUE(with_between.check(std::vector<base::Bytes>{one.certificate.der()}, clock.now()));
}

TEST_F(EnterpriseCertificateTest, takes_no_key_that_also_signs_documents_or_is_for_servers_alone) {
  EXPECT_EQ(
      refusal(unusual([](auto& order) { order.usages = {KeyUsage::digital_signature, KeyUsage::non_repudiation}; })),
      "error.certificate.wrong_usage");
  EXPECT_EQ(
      refusal(unusual([](auto& order) { order.extended_usages = std::vector<std::string>{"1.3.6.1.5.5.7.3.1"}; })),
      "error.certificate.wrong_usage");
  EXPECT_EQ(refusal(unusual([](auto& order) {
              order.authority = true;
              order.usages = {KeyUsage::digital_signature, KeyUsage::cert_sign};
            })),
            "error.certificate.wrong_usage");
}

TEST_F(EnterpriseCertificateTest, takes_no_number_that_is_missing_wrong_or_said_twice) {
  EXPECT_EQ(refusal(unusual([](auto& order) { order.organisation_number = ""; })), "error.certificate.no_organisation");
  EXPECT_EQ(refusal(unusual([](auto& order) { order.organisation_number = "123"; })),
            "error.certificate.no_organisation");
  EXPECT_EQ(refusal(unusual([](auto& order) { order.organisation_number = "310000018"; })),
            "error.certificate.no_organisation")
      << "a wrong check digit";
  EXPECT_EQ(refusal(unusual([](auto& order) { order.serial_number_attribute = "987654321"; })),
            "error.certificate.no_organisation")
      << "two numbers that are not the same";
}

TEST_F(EnterpriseCertificateTest, refuses_organisations_that_the_register_does_not_have_any_more) {
  const auto chain = chain_of(made());
  people.organisations[0].deleted = true;
  EXPECT_EQ(refusal(chain), "error.certificate.organisation_deleted");
  people.organisations.clear();
  EXPECT_EQ(refusal(chain), "error.certificate.unknown_organisation");
}

TEST_F(EnterpriseCertificateTest, refuses_a_revoked_one_from_the_next_login_on) {
  const auto one = made();
  EXPECT_EQ(refusal(chain_of(one)), "taken");
  ASSERT_TRUE(authority.revoke(one.certificate.serial(), clock.now()));
  clock.advance(base::Duration::minutes(11));  // what the responder said is kept for ten
  EXPECT_EQ(refusal(chain_of(one)), "error.certificate.revoked");
}

TEST_F(EnterpriseCertificateTest, refuses_what_nobody_answers_about) {
  http.responder_down = http.lists_down = true;
  EXPECT_EQ(refusal(chain_of(made())), "error.certificate.revocation_unknown");
  EXPECT_EQ(checks.check(chain_of(made()), clock.now()).error().kind, base::ErrorKind::unavailable);
}

TEST_F(EnterpriseCertificateTest, tells_an_operator_each_step_until_the_one_that_fails) {
  const auto good = checks.steps(chain_of(made()), clock.now());
  ASSERT_EQ(good.size(), 6U);
  EXPECT_TRUE(std::ranges::all_of(good, &CertificateChecks::Step::good));
  const auto bad = checks.steps(chain_of(made(TestFault::policy)), clock.now());
  ASSERT_EQ(bad.size(), 4U);
  EXPECT_TRUE(bad[2].good);
  EXPECT_FALSE(bad[3].good);
}

TEST(Policies, are_accepted_by_the_letter_or_by_what_they_begin_with) {
  const std::vector<std::string> accepted{"2.16.578.1.26.1.3.2", "2.16.578.1.29.13.200.*"};
  EXPECT_TRUE(is_policy_accepted("2.16.578.1.26.1.3.2", accepted));
  EXPECT_TRUE(is_policy_accepted("2.16.578.1.29.13.200.1.0", accepted));
  EXPECT_FALSE(is_policy_accepted("2.16.578.1.26.1.3.20", accepted));
  EXPECT_FALSE(is_policy_accepted("2.16.578.1.29.13.200", accepted)) << "nothing stands where the star is";
  EXPECT_FALSE(is_policy_accepted("2.16.578.1.29.13.2001", accepted));
  EXPECT_FALSE(is_policy_accepted("", accepted));
}

TEST(Policies, of_enterprise_certificates_are_those_of_buypass_and_commfides) {
  const auto accepted = enterprise_policies();
  for (const char* policy :
       {"2.16.578.1.26.1.3.2", "2.16.578.1.26.1.3.5", "2.16.578.1.29.13.1.1.0", "2.16.578.1.29.13.1",
        "2.16.578.1.29.13.200.1.0", "2.16.578.1.29.13.210.1", "2.16.578.1.29.13.220.1"})
    EXPECT_TRUE(is_policy_accepted(policy, accepted)) << policy;
  EXPECT_FALSE(is_policy_accepted(test_policy, accepted)) << "real ones are not those of the test authority";
}

TEST_F(EnterpriseCertificateTest, trust_comes_from_files_and_a_file_that_holds_none_stops_the_start) {
  CertificateOptions options;
  options.trusted = folder.path() / "roots.pem";
  EXPECT_EQ(load_trust(options, {}).error().code, "error.settings");
  std::ofstream(options.trusted) << "no certificate";
  EXPECT_EQ(load_trust(options, {}).error().code, "error.settings");
  std::ofstream(options.trusted) << authority.root().pem();
  const auto trust = load_trust(options, {});
  ASSERT_TRUE(trust);
  ASSERT_EQ(trust->trusted.size(), 1U);
  EXPECT_EQ(trust->trusted[0].fingerprint(), authority.root().fingerprint());
}

}  // namespace
}  // namespace alting::login
