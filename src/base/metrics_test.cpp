#include "base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alting::base {
namespace {

using testing::HasSubstr;

TEST(Metrics, write_prometheus_text) {
  Metrics metrics;
  metrics.counter("a_total", "A.", {{"kind", "x\"y\n"}}).add(3);
  metrics.gauge("b", "B.").set(-2);
  metrics.histogram("c_seconds", "C.").observe_seconds(0.003);
  EXPECT_EQ(&metrics.counter("a_total", "A.", {{"kind", "z"}}), &metrics.counter("a_total", "A.", {{"kind", "z"}}));
  EXPECT_THROW((void)metrics.gauge("a_total", ""), std::logic_error);
  std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# TYPE a_total counter\na_total{kind=\"x\\\"y\\n\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("b -2\n"));
  EXPECT_THAT(text, HasSubstr("c_seconds_bucket{le=\"0.0025\"} 0\nc_seconds_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("c_seconds_count 1\n"));
}

TEST(Metrics, stop_growing_when_labels_do_not) {
  Metrics metrics;
  for (int i = 0; i < 5'000; ++i) metrics.counter("many_total", "M.", {{"n", std::to_string(i)}}).add();
  EXPECT_EQ(metrics.counter("many_total", "M.", {{"n", "other"}}).value(), 4'000u);
}

TEST(Metrics, ask_for_what_is_kept_elsewhere_once_in_a_while_and_never_when_they_are_read) {
  Metrics metrics;
  int asked = 0;
  metrics.refresh_with("table", [&] { metrics.gauge("rows", "R.").set(++asked); }, std::chrono::hours(1));
  (void)metrics.text();
  EXPECT_EQ(asked, 0) << "who reads may be a thread that must not wait";
  metrics.refresh();
  metrics.refresh();
  EXPECT_THAT(metrics.text(), HasSubstr("rows 1\n"));
  metrics.refresh_with("table", [&] { metrics.gauge("rows", "R.").set(++asked); }, std::chrono::milliseconds(0));
  metrics.refresh();
  metrics.refresh();
  EXPECT_THAT(metrics.text(), HasSubstr("rows 3\n"));
}

TEST(Metrics, keep_what_there_was_when_what_they_ask_fails) {
  Metrics metrics;
  metrics.gauge("rows", "R.").set(7);
  metrics.refresh_with("table", []() -> void { throw std::runtime_error("no database"); });
  metrics.refresh();
  const auto text = metrics.text();
  EXPECT_THAT(text, HasSubstr("rows 7\n"));
  EXPECT_THAT(text, HasSubstr("alting_metrics_failures_total{of=\"table\"} 1\n"));
}

TEST(Metrics, write_infinity_as_prometheus_reads_it) {
  Metrics metrics;
  metrics.gauge_function("age_seconds", "A.", [] { return std::numeric_limits<double>::infinity(); });
  EXPECT_THAT(metrics.text(), HasSubstr("age_seconds +Inf\n"));
}

}  // namespace
}  // namespace alting::base
