#include "base/metrics.h"

#include <cmath>
#include <stdexcept>

namespace alting::base {
namespace {

enum Type : int { counter_type = 1, gauge_type, histogram_type };
constexpr std::size_t max_label_sets = 1'000;

std::string label_text(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (!text.empty()) text += ',';
    text += name;
    text += "=\"";
    for (char c : value) {
      if (c == '\\' || c == '"') text += '\\';
      if (c == '\n')
        text += "\\n";
      else
        text += c;
    }
    text += '"';
  }
  return text;
}

template <class T>
T& member(std::map<std::string, std::unique_ptr<T>>& all, const Labels& labels) {
  std::string key = label_text(labels);
  if (!all.contains(key) && all.size() >= max_label_sets) {
    Labels other = labels;
    for (auto& label : other) label.second = "other";
    key = label_text(other);
  }
  auto& found = all[key];
  if (!found) found = std::make_unique<T>();
  return *found;
}

std::string with_labels(std::string_view name, std::string_view labels, std::string_view more = {}) {
  std::string out(name);
  if (labels.empty() && more.empty()) return out;
  out += '{';
  out += labels;
  if (!labels.empty() && !more.empty()) out += ',';
  out += more;
  return out + '}';
}

}  // namespace

void Histogram::observe_seconds(double seconds) {
  std::size_t bucket = 0;
  while (bucket < bounds.size() && seconds > bounds[bucket]) ++bucket;
  if (bucket < bounds.size()) buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  micros_.fetch_add(static_cast<std::uint64_t>(std::max(0.0, seconds) * 1e6), std::memory_order_relaxed);
  count_.fetch_add(1, std::memory_order_relaxed);
}

Metrics::Family& Metrics::family(std::string_view name, std::string_view help, int type) {
  auto found = families_.find(name);
  if (found == families_.end()) {
    found = families_.emplace(std::string(name), Family{}).first;
    found->second.help = help;
    found->second.type = type;
  }
  if (found->second.type != type) throw std::logic_error("a metric of two types: " + std::string(name));
  return found->second;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  return member(family(name, help, counter_type).counters, labels);
}
Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  return member(family(name, help, gauge_type).gauges, labels);
}
Histogram& Metrics::histogram(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  return member(family(name, help, histogram_type).histograms, labels);
}
void Metrics::gauge_function(std::string_view name, std::string_view help, std::function<double()> read) {
  std::lock_guard lock(mutex_);
  family(name, help, gauge_type).read = std::move(read);
}

void Metrics::refresh_with(std::string_view owner, std::function<void()> set_gauges, std::chrono::milliseconds every) {
  std::lock_guard lock(refreshing_);
  refreshes_.insert_or_assign(std::string(owner), Refresh{std::move(set_gauges), every, {}});
}

void Metrics::refresh() {
  std::lock_guard lock(refreshing_);
  for (auto& [owner, one] : refreshes_) {
    const auto now = std::chrono::steady_clock::now();
    if (now < one.due) continue;
    one.due = now + one.every;  // also when it fails: a database that is gone is not asked all the time
    auto& failures = counter("alting_metrics_failures_total", "Readings of gauges that failed.", {{"of", owner}});
    try {
      one.set_gauges();
    } catch (const std::exception&) {
      failures.add();
    }
  }
}

std::string Metrics::text() const {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    static constexpr std::array<std::string_view, 4> types{"untyped", "counter", "gauge", "histogram"};
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name,
                       types[static_cast<std::size_t>(family.type)]);
    for (const auto& [labels, one] : family.counters)
      out += fmt::format("{} {}\n", with_labels(name, labels), one->value());
    for (const auto& [labels, one] : family.gauges)
      out += fmt::format("{} {}\n", with_labels(name, labels), one->value());
    if (family.read) {
      const auto value = family.read();
      out += std::isinf(value) ? fmt::format("{} {}Inf\n", name, value > 0 ? '+' : '-')
                               : fmt::format("{} {}\n", name, value);
    }
    for (const auto& [labels, one] : family.histograms) {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i < Histogram::bounds.size(); ++i) {
        sum += one->buckets_[i].load(std::memory_order_relaxed);
        out += fmt::format("{} {}\n",
                           with_labels(name + "_bucket", labels, fmt::format("le=\"{}\"", Histogram::bounds[i])), sum);
      }
      std::uint64_t count = std::max(sum, one->count());
      out += fmt::format("{} {}\n", with_labels(name + "_bucket", labels, "le=\"+Inf\""), count);
      out += fmt::format("{} {:.6f}\n", with_labels(name + "_sum", labels),
                         static_cast<double>(one->micros_.load()) / 1e6);
      out += fmt::format("{} {}\n", with_labels(name + "_count", labels), count);
    }
  }
  return out;
}

}  // namespace alting::base
