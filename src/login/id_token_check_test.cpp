#include "login/id_token_check.h"

#include <gtest/gtest.h>

namespace alting::login {
namespace {

using base::Json;

constexpr std::int64_t now = 1'795'000'000;

IdTokenRules rules() {
  IdTokenRules rules;
  rules.issuer = "https://idporten.no";
  rules.client_id = "alting";
  rules.nonce = "n-0S6_WzA2Mj";
  rules.now = {now * 1'000'000};
  return rules;
}

Json good() {
  return Json::object({{"iss", "https://idporten.no"},
                       {"aud", "alting"},
                       {"sub", "Xy1"},
                       {"pid", "17858297494"},
                       {"exp", Json(now + 120)},
                       {"iat", Json(now - 1)},
                       {"nonce", "n-0S6_WzA2Mj"},
                       {"acr", "idporten-loa-high"},
                       {"amr", Json::array({"BankID"})},
                       {"sid", "s-1"}});
}

TEST(IdToken, that_is_right_gives_the_person_and_the_level) {
  const auto claims = check_id_token(good(), rules());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->national_id.reveal(), "17858297494");
  EXPECT_EQ(claims->level, terms::AssuranceLevel::high);
  EXPECT_EQ(claims->method, "BankID");
  EXPECT_EQ(claims->session, "s-1");
  EXPECT_EQ(claims->subject, "Xy1");
}

struct Case {
  const char* name;
  const char* claim;
  std::optional<Json> value;  // nothing: the claim is taken away
  IdTokenFault fault;
};

TEST(IdToken, with_one_thing_wrong_is_refused_for_that_reason) {
  const std::vector<Case> cases{
      {"no issuer", "iss", {}, IdTokenFault::malformed},
      {"another issuer", "iss", Json("https://evil.example"), IdTokenFault::issuer_differs},
      {"issuer with a slash too many", "iss", Json("https://idporten.no/"), IdTokenFault::issuer_differs},
      {"no audience", "aud", {}, IdTokenFault::malformed},
      {"another client", "aud", Json("bank"), IdTokenFault::audience_lacks_client},
      {"another client's prefix", "aud", Json("alting2"), IdTokenFault::audience_lacks_client},
      {"empty audience", "aud", Json::array(), IdTokenFault::audience_lacks_client},
      {"audience of numbers", "aud", Json::array({Json(1)}), IdTokenFault::malformed},
      {"two audiences without azp", "aud", Json::array({"alting", "bank"}), IdTokenFault::authorized_party_missing},
      {"azp of another", "azp", Json("bank"), IdTokenFault::authorized_party_differs},
      {"azp of another type", "azp", Json(1), IdTokenFault::malformed},
      {"no expiry", "exp", {}, IdTokenFault::malformed},
      {"expiry as text", "exp", Json("1795000100"), IdTokenFault::malformed},
      {"expired", "exp", Json(now - 31), IdTokenFault::expired},
      {"no time of issue", "iat", {}, IdTokenFault::malformed},
      {"from the future", "iat", Json(now + 31), IdTokenFault::issued_in_the_future},
      {"old", "iat", Json(now - 700), IdTokenFault::issued_too_long_ago},
      {"not valid yet", "nbf", Json(now + 60), IdTokenFault::not_yet_valid},
      {"huge number", "exp", Json(base::JsonNumber{"1e400"}), IdTokenFault::malformed},
      {"no nonce", "nonce", {}, IdTokenFault::nonce_missing},
      {"nonce of another login", "nonce", Json("other"), IdTokenFault::nonce_differs},
      {"nonce of another type", "nonce", Json(1), IdTokenFault::nonce_differs},
      {"no subject", "sub", {}, IdTokenFault::subject_missing},
      {"no level", "acr", {}, IdTokenFault::level_unknown},
      {"level nobody defined", "acr", Json("idporten-loa-highest"), IdTokenFault::level_unknown},
      {"level in a list", "acr", Json::array({"idporten-loa-high"}), IdTokenFault::level_unknown},
      {"low level", "acr", Json("idporten-loa-low"), IdTokenFault::level_too_low},
      {"no national id (eIDAS)", "pid", {}, IdTokenFault::national_id_missing},
      {"national id of letters", "pid", Json("1785829749x"), IdTokenFault::national_id_malformed},
      {"national id too short", "pid", Json("178582974"), IdTokenFault::national_id_malformed},
  };
  for (const auto& one : cases) {
    Json claims = good();
    if (one.value) {
      claims.set(one.claim, *one.value);
    } else {
      claims.erase(one.claim);
    }
    const auto checked = check_id_token(claims, rules());
    ASSERT_FALSE(checked) << one.name;
    EXPECT_EQ(to_text(checked.error()), to_text(one.fault)) << one.name;
  }
  EXPECT_EQ(check_id_token(Json("text"), rules()).error(), IdTokenFault::malformed);
}

TEST(IdToken, for_others_too_is_refused_even_with_our_azp) {
  Json claims = good();
  claims.set("aud", Json::array({"alting", "bank"}));
  claims.set("azp", "alting");
  EXPECT_EQ(check_id_token(claims, rules()).error(), IdTokenFault::audience_has_others);
}

TEST(IdToken, at_the_demanded_level_is_enough_and_amr_never_lifts_it) {
  auto high = rules();
  high.least_level = terms::AssuranceLevel::high;
  Json claims = good();
  EXPECT_TRUE(check_id_token(claims, high));
  claims.set("acr", "idporten-loa-substantial");
  claims.set("amr", Json::array({"BankID"}));
  EXPECT_EQ(check_id_token(claims, high).error(), IdTokenFault::level_too_low);
  EXPECT_TRUE(check_id_token(claims, rules()));
}

TEST(IdToken, within_the_skew_of_clocks_is_good) {
  Json claims = good();
  claims.set("exp", Json(now - 29));
  claims.set("iat", Json(now - 100));
  EXPECT_TRUE(check_id_token(claims, rules()));
  claims.set("iat", Json(now + 29));
  EXPECT_TRUE(check_id_token(claims, rules()));
}

TEST(IdToken, of_a_fresh_login_says_when_it_was) {
  auto fresh = rules();
  fresh.fresh_since = base::Instant{now * 1'000'000 - 60'500'000};
  const auto fault_at = [&](std::optional<std::int64_t> seconds) -> std::optional<IdTokenFault> {
    auto claims = good();
    if (seconds) claims.set("auth_time", Json(*seconds));
    const auto checked = check_id_token(claims, fresh);
    return checked ? std::nullopt : std::optional(checked.error());
  };
  EXPECT_EQ(fault_at({}), IdTokenFault::login_time_missing);
  EXPECT_EQ(fault_at(now - 3600), IdTokenFault::login_not_fresh);
  EXPECT_EQ(fault_at(now - 61 - 31), IdTokenFault::login_not_fresh);
  EXPECT_EQ(fault_at(now - 61 - 30), std::nullopt);  // clocks differ
  EXPECT_EQ(fault_at(now - 5), std::nullopt);
  fresh.fresh_since.reset();
  EXPECT_EQ(fault_at(now - 3600), std::nullopt);  // single sign-on: nobody asked
  auto claims = good();
  EXPECT_EQ(check_id_token(claims, fresh)->logged_in_at, std::nullopt);
  claims.set("auth_time", Json(now - 3600));
  EXPECT_EQ(check_id_token(claims, fresh)->logged_in_at, base::Instant{(now - 3600) * 1'000'000}) << "and it is known";
}

TEST(IdToken, without_a_nonce_of_ours_never_passes) {
  auto none = rules();
  none.nonce.clear();
  Json claims = good();
  claims.set("nonce", "");
  EXPECT_EQ(check_id_token(claims, none).error(), IdTokenFault::nonce_differs);
}

}  // namespace
}  // namespace alting::login
