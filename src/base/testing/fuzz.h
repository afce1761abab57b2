// What the fuzz targets share. A target is `x_fuzz.cpp` beside the parser it feeds, with one LLVMFuzzerTestOneInput; the
// sanitizers see wrong reads and writes, and the target itself says what else must hold (script/fuzz).
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace alting::base::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A law: when it does not hold, the fuzzer stops and keeps the input.
inline void must_hold(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", law);
  std::abort();
}

// The fault that is planted in the second build of each target (x_fuzz_seeded): a shape of input that the parser must
// take before anything gets here. A fuzzer that does not find it would not find a real one.
inline void planted(bool reached) {
#ifdef ALTING_PLANTED_FAULT
  if (!reached) return;
  std::fprintf(stderr, "found the planted fault\n");
  std::abort();
#else
  static_cast<void>(reached);
#endif
}

// Cuts `rest` into pieces as they may come from a network: of 1 to 16 octets, by turns as `pattern` says.
class Pieces {
 public:
  Pieces(std::string_view rest, std::uint8_t pattern) : rest_(rest), state_(pattern) {}
  [[nodiscard]] bool more() const { return !rest_.empty(); }
  std::string_view next() {
    state_ = static_cast<std::uint8_t>(state_ * 77 + 31);
    const auto piece = rest_.substr(0, 1 + state_ % 16);
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view rest_;
  std::uint8_t state_;
};

}  // namespace alting::base::fuzz
