#include "net/dkim.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/random.h"
#include "base/testing/temporary_folder.h"
#include "base/text.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/signature.h"
#include "net/dkim_canon.h"
#include "net/mail.h"

namespace alting::net {
namespace {

using testing::HasSubstr;

// RFC 8463, appendix A.
constexpr const char* seed_of_rfc = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
constexpr const char* public_of_rfc = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
constexpr const char* body_of_rfc = "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
constexpr const char* headers_of_rfc =
    "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n";

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\r' && c != '\n') out += c;
  return out;
}

class Dkim : public testing::Test {
 protected:
  DkimKey ed25519(const char* selector = "ed2026") {
    auto key = crypto::Ed25519Key::from_seed(crypto::SecretBytes(*base::from_base64(seed_of_rfc)));
    return store(selector, key->pem());
  }
  DkimKey store(const char* selector, const crypto::SecretBytes& pem) {
    const auto file = folder_.path() / (std::string(selector) + ".pem");
    base::write_file_durably(file, pem.reveal());
    return {selector, file};
  }
  base::TemporaryFolder folder_;
};

TEST(DkimForms, are_those_of_rfc_6376) {
  EXPECT_EQ(relaxed_header("A: X"), "a:X");  // section 3.4.5
  EXPECT_EQ(relaxed_header("B : Y\t\r\n\tZ  "), "b:Y Z");
  EXPECT_EQ(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
  EXPECT_EQ(base::to_base64(crypto::sha256(relaxed_body(""))), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  EXPECT_EQ(base::to_base64(crypto::sha256(relaxed_body(body_of_rfc))), "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
}

TEST_F(Dkim, signs_the_mail_of_rfc_8463_so_that_its_keys_verify_it) {
  const auto rsa = crypto::PrivateKey::generate(crypto::KeyType::rsa);
  const auto signer = DkimSigner::make("football.example.com", {ed25519(), store("rsa2026", rsa.pem())});
  ASSERT_TRUE(signer);
  const auto signatures = signer->sign(headers_of_rfc, body_of_rfc);
  const auto second = signatures.find("\r\nDKIM-Signature:") + 2;
  const std::string canonical =
      "from:Joe SixPack <joe@football.example.com>\r\nto:Suzie Q <suzie@shopping.example.net>\r\n"
      "subject:Is dinner ready?\r\ndate:Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
      "message-id:<20030712040037.46341.5F8J@football.example.com>\r\n"
      "dkim-signature:v=1; a={}; c=relaxed/relaxed; d=football.example.com; s={}; "
      "h=from:to:subject:date:message-id:from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=";
  const auto signed_text = [&](const char* algorithm, const char* selector) {
    return fmt::format(fmt::runtime(canonical), algorithm, selector);
  };
  const auto value = [](std::string_view header) {
    return base::from_base64(without_blanks(header.substr(header.find(" b=") + 3))).value_or("");
  };
  EXPECT_TRUE(crypto::ed25519_verify(*base::from_base64(public_of_rfc),
                                     crypto::sha256(signed_text("ed25519-sha256", "ed2026")),
                                     value(std::string_view(signatures).substr(0, second))));
  EXPECT_TRUE(crypto::verify(rsa.public_key(), crypto::JoseAlgorithm::RS256, signed_text("rsa-sha256", "rsa2026"),
                             value(std::string_view(signatures).substr(second))));
}

TEST_F(Dkim, signs_all_headers_that_matter_in_lines_that_fit) {
  const auto signer = DkimSigner::make("portal.example", {ed25519()});
  ASSERT_TRUE(signer);
  Mail mail;
  mail.from = "a@portal.example";
  mail.to = "b@example.no";
  mail.subject = "Ny melding";
  mail.plain = "Hei";
  mail.html = "<p>Hei</p>";
  mail.message_id = "notice.1@portal.example";
  mail.return_path = "a@portal.example";
  const auto text = compose(mail, &*signer);
  ASSERT_TRUE(text && text->starts_with("DKIM-Signature: v=1;"));
  EXPECT_THAT(without_blanks(*text),
              HasSubstr("h=from:to:subject:date:message-id:mime-version:content-type:auto-submitted:from;"));
  EXPECT_EQ(text->find(" l="), std::string::npos);
  for (const auto line : base::split(*text, '\n')) EXPECT_LE(line.size(), 79U) << line;
}

TEST_F(Dkim, says_what_dns_must_hold) {
  EXPECT_EQ(DkimSigner::make("Portal.example", {ed25519()})->dns_record(),
            std::string("ed2026._domainkey.portal.example. IN TXT \"v=DKIM1; k=ed25519; p=") + public_of_rfc + "\"\n");
  const auto rsa = crypto::PrivateKey::generate(crypto::KeyType::rsa);
  const auto record = DkimSigner::make("portal.example", {store("rsa", rsa.pem())})->dns_record();
  EXPECT_THAT(record, HasSubstr("rsa._domainkey.portal.example. IN TXT \"v=DKIM1; k=rsa; p=MII"));
  for (const auto part : base::split(record, '"')) EXPECT_LE(part.size(), 255U);  // RFC 1035: one string of TXT
}

TEST_F(Dkim, takes_no_weak_key_no_other_kind_and_no_bad_name) {
  const auto p256 = store("p256", crypto::PrivateKey::generate(crypto::KeyType::p256).pem());
  EXPECT_EQ(DkimSigner::make("portal.example", {p256}).error().code, "error.settings");
  EXPECT_FALSE(DkimSigner::make("portal.example", {{"missing", folder_.path() / "missing.pem"}}));
  EXPECT_FALSE(DkimSigner::make("portal.example", {{"bad selector;", ed25519().key_file}}));
  EXPECT_FALSE(DkimSigner::make("portal", {ed25519()}));
}

}  // namespace
}  // namespace alting::net
