#include "login/test_authority/test_authority.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "login/testing/authority.h"

namespace alting::login {
namespace {

class TestAuthorityTest : public ::testing::Test {
 protected:
  store::testing::TempFolder folder;
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{11};
  TestAuthority authority = testing::open_authority(folder, random, clock);
};

TEST_F(TestAuthorityTest, exists_in_test_mode_only) {
  EXPECT_THROW(
      (void)TestAuthority::open(terms::Mode::production, folder.path() / "other", "http://x", random, clock.now()),
      std::logic_error);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "other"));
}

TEST_F(TestAuthorityTest, keeps_its_keys_to_itself_and_is_the_same_after_a_new_start) {
  const auto again = testing::open_authority(folder, random, clock);
  EXPECT_EQ(again.root().fingerprint(), authority.root().fingerprint());
  EXPECT_EQ(again.authority().fingerprint(), authority.authority().fingerprint());
  for (const char* name : {"root-key.pem", "authority-key.pem"}) {
    struct stat about{};
    ASSERT_EQ(::stat((folder.path() / "authority" / name).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U) << name;
  }
}

TEST_F(TestAuthorityTest, names_its_new_site_when_it_moves_and_its_certificates_stay_good) {
  const auto one = authority.issue({"310000019", "FJORD OG FJELL AS"}, random, clock.now());
  const auto moved =
      TestAuthority::open(terms::Mode::test, folder.path() / "authority", "http://localhost:9001", random, clock.now())
          .value();
  EXPECT_EQ(moved.root().fingerprint(), authority.root().fingerprint());
  EXPECT_EQ(moved.authority().crl_addresses(), std::vector<std::string>{"http://localhost:9001/test-ca/root.crl"});
  EXPECT_TRUE(crypto::build_chain(one.certificate, {moved.authority()}, {moved.root()}, clock.now()));
}

TEST_F(TestAuthorityTest, issues_what_an_enterprise_certificate_has) {
  const auto one = authority.issue({"310000019", "FJORD OG FJELL AS"}, random, clock.now()).certificate;
  EXPECT_EQ(one.subject("2.5.4.97"), "NTRNO-310000019");
  EXPECT_EQ(one.subject("O"), "FJORD OG FJELL AS");
  EXPECT_TRUE(one.has_usage(crypto::KeyUsage::digital_signature));
  EXPECT_FALSE(one.has_usage(crypto::KeyUsage::non_repudiation));
  EXPECT_EQ(one.policies(), std::vector<std::string>{std::string(test_policy)});
  EXPECT_EQ(one.ocsp_addresses(), std::vector<std::string>{"http://localhost:8081/test-ca/ocsp"});
  EXPECT_EQ(one.crl_addresses(), std::vector<std::string>{"http://localhost:8081/test-ca/authority.crl"});
  const auto old = authority.issue({"310000019", "FJORD OG FJELL AS", TestProfile::seid1}, random, clock.now());
  EXPECT_EQ(old.certificate.subject("serialNumber"), "310000019");
  EXPECT_FALSE(old.certificate.subject("2.5.4.97"));
}

TEST_F(TestAuthorityTest, takes_a_serial_number_as_people_copy_it_and_nothing_else) {
  const auto one = authority.issue({"310000019", "FJORD OG FJELL AS"}, random, clock.now()).certificate;
  std::string upper = one.serial();
  for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  ASSERT_TRUE(authority.revoke(upper, clock.now()));
  ASSERT_TRUE(authority.revoke(one.serial(), clock.now())) << "again is no fault";
  const auto list = crypto::RevocationList::parse(authority.list(clock.now())).value();
  EXPECT_TRUE(list.verify(authority.authority()));
  EXPECT_TRUE(list.revoked(one));
  const auto answer =
      crypto::read_ocsp_answer(authority.answer(crypto::ocsp_request(one, authority.authority()), clock.now()), one,
                               authority.authority(), clock.now());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, crypto::OcspStatus::revoked);
  for (const char* bad : {"", "xyz", "12 34", "../x", "123456789012345678901234567890123456789012"})
    EXPECT_FALSE(authority.revoke(bad, clock.now())) << bad;
}

TEST_F(TestAuthorityTest, answers_what_is_no_question_with_a_refusal) {
  const auto one = authority.issue({"310000019", "FJORD OG FJELL AS"}, random, clock.now()).certificate;
  const auto answer = authority.answer("what?", clock.now());
  EXPECT_FALSE(answer.empty());
  EXPECT_FALSE(crypto::read_ocsp_answer(answer, one, authority.authority(), clock.now()));
}

TEST_F(TestAuthorityTest, serves_its_root_lists_and_responder) {
  web::Router router;
  add_test_authority_routes(router, authority, clock);
  for (const auto path : {route::test_root, route::test_root_list, route::test_list}) {
    web::Request request;
    const auto match = router.find(web::Method::get, path);
    ASSERT_NE(match.handler, nullptr) << path;
    EXPECT_FALSE((*match.handler)(request).body.empty()) << path;
  }
  const auto responder = router.find(web::Method::post, route::test_responder);
  ASSERT_NE(responder.handler, nullptr);
  EXPECT_FALSE(responder.limits.anti_forgery) << "who asks is no browser";
  EXPECT_LE(responder.limits.body, 16U * 1024);
}

}  // namespace
}  // namespace alting::login
