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

}  // namespace
}  // namespace alting::base
