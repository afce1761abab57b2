#include "main/security_txt.h"

#include <gtest/gtest.h>

namespace alting::main {
namespace {

TEST(SecurityTxt, has_what_rfc_9116_asks_for) {
  Settings settings;
  settings.server.public_url = "https://portal.example";
  settings.run_by.email = "hjelp@portal.example";
  EXPECT_EQ(security_txt(settings, *base::from_rfc3339("2026-11-28T12:30:00Z")),
            "Contact: mailto:hjelp@portal.example\n"
            "Expires: 2026-12-28T00:00:00Z\n"
            "Preferred-Languages: nb, nn, en\n"
            "Canonical: https://portal.example/.well-known/security.txt\n");
}

TEST(SecurityTxt, says_what_the_operator_wants_it_to) {
  Settings settings;
  settings.security.contact = "https://portal.example/sikkerhet";
  settings.security.policy = "https://portal.example/regler";
  const auto text = security_txt(settings, {});
  EXPECT_NE(text.find("Contact: https://portal.example/sikkerhet\n"), std::string::npos);
  EXPECT_NE(text.find("Policy: https://portal.example/regler\n"), std::string::npos);
}

}  // namespace
}  // namespace alting::main
