// Randomness comes in through Random: the system's for keys and ids, a seeded one for tests.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace alting::base {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(char* out, std::size_t size) = 0;  // thread-safe
  [[nodiscard]] Bytes bytes(std::size_t size);
  [[nodiscard]] std::uint64_t number();
  [[nodiscard]] std::uint64_t below(std::uint64_t limit);  // uniform in [0, limit); limit > 0
};

// getrandom(2), through a buffer per thread. Throws std::system_error when the kernel refuses.
class SystemRandom final : public Random {
 public:
  void fill(char* out, std::size_t size) override;
};

// xoshiro256**, for tests and simulation only: the same seed gives the same octets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(char* out, std::size_t size) override;

 private:
  std::uint64_t next();
  std::mutex mutex_;
  std::uint64_t state_[4];
};

}  // namespace alting::base
