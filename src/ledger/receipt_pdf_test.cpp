#include "ledger/receipt_pdf.h"

#include <gtest/gtest.h>

#include "ledger/testing/sample_log.h"

namespace alting::ledger {
namespace {

TEST(ReceiptPdf, IsAPdfInEachLanguageForEachReceipt) {
  testing::SampleLog log;
  log.add(testing::sample_submission());
  const Receipt receipt{base::Uuid{}, 0, {1'795'000'000'000'000}, log.receipt(0)};
  for (const auto language : base::all_languages) {
    const auto pdf = receipt_pdf(receipt, language, "https://portal.example/kvittering");
    EXPECT_TRUE(pdf.starts_with("%PDF-1."));
    EXPECT_GT(pdf.size(), 5'000U);
    EXPECT_EQ(pdf, receipt_pdf(receipt, language, "https://portal.example/kvittering"));
  }
  EXPECT_NE(receipt_pdf(receipt, base::Language::nb, "https://a.example"),
            receipt_pdf(receipt, base::Language::nn, "https://a.example"));
}

TEST(ReceiptPdf, NeedsAReceipt) { EXPECT_THROW((void)receipt_pdf({}, base::Language::nb, "x"), std::logic_error); }

}  // namespace
}  // namespace alting::ledger
