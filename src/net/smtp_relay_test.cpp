#include <gtest/gtest.h>

#include "net/mail_relay.h"
#include "net/scripted_smtp_for_test.h"

namespace alting::net {
namespace {

MailOptions plain_options(const ScriptedSmtp& server) {
  MailOptions options;
  options.relay = server.url();
  options.from = "ikke-svar@portal.example";
  options.timeout = base::Duration::seconds(5);
  options.plain_to_loopback = true;
  return options;
}

Mail short_mail(std::string plain = "Hei.\n") {
  Mail mail;
  mail.from_name = "Alting";
  mail.from = "ikke-svar@portal.example";
  mail.to = "kari@example.no";
  mail.subject = "Ny melding";
  mail.plain = std::move(plain);
  mail.message_id = "notice.1@portal.example";
  mail.return_path = "bounce+1.00@portal.example";
  mail.envelope_id = "a-1";
  return mail;
}

// What becomes of a mail when the server answers `to` with `answer`, and all else kindly.
MailAnswer answer_when(std::string_view to, std::string answer, const char* offers = "250 test.example\r\n") {
  const ScriptedSmtp server([&](int, std::string_view command) {
    return command.starts_with(to) && !command.empty() ? answer : ScriptedSmtp::kind(command, offers);
  });
  return (*make_smtp_relay(plain_options(server)))->send(short_mail());
}

TEST(SmtpRelay, hands_mail_over_one_connection_for_several_and_asks_for_reports_where_they_are_offered) {
  const ScriptedSmtp server([](int connection, std::string_view command) {
    EXPECT_EQ(connection, 1);
    return ScriptedSmtp::kind(command, "250-test.example\r\n250-PIPELINING\r\n250 DSN\r\n");
  });
  const auto relay = make_smtp_relay(plain_options(server));
  ASSERT_TRUE(relay);
  for (int i = 0; i < 3; ++i) {
    const auto answer = (*relay)->send(short_mail());
    EXPECT_EQ(answer.outcome, MailOutcome::accepted);
    EXPECT_EQ(answer.code, "2.0.0");
    EXPECT_EQ(answer.words, "queued as 4711");
  }
  EXPECT_EQ(server.mails().size(), 3U);
  const auto commands = server.commands();
  ASSERT_GE(commands.size(), 5U);
  EXPECT_EQ(commands[2], "MAIL From:<bounce+1.00@portal.example> RET=HDRS ENVID=a-1");
  EXPECT_EQ(commands[3], "RCPT TO:<kari@example.no> NOTIFY=FAILURE,DELAY");
}

TEST(SmtpRelay, asks_for_nothing_that_is_not_offered) {
  const ScriptedSmtp server([](int, std::string_view command) { return ScriptedSmtp::kind(command); });
  EXPECT_EQ((*make_smtp_relay(plain_options(server)))->send(short_mail()).outcome, MailOutcome::accepted);
  for (const auto& command : server.commands()) {
    EXPECT_EQ(command.find("RET="), std::string::npos);
    EXPECT_EQ(command.find("NOTIFY="), std::string::npos);
  }
}

TEST(SmtpRelay, tells_what_is_final_from_what_may_pass) {
  const struct {
    const char *to, *answer;
    MailOutcome outcome;
    const char* code;
  } cases[] = {
      {"RCPT", "550 5.1.1 <kari@example.no>: no such user\r\n", MailOutcome::refused, "5.1.1"},
      {"RCPT", "550 no\r\n", MailOutcome::refused, "550"},
      {"RCPT", "450-4.2.0 greylisted\r\n450 4.2.0 come again\r\n", MailOutcome::later, "4.2.0"},
      {".", "554 5.7.1 looks like spam\r\n", MailOutcome::refused, "5.7.1"},
      {".", "452 4.3.1 disk is full\r\n", MailOutcome::later, "4.3.1"},
      {"DATA", "250 what?\r\n", MailOutcome::later, "250"},
      {"MAIL", "421 4.3.2 going down\r\n", MailOutcome::later, "4.3.2"},
      // The relay's word about us, and none about the recipient.
      {"MAIL", "530 5.7.0 log in first\r\n", MailOutcome::later, "5.7.0"},
      {"MAIL", "550 5.7.1 not from you\r\n", MailOutcome::later, "5.7.1"},
      {"RCPT", "530 5.7.0 log in first\r\n", MailOutcome::later, "5.7.0"},
  };
  for (const char* offers : {"250 test.example\r\n", "250-test.example\r\n250 PIPELINING\r\n"}) {
    for (const auto& one : cases) {
      const auto answer = answer_when(one.to, one.answer, offers);
      EXPECT_EQ(answer.outcome, one.outcome) << one.answer << offers;
      EXPECT_EQ(answer.code, one.code) << one.answer << offers;
      EXPECT_EQ(answer.words.find("kari"), std::string::npos);
    }
  }
}

TEST(SmtpRelay, is_unsure_after_the_last_dot_and_before_it_knows_that_nothing_went) {
  EXPECT_EQ(answer_when(".", "").outcome, MailOutcome::unsure);
  EXPECT_EQ(answer_when(".", "nonsense\r\n").outcome, MailOutcome::unsure);
  for (const char* command : {"MAIL", "RCPT", "DATA"}) EXPECT_EQ(answer_when(command, "").outcome, MailOutcome::later);
  EXPECT_EQ(answer_when("EHLO", "").outcome, MailOutcome::later);
}

TEST(SmtpRelay, takes_a_second_answer_to_one_command_for_no_answer_to_the_next) {
  EXPECT_NE(answer_when("MAIL", "250 ok\r\n250 and ok\r\n").outcome, MailOutcome::accepted);
}

TEST(SmtpRelay, tries_a_new_connection_once_the_kept_one_has_ended) {
  const ScriptedSmtp server([](int connection, std::string_view command) {
    static thread_local int mails = 0;
    if (command.empty()) mails = 0;
    if (command.starts_with("MAIL") && connection == 1 && ++mails == 2) return std::string();
    return ScriptedSmtp::kind(command);
  });
  const auto relay = make_smtp_relay(plain_options(server));
  EXPECT_EQ((*relay)->send(short_mail()).outcome, MailOutcome::accepted);
  EXPECT_EQ((*relay)->send(short_mail()).outcome, MailOutcome::accepted);
  EXPECT_EQ(server.mails().size(), 2U);
}

TEST(SmtpRelay, lets_no_text_end_the_mail_or_become_a_command) {
  const ScriptedSmtp server([](int, std::string_view command) { return ScriptedSmtp::kind(command); });
  const auto relay = make_smtp_relay(plain_options(server));
  for (const char* end : {"\r\n.\r\n", "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\n"}) {
    const auto answer = (*relay)->send(short_mail(std::string("a") + end + "MAIL FROM:<evil@example.org>\r\nb"));
    EXPECT_EQ(answer.outcome, MailOutcome::accepted);
  }
  const auto mails = server.mails();
  ASSERT_EQ(mails.size(), 7U);
  for (const auto& mail : mails) {
    EXPECT_TRUE(mail.ends_with("a\r\n..\r\nMAIL FROM:<evil@example.org>\r\nb\r\n")) << mail;
    for (std::size_t i = 0; i < mail.size(); ++i) {
      if (mail[i] == '\n') {
        ASSERT_EQ(mail[i - 1], '\r');
      }
      if (mail[i] == '\r') {
        ASSERT_EQ(mail[i + 1], '\n');
      }
    }
  }
  for (const auto& command : server.commands()) EXPECT_EQ(command.find("evil"), std::string::npos);
}

TEST(SmtpRelay, says_nothing_of_a_mail_that_cannot_be_sent) {
  const ScriptedSmtp server([](int, std::string_view command) { return ScriptedSmtp::kind(command); });
  const auto relay = make_smtp_relay(plain_options(server));
  for (const char* to : {"kari@example.no>\r\nRCPT TO:<ola@example.no", "\"kari\"@example.no", "kåre@example.no", ""}) {
    auto mail = short_mail();
    mail.to = to;
    EXPECT_EQ((*relay)->send(mail).outcome, MailOutcome::refused);
  }
  auto mail = short_mail();
  mail.envelope_id = "a RET=FULL";
  EXPECT_EQ((*relay)->send(mail).outcome, MailOutcome::refused);
  EXPECT_TRUE(server.commands().empty());
}

TEST(SmtpRelay, gives_nothing_to_a_relay_without_tls) {
  const ScriptedSmtp server([](int, std::string_view command) { return ScriptedSmtp::kind(command); });
  auto options = plain_options(server);
  options.plain_to_loopback = false;
  const auto answer = (*make_smtp_relay(options))->send(short_mail());
  EXPECT_EQ(answer.outcome, MailOutcome::later);
  EXPECT_EQ(answer.words, "the relay offers no STARTTLS");
  EXPECT_FALSE(try_relay(options));
  for (const auto& command : server.commands())
    EXPECT_TRUE(command.starts_with("EHLO") || command == "QUIT") << command;
}

TEST(SmtpRelay, refuses_settings_that_it_cannot_keep) {
  MailOptions good;
  good.relay = "smtps://mail.example:465";
  good.from = "ikke-svar@portal.example";
  EXPECT_TRUE(make_smtp_relay(good));
  const auto refused = [&](auto change) {
    auto options = good;
    change(options);
    const auto relay = make_smtp_relay(options);
    return !relay && relay.error().code == "error.settings";
  };
  EXPECT_TRUE(refused([](auto& o) { o.relay = "http://mail.example"; }));
  EXPECT_TRUE(refused([](auto& o) { o.relay = "smtp://user@mail.example"; }));
  EXPECT_TRUE(refused([](auto& o) { o.relay = "smtp://mail.example/path"; }));
  EXPECT_TRUE(refused([](auto& o) { o.from = "nobody"; }));
  EXPECT_TRUE(refused([](auto& o) { o.user = "alting"; }));
  EXPECT_TRUE(refused([](auto& o) { o.dkim_keys = {"selector"}; }));
  EXPECT_TRUE(refused([](auto& o) { o.dkim_keys = {"selector=/no/such/key.pem"}; }));
  EXPECT_TRUE(refused([](auto& o) { o.bounces = "imap://mail.example/INBOX;UID=1"; }));
  EXPECT_TRUE(refused([](auto& o) { o.plain_to_loopback = true; }));
}

TEST(CarriersWords, keep_no_address_and_no_control_characters) {
  EXPECT_EQ(carriers_words("<Kari.N@example.no>: user kari.n of example.no\r\nis\x01 unknown, ask post@other.example",
                           "kari.n@example.no"),
            "<[address]>: user [address] of [address] is? unknown, ask [address]");
  EXPECT_EQ(carriers_words("karius is no kari", "kari@example.no"), "karius is no [address]");
  EXPECT_EQ(carriers_words(std::string(500, 'x'), "").size(), 200U);
}

}  // namespace
}  // namespace alting::net
