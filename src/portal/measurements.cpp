#include "portal/measurements.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/log.h"

namespace alting::portal {

// One probe and the thread that asks it, from when it is first asked for. Asked while it is being asked, it goes on with what it has begun.
struct Measurements::Part {
  Part(Probe given, const base::Clock& with) : probe(std::move(given)), clock(with) {}
  ~Part() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    changed.notify_all();
    if (thread.joinable()) thread.join();
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  void ask_unless_newer_than(base::Instant oldest) {
    const std::lock_guard lock(mutex);
    if (asked_at || (last && last->at >= oldest)) return;
    if (!has_thread()) {
      last = Measured{probe.name, Health::down, clock.now()};
      return;
    }
    asked_at = clock.now();
    asked_since = std::chrono::steady_clock::now();
    changed.notify_all();
  }

  // `patience` is counted from when it was asked.
  Measured answer_within(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex);
    const auto until = asked_since + patience;
    changed.wait_until(lock, until, [this] { return !asked_at; });
    if (asked_at) return {probe.name, Health::down, *asked_at};
    return *last;
  }

 private:
  // Begins the thread when there is none. Where the system has none to give, that is tried again when it is asked next.
  bool has_thread() {
    if (thread.joinable()) return true;
    try {
      thread = std::thread([this] { run(); });
    } catch (const std::system_error& broken) {
      base::log(base::LogLevel::error, "probe_failed",
                {{"part", std::string_view(probe.name)}, {"error", broken.what()}});
      return false;
    }
    return true;
  }

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping || asked_at; });
      if (stopping) return;
      lock.unlock();
      const auto health = ask();
      lock.lock();
      last = Measured{probe.name, health, clock.now()};
      asked_at.reset();
      changed.notify_all();
    }
  }

  Health ask() const {
    try {
      return probe.ask();
    } catch (const std::exception& broken) {
      base::log(base::LogLevel::error, "probe_failed",
                {{"part", std::string_view(probe.name)}, {"error", broken.what()}});
      return Health::down;
    }
  }

  const Probe probe;
  const base::Clock& clock;
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<base::Instant> asked_at;              // while it is being asked
  std::chrono::steady_clock::time_point asked_since;  // of the last time it was asked
  std::optional<Measured> last;
  bool stopping = false;
  std::thread thread;
};

Measurements::Measurements(std::vector<Probe> probes, const base::Clock& clock, Limits limits)
    : clock_(clock), limits_(limits) {
  for (auto& probe : probes) parts_.push_back(std::make_unique<Part>(std::move(probe), clock));
}

Measurements::Measurements(std::vector<Probe> probes, const base::Clock& clock)
    : Measurements(std::move(probes), clock, Limits{}) {}

Measurements::~Measurements() = default;

std::vector<Measured> Measurements::now() {
  const auto oldest = clock_.now() - limits_.keep;
  for (const auto& part : parts_) part->ask_unless_newer_than(oldest);
  std::vector<Measured> all;
  for (const auto& part : parts_) all.push_back(part->answer_within(limits_.patience));
  return all;
}

}  // namespace alting::portal
