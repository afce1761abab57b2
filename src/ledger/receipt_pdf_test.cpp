#include "ledger/receipt_pdf.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ledger/receipt.h"
#include "ledger/testing/sample_log.h"

namespace alting::ledger {
namespace {

ReceiptWords words(base::Language language) {
  ReceiptWords all;
  all.language = language;
  all.title = "Kvittering";
  all.number_of = "{index} av {size}";
  all.verify = "Gå til {address}.";
  all.unnamed = "Dokument {number}";
  all.ground = "Grunnlag";
  all.ground_in_words = "Rollen Daglig leder";
  return all;
}

TEST(ReceiptPdf, IsAPdfInEachLanguageForEachReceipt) {
  testing::SampleLog log;
  log.add(testing::sample_submission());
  const Receipt receipt{base::Uuid{}, 0, {1'795'000'000'000'000}, log.receipt(0)};
  for (const auto language : base::all_languages) {
    const auto pdf = receipt_pdf(receipt, words(language), "https://portal.example/kvittering");
    EXPECT_TRUE(pdf.starts_with("%PDF-1."));
    EXPECT_GT(pdf.size(), 5'000U);
    EXPECT_EQ(pdf, receipt_pdf(receipt, words(language), "https://portal.example/kvittering"));
  }
  auto other = words(base::Language::nb);
  other.ground_in_words = "Tilgang som er gitt";
  EXPECT_NE(receipt_pdf(receipt, words(base::Language::nb), "https://a.example"),
            receipt_pdf(receipt, other, "https://a.example"))
      << "what the portal says of it stands on the page";
}

TEST(ReceiptPdf, ShowsAPersonsNumberOnlyWhenTheReceiptDisclosesIt) {
  testing::SampleLog log;
  auto person = testing::sample_submission();
  person.organisation_number.clear();
  person.identity_number = "01017012345";
  log.add(person);
  const auto json = log.receipt(0);
  auto with = base::Json::parse(json).value();
  const auto& text = log.entry(0).of_party;
  const auto number =
      std::find_if(text.begin(), text.end(), [](const Disclosure& one) { return one.path == identity_number_path; });
  ASSERT_NE(number, text.end());
  EXPECT_EQ(json.find("01017012345"), std::string::npos);
  with.find("disclosed")
      ->set(identity_number_path,
            base::Json::object({{"salt", base::to_base64(number->salt)}, {"value", number->value}}));
  const Receipt without{base::Uuid{}, 0, {1'795'000'000'000'000}, json};
  const Receipt asked{base::Uuid{}, 0, {1'795'000'000'000'000}, base::canonical_json(with).value()};
  auto said = words(base::Language::nb);
  said.identity_number = "Fødselsnummer";
  const auto renamed = [&](const Receipt& receipt, const char* name) {
    said.identity_number = name;
    return receipt_pdf(receipt, said, "https://a.example");
  };
  EXPECT_EQ(renamed(without, "a"), renamed(without, "b")) << "no row for it";
  EXPECT_NE(renamed(asked, "a"), renamed(asked, "b"));
}

TEST(ReceiptPdf, NeedsAReceipt) {
  EXPECT_THROW((void)receipt_pdf({}, words(base::Language::nb), "x"), std::logic_error);
}

}  // namespace
}  // namespace alting::ledger
