#include "base/uuid.h"

#include <algorithm>

namespace alting::base {
namespace {

constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

Uuid with_version(Uuid id, int version) {
  id.octets[6] = static_cast<std::uint8_t>((id.octets[6] & 0x0f) | version << 4);
  id.octets[8] = static_cast<std::uint8_t>((id.octets[8] & 0x3f) | 0x80);
  return id;
}

}  // namespace

std::string Uuid::text() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(shape);
  std::size_t nibble = 0;
  for (char& c : out) {
    if (c == '-') continue;
    const std::uint8_t octet = octets[nibble / 2];
    c = digits[nibble % 2 == 0 ? octet >> 4 : octet & 15];
    ++nibble;
  }
  return out;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != shape.size()) return std::nullopt;
  std::string hex;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'x') {
      hex += text[i];
    } else if (text[i] != '-') {
      return std::nullopt;
    }
  }
  const auto octets = from_hex(hex);
  if (!octets) return std::nullopt;
  return from_octets(*octets);
}

std::optional<Uuid> Uuid::from_octets(ByteView bytes) {
  Uuid id;
  if (bytes.size() != id.octets.size()) return std::nullopt;
  std::ranges::transform(bytes, id.octets.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return id;
}

Uuid Uuid::v4(Random& random) {
  Uuid id;
  random.fill(reinterpret_cast<char*>(id.octets.data()), id.octets.size());
  return with_version(id, 4);
}

// RFC 9562 section 6.2, method 3: the 12 bits after the milliseconds hold the fraction of the millisecond.
Uuid Uuid::v7(Random& random, Instant at) {
  Uuid id;
  random.fill(reinterpret_cast<char*>(id.octets.data()), id.octets.size());
  const std::int64_t millis = at.micros / 1000;
  const std::int64_t fraction = at.micros % 1000 * 4096 / 1000;
  for (std::size_t i = 0; i < 6; ++i) id.octets[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  id.octets[6] = static_cast<std::uint8_t>(fraction >> 8);
  id.octets[7] = static_cast<std::uint8_t>(fraction);
  return with_version(id, 7);
}

}  // namespace alting::base
