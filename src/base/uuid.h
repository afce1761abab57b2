// UUIDs (RFC 9562), kept as 16 octets; written in lower case with hyphens.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"

namespace alting::base {

struct Uuid {
  std::array<std::uint8_t, 16> octets{};
  auto operator<=>(const Uuid&) const = default;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }
  // Only the 36-character form, either case.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
  // The 16 octets themselves, for a column of octets or a hash; nothing when they are not 16. The view is of this Uuid.
  [[nodiscard]] ByteView view() const { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }
  [[nodiscard]] static std::optional<Uuid> from_octets(ByteView bytes);
  [[nodiscard]] static Uuid v4(Random& random);              // random
  [[nodiscard]] static Uuid v7(Random& random, Instant at);  // sorts by time
};

}  // namespace alting::base

template <>
struct std::hash<alting::base::Uuid> {
  std::size_t operator()(const alting::base::Uuid& id) const noexcept {
    std::uint64_t a = 0, b = 0;
    for (int i = 0; i < 8; ++i) {
      a = a << 8 | id.octets[static_cast<std::size_t>(i)];
      b = b << 8 | id.octets[static_cast<std::size_t>(i + 8)];
    }
    return static_cast<std::size_t>(a ^ (b * 0x9e3779b97f4a7c15ULL));
  }
};
