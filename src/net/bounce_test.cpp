#include "net/bounce.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "net/mail_address.h"

namespace alting::net {
namespace {

constexpr std::string_view secret_of_test = "a secret of 32 octets, for tests.";
constexpr const char* attempt_id = "0190b2c4-1111-7abc-8def-0123456789ab";

std::string report(std::string_view to, std::string_view recipient_block, std::string_view type = "delivery-status") {
  return fmt::format(
      "Return-Path: <>\r\nDelivered-To: {}\r\nFrom: MAILER-DAEMON@mx.example.no (Mail Delivery System)\r\n"
      "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/report; report-type={};\r\n\tboundary=\"4B1.1/mx.example.no\"\r\n\r\n"
      "This is a MIME-encapsulated message.\r\n\r\n--4B1.1/mx.example.no\r\nContent-Type: text/plain\r\n\r\n"
      "I am sorry.\r\n\r\n--4B1.1/mx.example.no\r\nContent-Description: Delivery report\r\n"
      "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.no\r\n"
      "Arrival-Date: Mon, 23 Nov 2026 16:00:00 +0100 (CET)\r\n\r\n{}\r\n"
      "--4B1.1/mx.example.no\r\nContent-Type: text/rfc822-headers\r\n\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
      "--4B1.1/mx.example.no--\r\n",
      to, type, recipient_block);
}

std::string path_of_attempt() { return return_path(secret_of_test, attempt_id, "portal.example"); }

TEST(Bounce, names_the_attempt_and_says_why) {
  const auto bounce = read_bounce(
      report(path_of_attempt(),
             "Final-Recipient: rfc822; kari@example.no\r\nOriginal-Recipient: rfc822;kari@example.no\r\n"
             "Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mail.example.no\r\n"
             "Diagnostic-Code: smtp; 550 5.1.1 <kari@example.no>:\r\n    Recipient address rejected: kari\r\n"));
  ASSERT_TRUE(bounce);
  EXPECT_EQ(attempt_of(secret_of_test, bounce->token), attempt_id);
  EXPECT_EQ(bounce->action, BounceAction::failed);
  EXPECT_EQ(bounce->status, "5.1.1");
  EXPECT_TRUE(bounce->permanent);
  EXPECT_EQ(bounce->words, "550 5.1.1 <[address]>: Recipient address rejected: [address]");
}

TEST(Bounce, is_permanent_only_when_the_address_will_not_work_tomorrow_either) {
  const struct {
    const char *action, *status;
    BounceAction meant;
    bool permanent;
  } cases[] = {
      {"failed", "5.1.1", BounceAction::failed, true},
      {"failed", "5.1.10", BounceAction::failed, true},
      {"Failed", "5.7.1", BounceAction::failed, false},  // of the mail, or of who sends
      {"failed", "5.1.8", BounceAction::failed, false},
      {"failed", "5.0.0 (unknown)", BounceAction::failed, true},
      {"failed", "5.2.2", BounceAction::failed, false},
      {"failed", "4.4.7", BounceAction::failed, false},
      {"failed", "5.3.4", BounceAction::failed, false},
      {"delayed", "4.4.1", BounceAction::delayed, false},
      {"delayed", "5.1.1", BounceAction::delayed, false},
      {"delivered", "2.0.0", BounceAction::delivered, false},
      {"relayed (to UUCP)", "2.0.0", BounceAction::relayed, false},
  };
  for (const auto& one : cases) {
    const auto bounce =
        read_bounce(report(path_of_attempt(), fmt::format("Action: {}\nStatus: {}\n", one.action, one.status)));
    ASSERT_TRUE(bounce) << one.action << one.status;
    EXPECT_EQ(bounce->action, one.meant);
    EXPECT_EQ(bounce->permanent, one.permanent) << one.action << one.status;
  }
}

TEST(Bounce, is_nothing_but_a_report_of_delivery_that_has_a_token_of_ours) {
  const std::string block = "Action: failed\r\nStatus: 5.1.1\r\n";
  EXPECT_TRUE(read_bounce(report("Bounce+" + path_of_attempt().substr(7), block)));
  EXPECT_FALSE(read_bounce(report(path_of_attempt(), block, "feedback-report")));  // a complaint
  EXPECT_FALSE(read_bounce(report("post@portal.example", block)));
  EXPECT_FALSE(read_bounce(report("bounce+x.y@portal.example", block)));
  EXPECT_FALSE(read_bounce(report(path_of_attempt(), "Action: eaten\r\nStatus: 5.1.1\r\n")));
  EXPECT_FALSE(read_bounce(report(path_of_attempt(), "Action: failed\r\n")));
  EXPECT_FALSE(read_bounce("Auto-Submitted: auto-replied\r\nTo: " + path_of_attempt() +
                           "\r\nSubject: Out of office\r\nContent-Type: text/plain\r\n\r\n" + block));
  EXPECT_FALSE(read_bounce(""));
  EXPECT_TRUE(read_bounce(base::replace_all(report(path_of_attempt(), block), "\r\n", "\n")));
}

TEST(ReturnPath, is_an_address_and_cannot_be_made_by_others) {
  const auto path = path_of_attempt();
  EXPECT_TRUE(is_mail_address(path)) << path;
  const auto token = path.substr(7, path.find('@') - 7);
  EXPECT_EQ(attempt_of(secret_of_test, token), attempt_id);
  EXPECT_FALSE(attempt_of("another secret", token));
  auto other = token;
  other[0] = other[0] == '1' ? '2' : '1';
  EXPECT_FALSE(attempt_of(secret_of_test, other));
  EXPECT_FALSE(attempt_of(secret_of_test, token.substr(0, token.size() - 1)));
  EXPECT_FALSE(attempt_of(secret_of_test, ""));
  EXPECT_THROW((void)return_path(secret_of_test, "a@b", "portal.example"), std::invalid_argument);
  EXPECT_THROW((void)return_path(secret_of_test, std::string(37, 'a'), "portal.example"), std::invalid_argument);
}

}  // namespace
}  // namespace alting::net
