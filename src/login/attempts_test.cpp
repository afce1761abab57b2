#include "login/attempts.h"

#include <gtest/gtest.h>

#include <set>

#include "login/migrations.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/row_reader.h"
#include "store/testing/temp_database.h"

namespace alting::login {
namespace {

using Reason = AttemptRefused::Reason;
using terms::AssuranceLevel;

class AttemptsTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  AttemptsTest() { store::migrate(temp.database(), clock, {store::migrations(), login::migrations()}); }
  store::testing::TempDatabase temp{GetParam()};
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{7};
  Attempts attempts{temp.database(), clock, random};
};
INSTANTIATE_TEST_SUITE_P(Engines, AttemptsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(AttemptsTest, gives_back_where_to_go_to_the_browser_that_began) {
  const auto secret = attempts.new_browser_secret();
  const auto begun = attempts.begin(secret, "/skjema?x=1", AssuranceLevel::high);
  const auto taken = attempts.take(begun->state, secret);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->return_path, "/skjema?x=1");
  EXPECT_EQ(taken->level, AssuranceLevel::high);
  EXPECT_EQ(taken->nonce, begun->nonce);
  EXPECT_EQ(taken->code_verifier, begun->code_verifier);
}

TEST_P(AttemptsTest, refuses_a_second_answer_and_still_knows_where_it_led) {
  const auto secret = attempts.new_browser_secret();
  const auto begun = attempts.begin(secret, "/innboks", AssuranceLevel::substantial);
  ASSERT_TRUE(attempts.take(begun->state, secret));
  const auto again = attempts.take(begun->state, secret);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, Reason::used);
  EXPECT_EQ(again.error().return_path, "/innboks");
}

TEST_P(AttemptsTest, refuses_another_browser_without_saying_where_it_led_and_without_using_it_up) {
  const auto secret = attempts.new_browser_secret();
  const auto begun = attempts.begin(secret, "/a/hemmelig", AssuranceLevel::substantial);
  for (const std::string& other : {attempts.new_browser_secret(), std::string()}) {
    const auto taken = attempts.take(begun->state, other);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().reason, Reason::other_browser);
    EXPECT_EQ(taken.error().return_path, "/");
  }
  EXPECT_TRUE(attempts.take(begun->state, secret));
}

TEST_P(AttemptsTest, refuses_what_it_never_gave_out) {
  const auto taken = attempts.take("forged", attempts.new_browser_secret());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().reason, Reason::unknown);
}

TEST_P(AttemptsTest, are_good_for_ten_minutes_and_forgotten_after_an_hour) {
  const auto secret = attempts.new_browser_secret();
  const auto begun = attempts.begin(secret, "/x", AssuranceLevel::substantial);
  clock.advance(base::Duration::seconds(601));
  EXPECT_EQ(attempts.take(begun->state, secret).error().reason, Reason::expired);
  clock.advance(base::Duration::minutes(60));
  (void)attempts.begin(secret, "/y", AssuranceLevel::substantial);
  EXPECT_EQ(attempts.take(begun->state, secret).error().reason, Reason::unknown);
}

TEST_P(AttemptsTest, have_a_limit_that_says_so_and_gives_way_with_time) {
  Attempts few(temp.database(), clock, random, {.waiting = 3});
  const auto secret = few.new_browser_secret();
  const auto first = few.begin(secret, "/x", AssuranceLevel::substantial);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(few.begin(few.new_browser_secret(), "/x", AssuranceLevel::substantial));
  const auto refused = few.begin(secret, "/x", AssuranceLevel::substantial);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "login.error.busy");
  EXPECT_EQ(refused.error().kind, base::ErrorKind::too_many);
  EXPECT_TRUE(few.take(first->state, secret)) << "who began before goes on";
  Attempts restarted(temp.database(), clock, random, {.waiting = 3});
  EXPECT_TRUE(restarted.begin(secret, "/x", AssuranceLevel::substantial)) << "one was finished";
  EXPECT_FALSE(restarted.begin(secret, "/x", AssuranceLevel::substantial)) << "those of before a restart count";
  clock.advance(base::Duration::minutes(10));
  EXPECT_TRUE(few.begin(secret, "/x", AssuranceLevel::substantial));
}

TEST_P(AttemptsTest, are_counted_again_when_the_clock_was_set_back) {
  Attempts few(temp.database(), clock, random, {.waiting = 3});
  const auto begin = [&] { return few.begin(few.new_browser_secret(), "/x", AssuranceLevel::substantial).has_value(); };
  EXPECT_TRUE(begin());
  clock.advance(base::Duration::minutes(-120));
  EXPECT_TRUE(begin());
  EXPECT_TRUE(begin());
  EXPECT_FALSE(begin());
  clock.advance(base::Duration::minutes(11));
  EXPECT_TRUE(begin());
}

TEST_P(AttemptsTest, never_repeat_and_store_nothing_that_finishes_a_login) {
  const auto secret = attempts.new_browser_secret();
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const auto begun = attempts.begin(secret, "/", AssuranceLevel::substantial);
    EXPECT_TRUE(seen.insert(begun->state).second);
    EXPECT_TRUE(seen.insert(begun->nonce).second);
    EXPECT_TRUE(seen.insert(begun->code_verifier).second);
    EXPECT_EQ(begun->code_verifier.size(), 43U);
  }
  const auto rows = temp.database().read(
      [](store::Tx& tx) { return tx.query("SELECT state_hash, browser_hash, return_path FROM login_attempt"); });
  for (const auto& row : rows) {
    for (store::RowReader from(row); !from.at_end();) {
      const auto stored = from.next<std::string>();
      EXPECT_FALSE(seen.contains(stored) || stored == secret);
    }
  }
}

TEST(CodeChallenge, is_that_of_rfc_7636_appendix_b) {
  EXPECT_EQ(code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_P(AttemptsTest, one_network_cannot_keep_others_from_logging_in) {
  Attempts few(temp.database(), clock, random, {.network_per_minute = 3});
  const auto secret = few.new_browser_secret();
  const auto begin = [&](std::string_view network) { return few.begin(secret, "/", AssuranceLevel::high, network); };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(begin("203.0.113.0"));
  EXPECT_EQ(begin("203.0.113.0").error().code, "login.error.busy_network");
  EXPECT_TRUE(begin("198.51.100.0"));
  Attempts other_process(temp.database(), clock, random, {.network_per_minute = 3});
  EXPECT_FALSE(other_process.begin(secret, "/", AssuranceLevel::high, "203.0.113.0"));
  clock.advance(base::Duration::seconds(61));
  EXPECT_TRUE(begin("203.0.113.0"));
}

TEST_P(AttemptsTest, logins_that_were_finished_count_for_nobodys_limit) {
  Attempts few(temp.database(), clock, random, {.waiting = 3, .network_per_minute = 3});
  const auto secret = few.new_browser_secret();
  for (int i = 0; i < 20; ++i) {
    const auto begun = few.begin(secret, "/", AssuranceLevel::high, "203.0.113.0");
    ASSERT_TRUE(begun) << i;
    ASSERT_TRUE(few.take(begun->state, secret));
    clock.advance(base::Duration::seconds(11));  // the total is counted anew
  }
}

}  // namespace
}  // namespace alting::login
