#include "ledger/log_metrics.h"

#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"
#include "store/failpoint.h"

namespace alting::ledger {
namespace {

using ::testing::HasSubstr;

class LogMetrics : public testing::LedgerTest {
 protected:
  std::string read() {  // anew each time: a registry asks a database only once in a while
    base::Metrics metrics;
    count_log(metrics, *ledger_, db(), clock_);
    metrics.refresh();
    return metrics.text();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, LogMetrics, store::testing::engines(), store::testing::engine_name);

TEST_P(LogMetrics, count_entries_and_say_that_nothing_waits) {
  open();
  receipt_of(testing::sample_submission());
  receipt_of(testing::sample_submission());
  clock_.advance(base::Duration::minutes(5));
  EXPECT_THAT(read(), HasSubstr("\nalting_ledger_entries 3\n")) << "with log.created";
  EXPECT_THAT(read(), HasSubstr("\nalting_ledger_signing_lag_seconds 0\n"));
  EXPECT_THAT(read(), HasSubstr("\nalting_ledger_halted 0\n"));
}

TEST_P(LogMetrics, tell_how_long_an_entry_has_waited_for_a_signature) {
  open();
  store::failpoint::arm("guard.write", store::failpoint::Action::error);
  const auto handle = append(testing::sample_submission());
  ASSERT_FALSE(ledger_->await_receipt(handle));
  store::failpoint::disarm();
  clock_.advance(base::Duration::minutes(5));
  EXPECT_THAT(read(), HasSubstr("\nalting_ledger_signing_lag_seconds 300\n"));
  EXPECT_EQ(signing_lag(*ledger_, db(), clock_), base::Duration::minutes(5));
  ledger_->flush();
  ASSERT_TRUE(ledger_->receipt(handle.id));
  EXPECT_THAT(read(), HasSubstr("\nalting_ledger_signing_lag_seconds 0\n"));
  EXPECT_EQ(signing_lag(*ledger_, db(), clock_), base::Duration::seconds(0));
}

}  // namespace
}  // namespace alting::ledger
