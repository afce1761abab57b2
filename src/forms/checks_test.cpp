#include "forms/checks.h"

#include <gtest/gtest.h>

namespace alting::forms {
namespace {

TEST(IdentityNumbers, AreFoundByBothRules) {
  // Ordinary, from 2032, synthetic, D-numbers.
  for (auto number : {"20036914700", "30108299939", "30908299902", "03851598730", "55102499947", "41819077906",
                      "41819077302", "02013299997"}) {
    EXPECT_TRUE(has_identity_number(std::string("Det gjelder ") + number + ".")) << number;
  }
  for (auto text : {"200369 14700", "200369\u00A014700", "200369-14700", "20.03.69 14700", "\u202D20036914700\u202C",
                    "200369\u200B14700"})
    EXPECT_TRUE(has_identity_number(text)) << text;
}

TEST(IdentityNumbers, OtherNumbersAreLeftAlone) {
  for (auto text : {"20036914712", "29020105729", "120036914700", "974761467", "99999999999",
                    "tlf 22 39 69 00, sak 2026/12345", ""})
    EXPECT_FALSE(has_identity_number(text)) << text;
}

TEST(EmailLists, NeedThreeAddresses) {
  EXPECT_FALSE(has_email_list("Skriv til a@example.no eller b@example.no."));
  EXPECT_TRUE(has_email_list("a@example.no, b@example.no;c@example.no"));
  EXPECT_TRUE(has_email_list("a@example.no\u00A0b@example.no\u200B\u2028c@example.no"));
}

TEST(PaymentCards, AreFoundByLuhn) {
  EXPECT_TRUE(has_payment_card("kort 4111 1111 1111 1111"));
  EXPECT_TRUE(has_payment_card("5500-0000-0000-0004"));
  EXPECT_TRUE(has_payment_card("5500\u00A00000\u20130000\u00A00004"));
  EXPECT_FALSE(has_payment_card("4111 1111 1111 1112"));
  EXPECT_FALSE(has_payment_card("0000000000000000"));
}

}  // namespace
}  // namespace alting::forms
