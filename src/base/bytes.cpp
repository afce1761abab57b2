#include "base/bytes.h"

#include <array>
#include <cstdint>

namespace alting::base {
namespace {

constexpr std::string_view standard_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t not_in_alphabet = 0xff;

using Reverse = std::array<std::uint8_t, 256>;

constexpr Reverse reverse_of(std::string_view alphabet) {
  Reverse reverse{};
  reverse.fill(not_in_alphabet);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    reverse[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return reverse;
}
constexpr Reverse standard_reverse = reverse_of(standard_alphabet);
constexpr Reverse url_reverse = reverse_of(url_alphabet);

std::string encode(ByteView bytes, std::string_view alphabet, bool padded) {
  const auto octet = [&](std::size_t at) -> std::uint32_t {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
  };
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  std::size_t place = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t group = octet(at) << 16 | octet(at + 1) << 8 | octet(at + 2);
    for (const int shift : {18, 12, 6, 0}) out[place++] = alphabet[group >> shift & 63];
  }
  const std::size_t missing = (3 - bytes.size() % 3) % 3;  // octets of the last group
  if (!padded) out.resize(out.size() - missing);
  for (std::size_t i = 1; padded && i <= missing; ++i) out[out.size() - i] = '=';
  return out;
}

// Text without padding.
std::optional<Bytes> decode(std::string_view text, const Reverse& reverse) {
  if (text.size() % 4 == 1) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    const std::uint8_t value = reverse[static_cast<unsigned char>(c)];
    if (value == not_in_alphabet) return std::nullopt;
    group = group << 6 | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> bits & 0xff);
    }
  }
  if ((group & ((1U << bits) - 1)) != 0) return std::nullopt;  // two texts must not mean the same octets
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    const auto octet = static_cast<unsigned char>(c);
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]), low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

std::string to_base64(ByteView bytes) { return encode(bytes, standard_alphabet, true); }
std::string to_base64url(ByteView bytes) { return encode(bytes, url_alphabet, false); }

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  return decode(text, standard_reverse);
}

std::optional<Bytes> from_base64url(std::string_view text) { return decode(text, url_reverse); }

}  // namespace alting::base
