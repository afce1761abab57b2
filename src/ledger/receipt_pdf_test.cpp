#include "ledger/receipt_pdf.h"

#include <gtest/gtest.h>

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

TEST(ReceiptPdf, NeedsAReceipt) {
  EXPECT_THROW((void)receipt_pdf({}, words(base::Language::nb), "x"), std::logic_error);
}

}  // namespace
}  // namespace alting::ledger
