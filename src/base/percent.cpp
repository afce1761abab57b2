#include "base/percent.h"

#include "base/bytes.h"

namespace alting::base {
namespace {

// The octet that "%C3" at `at` stands for, or nothing.
std::optional<char> octet_at(std::string_view text, std::size_t at) {
  if (text[at] != '%' || text.size() - at < 3) return std::nullopt;
  const auto octet = from_hex(text.substr(at + 1, 2));
  return octet ? std::optional(octet->front()) : std::nullopt;
}

}  // namespace

std::string percent_encode(std::string_view text, bool (*stays)(char)) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    if (stays(c)) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

std::string percent_encode_path(std::string_view path) {
  return percent_encode(path, [](char c) { return is_unreserved(c) || c == '/'; });
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const auto octet = octet_at(text, at);
    if (!octet) return std::nullopt;
    out += *octet;
    at += 2;
  }
  return out;
}

std::string percent_decode_form(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (const auto octet = octet_at(text, at)) {
      out += *octet;
      at += 2;
    } else {
      out += text[at] == '+' ? ' ' : text[at];
    }
  }
  return out;
}

}  // namespace alting::base
