#include "net/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/bytes.h"
#include "base/text.h"

namespace alting::net {
namespace {

using testing::HasSubstr;

Mail letter() {
  Mail mail;
  mail.from_name = "Alting";
  mail.from = "ikke-svar@portal.example";
  mail.to = "kari@Blåbær.example";
  mail.subject = "Ny melding";
  mail.plain = "Hei på deg.\n\nDu har fått en melding = fin.\n";
  mail.html = "<!doctype html><html lang=\"nb\"><p>Hei</p></html>";
  mail.language = "nb";
  mail.message_id = "notice.1@portal.example";
  mail.return_path = "bounce+1.00@portal.example";
  mail.date = {1'795'446'001'000'000};  // 2026-11-23T15:00:01Z
  return mail;
}

std::string composed_with(const std::function<void(Mail&)>& change) {
  auto mail = letter();
  change(mail);
  return compose(mail, nullptr).value_or("");
}

TEST(Mail, is_plain_text_and_html_with_the_marks_of_automatic_mail) {
  const auto mail = compose(letter(), nullptr);
  ASSERT_TRUE(mail);
  EXPECT_THAT(*mail, HasSubstr("Date: Mon, 23 Nov 2026 15:00:01 +0000\r\n"));
  EXPECT_THAT(*mail, HasSubstr("From: \"Alting\"\r\n <ikke-svar@portal.example>\r\n"));
  EXPECT_THAT(*mail, HasSubstr("To: <kari@xn--blbr-roah.example>\r\n"));
  EXPECT_THAT(*mail, HasSubstr("Subject: Ny melding\r\n"));
  EXPECT_THAT(*mail, HasSubstr("Message-ID: <notice.1@portal.example>\r\n"));
  EXPECT_THAT(*mail, HasSubstr("Auto-Submitted: auto-generated\r\n"));
  EXPECT_THAT(*mail, HasSubstr("Hei p=C3=A5 deg.\r\n\r\nDu har f=C3=A5tt en melding =3D fin.\r\n"));
  EXPECT_LT(mail->find("Content-Type: text/plain"), mail->find("Content-Type: text/html"));
  EXPECT_TRUE(mail->ends_with("\r\n--=_alternative--\r\n"));
}

TEST(Mail, encodes_what_is_not_ascii_in_words_that_never_split_a_letter) {
  std::string subject;
  for (int i = 0; i < 20; ++i) subject += "blåbærsyltetøy €";
  const auto mail = composed_with([&](Mail& m) { m.subject = subject; });
  const auto begin = mail.find("Subject: ") + 9;
  const auto lines = mail.substr(begin, mail.find("\r\nMessage-ID") - begin);
  std::string decoded;
  const auto unfolded = base::replace_all(lines, "\r\n ", "\n");
  for (const auto line : base::split(unfolded, '\n')) {
    EXPECT_LE(line.size(), 75U);
    ASSERT_TRUE(line.starts_with("=?UTF-8?B?") && line.ends_with("?="));
    const auto word = base::from_base64(line.substr(10, line.size() - 12));
    ASSERT_TRUE(word && base::is_utf8(*word));
    decoded += *word;
  }
  EXPECT_EQ(decoded, subject);
}

TEST(Mail, keeps_lines_within_78_octets_and_ends_them_all_alike) {
  const auto mail = composed_with([](Mail& m) {
    m.plain = std::string(5000, 'x') + "\rå\n" + std::string(300, ' ') + "\n.\n";
    m.from_name = std::string(100, 'n');
    m.subject = std::string(200, 's');
  });
  ASSERT_FALSE(mail.empty());
  for (const auto line : base::split(mail, '\n')) {
    EXPECT_LE(line.size(), 79U) << line;
    EXPECT_TRUE(line.empty() || line.find('\r') == line.size() - 1) << line;
  }
}

TEST(Mail, refuses_headers_that_would_bring_another_along) {
  const std::vector<std::string> faults{"a\r\nBcc: x@example.no", "a\nb", "a\rb", "a\x7f", "\xff"};
  for (const auto& bad : faults) {
    EXPECT_EQ(composed_with([&](Mail& m) { m.subject = bad; }), "");
    EXPECT_EQ(composed_with([&](Mail& m) { m.from_name = bad; }), "");
    EXPECT_EQ(composed_with([&](Mail& m) { m.to = bad + "@example.no"; }), "");
    EXPECT_EQ(composed_with([&](Mail& m) { m.message_id = bad + "@example.no"; }), "");
    EXPECT_EQ(composed_with([&](Mail& m) { m.language = bad; }), "");
  }
  EXPECT_EQ(composed_with([](Mail& m) { m.subject = std::string("a\0b", 3); }), "");
  EXPECT_EQ(composed_with([](Mail& m) { m.plain = std::string("a\0b", 3); }), "");
  EXPECT_EQ(composed_with([](Mail& m) { m.plain = std::string(max_mail_text + 1, 'x'); }), "");
}

TEST(Mail, shows_a_name_as_it_is_whatever_it_holds) {
  EXPECT_THAT(composed_with([](Mail& m) { m.from_name = "A \"B\" <evil@example.org>, C"; }),
              HasSubstr("From: \"A \\\"B\\\" <evil@example.org>, C\"\r\n <ikke-svar@portal.example>\r\n"));
  // Not a word that a reader would decode.
  EXPECT_THAT(composed_with([](Mail& m) { m.subject = "=?UTF-8?Q?evil?="; }),
              HasSubstr("Subject: =?UTF-8?B?" + base::to_base64("=?UTF-8?Q?evil?=") + "?=\r\n"));
}

TEST(MailAddress, takes_what_mail_can_be_sent_to) {
  for (const char* good : {"kari@example.no", "k.n+post@sub.example.no", "o'hara@example.no", "kari@blåbær.no",
                           "x@xn--blbr-roah.no", "KARI@EXAMPLE.NO"})
    EXPECT_TRUE(is_mail_address(good)) << good;
  EXPECT_EQ(*to_wire_address("Kari@BLÅBÆR.no"), "Kari@xn--blbr-roah.no");
  EXPECT_TRUE(is_mail_address(std::string(64, 'a') + "@example.no"));
}

TEST(MailAddress, takes_nothing_else) {
  for (const std::string bad : {"",
                                "kari",
                                "@example.no",
                                "kari@",
                                "kari@example",
                                "kari@@example.no",
                                "a@b@example.no",
                                "kari @example.no",
                                "kari@exam ple.no",
                                "kari@example.no\r\n",
                                "kari@example.no\n",
                                "ka\tri@example.no",
                                "<kari@example.no>",
                                "\"kari\"@example.no",
                                "kari(x)@example.no",
                                "kari@[127.0.0.1]",
                                "kari@127.0.0.1",
                                ".kari@example.no",
                                "kari.@example.no",
                                "ka..ri@example.no",
                                "kari@-example.no",
                                "kari@example-.no",
                                "kari@example..no",
                                "kari@example.no.",
                                "kari@exa_mple.no",
                                "kari@blå bær.no",
                                "kari@\xff.no",
                                "kari,ola@example.no"})
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  EXPECT_FALSE(is_mail_address(std::string(65, 'a') + "@example.no"));
  EXPECT_FALSE(is_mail_address("a@" + std::string(64, 'a') + ".no"));
  EXPECT_FALSE(is_mail_address("a@" + std::string(20'000, 'a') + ".no"));
  EXPECT_FALSE(is_mail_address(std::string("a\0b@example.no", 14)));
  EXPECT_EQ(to_wire_address("kåre@example.no").error().code, "error.mail.local_part");
  EXPECT_EQ(to_wire_address("k re@example.no").error().code, "error.mail.address");
}

}  // namespace
}  // namespace alting::net
