// Counters, gauges and histograms in Prometheus' text format (version 0.0.4), for GET /metrics.
//
// A registry is made once and passed in. Label values are the program's own words (route patterns, kinds, rooms), never
// a person's data; a metric takes at most 1,000 label sets and counts the rest under "other".
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace alting::base {

class Counter {
 public:
  void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Observations in seconds, in buckets from 0.25 ms to 30 s.
class Histogram {
 public:
  static constexpr std::array<double, 15> bounds{0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                 0.1,     0.25,   0.5,   1,      2.5,   10,   30};
  void observe_seconds(double seconds);
  [[nodiscard]] std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  friend class Metrics;
  std::array<std::atomic<std::uint64_t>, bounds.size()> buckets_{};
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint64_t> micros_{0};
};

using Labels = std::vector<std::pair<std::string, std::string>>;

class Metrics {
 public:
  // The same name and labels give the same object, which lives as long as the registry. `name` such as
  // "alting_requests_total"; throws std::logic_error when the name stands for another type already.
  [[nodiscard]] Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
  [[nodiscard]] Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  [[nodiscard]] Histogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {});
  // A gauge that is read when /metrics is: an atomic, or memory of the process. Infinity is written as such.
  void gauge_function(std::string_view name, std::string_view help, std::function<double()> read);
  // For what must be asked of a database or a disk: refresh() calls `set_gauges`, no more often than `every`. What it
  // throws is counted, and the gauges stay as they were. `owner` names who asks ("outbox"): the same name again takes
  // the place of the first.
  void refresh_with(std::string_view owner, std::function<void()> set_gauges,
                    std::chrono::milliseconds every = std::chrono::seconds(10));
  // Asks for what is due to be asked again. For a thread that may wait; text() waits for nothing, and costs the same
  // however often it is read.
  void refresh();
  [[nodiscard]] std::string text() const;

 private:
  struct Family {
    std::string help;
    int type = 0;
    std::map<std::string, std::unique_ptr<Counter>> counters;  // by their labels, written out
    std::map<std::string, std::unique_ptr<Gauge>> gauges;
    std::map<std::string, std::unique_ptr<Histogram>> histograms;
    std::function<double()> read;
  };
  struct Refresh {
    std::function<void()> set_gauges;
    std::chrono::milliseconds every{};
    std::chrono::steady_clock::time_point due{};
  };
  Family& family(std::string_view name, std::string_view help, int type);
  std::mutex refreshing_;  // taken before mutex_, never after it
  std::map<std::string, Refresh, std::less<>> refreshes_;
  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace alting::base
