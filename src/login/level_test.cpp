#include "login/level.h"

#include <gtest/gtest.h>

namespace alting::login {
namespace {

using terms::AssuranceLevel;

TEST(Level, comes_from_the_acr_values_of_idporten_and_eidas_only) {
  EXPECT_EQ(level_of_acr("idporten-loa-low"), AssuranceLevel::low);
  EXPECT_EQ(level_of_acr("idporten-loa-substantial"), AssuranceLevel::substantial);
  EXPECT_EQ(level_of_acr("idporten-loa-high"), AssuranceLevel::high);
  EXPECT_EQ(level_of_acr("eidas-loa-substantial"), AssuranceLevel::substantial);
  EXPECT_EQ(level_of_acr("eidas-loa-high"), AssuranceLevel::high);
  for (const char* other : {"", "high", "IDPORTEN-LOA-HIGH", "idporten-loa-high ", "0", "urn:mace:incommon:iap:silver"})
    EXPECT_FALSE(level_of_acr(other)) << other;
}

TEST(Level, that_is_asked_for_is_the_one_that_is_understood) {
  for (const auto level : {AssuranceLevel::low, AssuranceLevel::substantial, AssuranceLevel::high}) {
    EXPECT_EQ(level_of_acr(acr_of_level(level)), level);
    EXPECT_EQ(level_from_digit(digit_of(level)), level);
  }
  EXPECT_FALSE(level_from_digit("0"));
  EXPECT_FALSE(level_from_digit("5"));
}

TEST(Method, is_named_as_people_know_it) {
  EXPECT_EQ(method_name({"Minid-OTC"}), "MinID");
  EXPECT_EQ(method_name({"BankID"}), "BankID");
  EXPECT_EQ(method_name({"BankID Mobil"}), "BankID på mobil");
  EXPECT_EQ(method_name({"pwd", "Buypass"}), "Buypass");
  EXPECT_EQ(method_name({"Commfides"}), "Commfides");
  EXPECT_EQ(method_name({"<b>new</b>"}), "");
  EXPECT_EQ(method_name({}), "");
}

}  // namespace
}  // namespace alting::login
