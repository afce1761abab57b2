// What is repeated under one key: on both databases, also when the process is killed between any two of its steps.
#include "api/idempotency.h"

#include <gtest/gtest.h>

#include "instances/instance.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/once.h"
#include "store/testing/temp_database.h"

namespace alting::api {
namespace {

class Idempotency : public ::testing::TestWithParam<store::Engine> {
 protected:
  Idempotency() : temp(GetParam()) { store::migrate(temp.database(), clock, {store::migrations()}); }

  static web::Request request(std::string key, std::string body = "{}") {
    web::Request asked;
    asked.method = web::Method::post;
    asked.path = "/events/api/v1/subscriptions";
    if (!key.empty()) asked.headers.emplace_back("idempotency-key", std::move(key));
    asked.body = std::move(body);
    return asked;
  }
  static login::Caller caller(std::string client = "one") {
    login::Caller made;
    made.actor.kind = terms::ActorKind::system;
    made.actor.party = {50001234};
    made.issuer = "https://issuer.example/";
    made.client_id = std::move(client);
    made.consumer = "974761467";
    return made;
  }
  base::Result<std::string> post_id(const web::Request& asked, const login::Caller& by = caller()) {
    return post_id_of(asked, by, {temp.database(), quotas, random}, clock.now());
  }
  // What a use case does with it: its act, which makes another thing each time it is done.
  base::Result<std::string> act(const std::string& id, const login::Caller& by = caller()) {
    return temp.database().write([&](store::Tx& tx) {
      return store::once(tx, base::Uuid::parse(id).value(), instances::party_holder(by.actor.party), "test.make",
                         clock.now(), [&] { return base::Result<std::string>("made " + std::to_string(++made_)); });
    });
  }
  static std::string code_of(const base::Result<std::string>& refused) {
    return refused ? "" : std::string(refused.error().code);
  }

  base::SystemRandom random;
  base::ManualClock clock{{1'795'000'000'000'000}};
  store::testing::TempDatabase temp;
  store::Quotas quotas;
  int made_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Idempotency, store::testing::engines(), store::testing::engine_name);

TEST_P(Idempotency, a_call_without_a_key_is_another_each_time) {
  EXPECT_NE(*post_id(request("")), *post_id(request("")));
}

TEST_P(Idempotency, a_key_makes_a_call_happen_once_and_answers_with_the_first_outcome) {
  const auto first = act(*post_id(request("abc")));
  EXPECT_EQ(*first, "made 1");
  EXPECT_EQ(*act(*post_id(request("abc"))), "made 1");
  EXPECT_EQ(*act(*post_id(request("\"abc\""))), "made 1") << "in quotes it is the same key";
  EXPECT_EQ(*act(*post_id(request("abd"))), "made 2");
}

TEST_P(Idempotency, a_kill_after_any_step_leaves_a_call_that_may_be_repeated) {
  // Killed when the key was bound, and nothing done: the next one does it.
  (void)*post_id(request("abc"));
  EXPECT_EQ(*act(*post_id(request("abc"))), "made 1");
  // Killed when it was done, and nothing answered: the next one is told of what was done.
  EXPECT_EQ(*act(*post_id(request("abc"))), "made 1");
}

TEST_P(Idempotency, a_key_with_another_content_is_refused_and_nothing_is_done) {
  ASSERT_TRUE(act(*post_id(request("abc", R"({"a":1})"))));
  EXPECT_EQ(code_of(post_id(request("abc", R"({"a":2})"))), "error.api.key.other_content");
  EXPECT_EQ(post_id(request("abc", R"({"a":2})")).error().kind, base::ErrorKind::unprocessable);
  auto elsewhere = request("abc", R"({"a":1})");
  elsewhere.path = "/events/api/v1/other";
  EXPECT_EQ(code_of(post_id(elsewhere)), "error.api.key.other_content");
  auto with_query = request("abc", R"({"a":1})");
  with_query.query.emplace_back("a", "1");
  EXPECT_EQ(code_of(post_id(with_query)), "error.api.key.other_content");
  EXPECT_EQ(*act(*post_id(request("abc", R"({"a":1})"))), "made 1");
}

TEST_P(Idempotency, a_key_is_its_callers_alone) {
  EXPECT_EQ(*act(*post_id(request("abc"))), "made 1");
  EXPECT_EQ(*act(*post_id(request("abc", "{ }"), caller("two")), caller("two")), "made 2");
  auto supplied = caller();
  supplied.supplier = "991825827";
  EXPECT_EQ(*act(*post_id(request("abc"), supplied), supplied), "made 3");
}

TEST_P(Idempotency, keys_are_kept_for_a_caller_no_more_than_its_quota_lets_and_known_ones_stay_good) {
  store::QuotaLimits limits;
  limits.entries = 2;
  quotas = store::Quotas(limits);
  const auto first = post_id(request("a"));
  ASSERT_TRUE(first);
  ASSERT_TRUE(post_id(request("b")));
  EXPECT_EQ(post_id(request("c")).error().kind, base::ErrorKind::too_many);
  EXPECT_EQ(*post_id(request("a")), *first);
  EXPECT_TRUE(post_id(request("")));
}

TEST_P(Idempotency, a_key_that_is_none_is_refused) {
  for (const auto& key : {std::string("\"\""), std::string("a b"), std::string("æ"), std::string("a\"b"),
                          std::string("a\\b"), std::string(longest_idempotency_key + 1, 'a')}) {
    EXPECT_EQ(code_of(post_id(request(key))), "error.api.key.malformed") << key;
  }
  EXPECT_TRUE(post_id(request(std::string(longest_idempotency_key, 'a'))));
  auto empty = request("a");
  empty.headers[0].second.clear();
  EXPECT_EQ(code_of(post_id(empty)), "error.api.key.malformed");
  auto twice = request("a");
  twice.headers.emplace_back("idempotency-key", "a");
  EXPECT_EQ(code_of(post_id(twice)), "error.api.key.malformed");
}

}  // namespace
}  // namespace alting::api
