#include "forms/decimal.h"

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <charconv>

namespace alting::forms {

namespace {

using Number = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<120>, boost::multiprecision::et_off>;

constexpr int max_digits = 100;
constexpr int max_exponent = 100;
constexpr int plain_limit = 40;

// Digits without point, and the power of ten of the first one: 12.5 is "125", 1.
std::string from_digits(bool negative, std::string digits, int exponent) {
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  if (digits.empty() || digits == "0") return "0";
  std::string out = negative ? "-" : "";
  auto count = static_cast<int>(digits.size());
  if (exponent > plain_limit || exponent < -plain_limit) {
    out += digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    return out + fmt::format("e{}", exponent);
  }
  if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  if (count <= exponent + 1) return out + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0');
  return out + digits.substr(0, static_cast<std::size_t>(exponent + 1)) + "." +
         digits.substr(static_cast<std::size_t>(exponent + 1));
}

std::string to_text(const Number& number, int precision) {
  if (number.is_zero()) return "0";
  auto text = number.str(precision, std::ios_base::scientific);
  bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  auto e = text.find('e');
  int exponent = e == std::string::npos ? 0 : std::stoi(text.substr(e + 1));
  auto digits = text.substr(0, e);
  std::erase(digits, '.');
  return from_digits(negative, digits, exponent);
}

Number parse(std::string_view text) { return Number(std::string(text)); }

// Whole numbers of up to 15 digits, the usual case, need no big arithmetic.
std::optional<std::int64_t> small(std::string_view text) {
  if (text.size() > 15) return std::nullopt;
  std::int64_t value = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string> to_decimal(std::string_view text) {
  std::size_t at = 0;
  bool negative = false;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) negative = text[at++] == '-';
  auto digit = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  std::string digits;
  int exponent = -1;  // of the first digit
  bool any_before = false;
  while (digit()) {
    any_before = true;
    digits += text[at++];
    ++exponent;
  }
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digit()) return std::nullopt;
    while (digit()) digits += text[at++];
  } else if (!any_before) {
    return std::nullopt;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    int power = 0;
    auto [end, fault] = std::from_chars(text.data() + at, text.data() + text.size(), power);
    if (fault != std::errc{} || power > max_exponent || power < -max_exponent) return std::nullopt;
    at = static_cast<std::size_t>(end - text.data());
    exponent += power;
  }
  if (at != text.size() || digits.size() > max_digits) return std::nullopt;
  auto first = digits.find_first_not_of('0');
  if (first == std::string::npos) return "0";
  return from_digits(negative, digits.substr(first), exponent - static_cast<int>(first));
}

std::string add(std::string_view a, std::string_view b) {
  auto x = small(a), y = small(b);
  if (x && y) return std::to_string(*x + *y);
  return to_text(parse(a) + parse(b), 60);
}

std::string subtract(std::string_view a, std::string_view b) {
  auto x = small(a), y = small(b);
  if (x && y) return std::to_string(*x - *y);
  return to_text(parse(a) - parse(b), 60);
}

std::string multiply(std::string_view a, std::string_view b) { return to_text(parse(a) * parse(b), 60); }

std::optional<std::string> divide(std::string_view a, std::string_view b) {
  auto divisor = parse(b);
  if (divisor.is_zero()) return std::nullopt;
  return to_text(parse(a) / divisor, 27);
}

int compare(std::string_view a, std::string_view b) {
  auto x = small(a), y = small(b);
  if (x && y) return *x < *y ? -1 : (*x > *y ? 1 : 0);
  auto order = parse(a).compare(parse(b));
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

std::string round_to(std::string_view a, int decimals) {
  auto value = parse(a);
  bool negative = value < 0;
  Number scale = boost::multiprecision::pow(Number(10), decimals);
  Number scaled = boost::multiprecision::floor(boost::multiprecision::abs(value) * scale + Number("0.5"));
  auto digits = scaled.str(0, std::ios_base::fixed);
  if (auto dot = digits.find('.'); dot != std::string::npos) digits.resize(dot);
  bool zero = digits.find_first_not_of('0') == std::string::npos;
  if (decimals > 0) {
    auto places = static_cast<std::size_t>(decimals);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
  }
  return negative && !zero ? "-" + digits : digits;
}

bool is_whole(std::string_view a) {
  if (small(a)) return true;
  auto value = parse(a);
  return boost::multiprecision::floor(value) == value;
}

}  // namespace alting::forms
