#include "login/revocation_checks.h"

#include <gtest/gtest.h>

#include "login/migrations.h"
#include "login/testing/authority.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/row_reader.h"
#include "store/testing/temp_database.h"

namespace alting::login {
namespace {

using base::Duration;

class RevocationChecksTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  RevocationChecksTest() { store::migrate(temp.database(), clock, {store::migrations(), login::migrations()}); }
  static CertificateOptions options(WhenUnanswered rule) {
    CertificateOptions options;
    options.revocation = rule;
    return options;
  }
  TestCertificate made() {
    return authority.issue({.organisation_number = "310000019", .key = crypto::KeyType::p256}, random, clock.now());
  }
  Revocation of(RevocationChecks& checks, const TestCertificate& one) {
    return checks.of(one.certificate, authority.authority(), clock.now());
  }
  void revoke(const TestCertificate& one) { ASSERT_TRUE(authority.revoke(one.certificate.serial(), clock.now())); }

  store::testing::TempDatabase temp{GetParam()};
  store::testing::TempFolder folder;
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{11};
  TestAuthority authority = testing::open_authority(folder, random, clock);
  testing::AuthorityClient http{authority, clock};
  base::Metrics metrics;
  RevocationChecks strict{temp.database(), http, options(WhenUnanswered::strict), metrics};
  RevocationChecks grace{temp.database(), http, options(WhenUnanswered::grace), metrics};
};
INSTANTIATE_TEST_SUITE_P(Engines, RevocationChecksTest, store::testing::engines(), store::testing::engine_name);

TEST_P(RevocationChecksTest, ask_the_responder_and_keep_what_it_says_for_every_process) {
  const auto one = made();
  EXPECT_EQ(of(strict, one), Revocation::good);
  EXPECT_EQ(of(strict, one), Revocation::good);
  EXPECT_EQ(of(grace, one), Revocation::good) << "the other process reads the same rows";
  EXPECT_EQ(http.asked, 1);
  EXPECT_EQ(http.fetched, 0);
  clock.advance(Duration::minutes(10));
  EXPECT_EQ(of(strict, one), Revocation::good);
  EXPECT_EQ(http.asked, 2) << "an answer counts for ten minutes";
}

TEST_P(RevocationChecksTest, look_in_the_list_where_the_responder_does_not_answer) {
  http.responder_down = true;
  const auto one = made(), other = made();
  revoke(other);
  EXPECT_EQ(of(strict, one), Revocation::good);
  EXPECT_EQ(of(strict, other), Revocation::revoked);
  EXPECT_EQ(of(grace, other), Revocation::revoked);
  EXPECT_EQ(http.fetched, 1) << "one list holds them all";
}

TEST_P(RevocationChecksTest, see_what_was_revoked_when_the_kept_list_has_run_out) {
  http.responder_down = true;
  const auto one = made();
  EXPECT_EQ(of(strict, one), Revocation::good);
  revoke(one);
  EXPECT_EQ(of(strict, one), Revocation::good) << "the list of before counts until its next update";
  clock.advance(Duration::hours(1));
  EXPECT_EQ(of(strict, one), Revocation::revoked);
}

TEST_P(RevocationChecksTest, refuse_by_the_strict_rule_when_neither_answers) {
  const auto one = made();
  EXPECT_EQ(of(strict, one), Revocation::good);
  http.responder_down = http.lists_down = true;
  EXPECT_EQ(of(strict, one), Revocation::good) << "what is kept still counts";
  clock.advance(Duration::minutes(10));
  EXPECT_EQ(of(strict, one), Revocation::unknown);
  http.responder_down = http.lists_down = false;
  http.garbled = true;
  EXPECT_EQ(of(strict, one), Revocation::unknown) << "what nobody signed is no answer";
  EXPECT_NE(metrics.text().find("alting_revocation_unanswered_total 2"), std::string::npos) << metrics.text();
}

TEST_P(RevocationChecksTest, let_the_last_good_answer_about_the_very_certificate_count_by_the_rule_of_grace) {
  const auto one = made(), never_seen = made();
  EXPECT_EQ(of(grace, one), Revocation::good);
  http.responder_down = http.lists_down = true;
  clock.advance(Duration::minutes(10));
  EXPECT_EQ(of(grace, one), Revocation::good);
  EXPECT_EQ(of(grace, never_seen), Revocation::unknown);
  clock.advance(Duration::seconds(24 * 3600 - 1));
  EXPECT_EQ(of(grace, one), Revocation::good);
  clock.advance(Duration::seconds(1));
  EXPECT_EQ(of(grace, one), Revocation::unknown) << "24 hours after it ran out";
}

TEST_P(RevocationChecksTest, let_nobody_else_wait_for_a_place_that_did_not_answer_a_moment_ago) {
  http.responder_down = http.lists_down = true;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(of(grace, made()), Revocation::unknown);
  EXPECT_EQ(http.asked, 1);
  EXPECT_EQ(http.fetched, 1);
  http.responder_down = false;
  clock.advance(Duration::seconds(30));
  EXPECT_EQ(of(grace, made()), Revocation::good);
}

TEST_P(RevocationChecksTest, let_no_answer_count_for_long_that_was_kept_by_a_clock_that_was_ahead) {
  const auto right = clock.now();
  const auto one = made();
  clock.advance(Duration::hours(20));
  EXPECT_EQ(of(strict, one), Revocation::good);
  clock.set(right);
  revoke(one);
  EXPECT_EQ(of(strict, one), Revocation::revoked);
  EXPECT_EQ(of(grace, one), Revocation::revoked);
}

TEST_P(RevocationChecksTest, never_forget_by_silence_that_one_was_revoked) {
  const auto one = made();
  revoke(one);
  EXPECT_EQ(of(grace, one), Revocation::revoked);
  http.responder_down = http.lists_down = true;
  clock.advance(Duration::days(10));
  EXPECT_EQ(of(grace, one), Revocation::revoked);
  EXPECT_EQ(of(strict, one), Revocation::revoked);
}

TEST_P(RevocationChecksTest, believe_no_list_in_the_database_that_its_issuer_did_not_sign) {
  http.responder_down = true;
  const auto one = made();
  EXPECT_EQ(of(strict, one), Revocation::good);
  http.lists_down = true;
  const auto put_in = temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE login_revocation SET list = ?, fetched_at = fetched_at + 1", {store::Value::octets("forged")});
    return {};
  });
  ASSERT_TRUE(put_in);
  EXPECT_EQ(of(strict, one), Revocation::unknown);
}

TEST_P(RevocationChecksTest, look_at_the_authorities_between_too) {
  const auto one = made();
  EXPECT_EQ(strict.of_chain({one.certificate, authority.authority(), authority.root()}, clock.now()), Revocation::good);
  EXPECT_EQ(http.asked, 1);
  EXPECT_EQ(http.fetched, 1) << "the root says by a list what it revoked";
  clock.advance(Duration::hours(1));
  http.lists_down = true;
  EXPECT_EQ(strict.of_chain({one.certificate, authority.authority(), authority.root()}, clock.now()),
            Revocation::unknown);
  EXPECT_EQ(strict.of_chain({one.certificate}, clock.now()), Revocation::good)
      << "one that is trusted by itself is not asked about";
}

}  // namespace
}  // namespace alting::login
