// How the parts that the portal lives on are just now: each is really asked, not assumed (/status).
//
// A probe may hang where what it asks hangs, so each has a thread of its own. From when a part is asked it has `patience`
// to answer, and is down after that: pages wait for it no longer, and those that come later do not wait at all. What was
// measured is kept for `keep`, so that any number of
// readers cost one question. Nothing of an answer is shown but how the part is: what failed is for the program's log.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"

namespace alting::portal {

enum class Health : std::uint8_t { up, delayed, down };

// One part: what it is called in texts ("status.part.<name>"), and how it is asked. What `ask` throws is logged, and the
// part is down. It ends by itself within a minute.
struct Probe {
  std::string name;
  std::function<Health()> ask;
};

struct Measured {
  std::string name;
  Health health = Health::down;
  base::Instant at;  // when it answered; of one that did not, when it was asked
};

class Measurements {
 public:
  struct Limits {
    std::chrono::milliseconds patience{2'000};
    base::Duration keep = base::Duration::seconds(10);
  };
  // `clock` outlives it.
  Measurements(std::vector<Probe> probes, const base::Clock& clock, Limits limits);
  Measurements(std::vector<Probe> probes, const base::Clock& clock);
  ~Measurements();  // waits for a probe that is being asked
  Measurements(const Measurements&) = delete;
  Measurements& operator=(const Measurements&) = delete;

  // In the order of the probes.
  [[nodiscard]] std::vector<Measured> now();

 private:
  struct Part;
  const base::Clock& clock_;
  const Limits limits_;
  std::vector<std::unique_ptr<Part>> parts_;
};

}  // namespace alting::portal
