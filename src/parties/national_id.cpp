#include "parties/national_id.h"

#include "base/typed_text.h"

namespace alting::parties {
namespace {

constexpr std::array<int, 10> first_weights{3, 7, 6, 1, 8, 9, 4, 5, 2, 1};
constexpr std::array<int, 11> second_weights{5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};

template <std::size_t N>
int weighted(std::string_view digits, const std::array<int, N>& weights) {
  int sum = 0;
  for (std::size_t i = 0; i < N && i < digits.size(); ++i) sum += (digits[i] - '0') * weights[i];
  return sum;
}

// The century is unknown, so 29 February is right in every year whose last two digits are divisible by four, 00
// included.
bool date_exists(int day, int month, int year) {
  constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const int length = lengths[static_cast<std::size_t>(month - 1)] + (month == 2 && year % 4 == 0 ? 1 : 0);
  return day <= length;
}

constexpr std::size_t max_national_id_octets = 100;  // eleven digits with marks around each

NationalIdVerdict fault(NationalIdFault what) { return {std::nullopt, what}; }

struct DatePart {
  bool d_number = false, synthetic = false, health = false, exists = false;
};

DatePart read_date(std::string_view text) {
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  DatePart part;
  int day = number(0), month = number(2);
  if (day > 40) {
    part.d_number = true;
    day -= 40;
  }
  if (month > 80) {
    part.synthetic = true;
    month -= 80;
  } else if (month > 40 && month <= 52) {
    part.health = true;
    month -= 40;
  }
  part.exists = date_exists(day, month, number(4));
  return part;
}

base::Error refuse_national_id(std::string_view code, std::string_view detail) {
  return base::make_error(base::ErrorKind::invalid, std::string(code), std::string(detail));
}

}  // namespace

NationalIdVerdict check_national_id(std::string_view text) {
  if (text.size() != 11) return fault(NationalIdFault::format);
  for (const char c : text)
    if (c < '0' || c > '9') return fault(NationalIdFault::format);

  const auto date = read_date(text);
  if (!date.exists) return fault(NationalIdFault::date);
  const int first = weighted(text, first_weights) % 11;
  if (first > 3) return fault(NationalIdFault::k1);
  if (weighted(text, second_weights) % 11 != 0) return fault(NationalIdFault::k2);
  if (date.health) return fault(date.d_number ? NationalIdFault::d_h_number : NationalIdFault::h_number);
  return {NationalIdKind{date.d_number, date.synthetic, first != 0}, NationalIdFault::format};
}

base::Result<terms::NationalIdText> read_national_id(std::string_view text, terms::Mode mode) {
  if (text.size() > max_national_id_octets)
    return refuse_national_id("error.national_id.format", "too long for a national identity number");
  auto digits = base::clean_code(text);
  auto verdict = check_national_id(digits);
  const bool month_plus_40 = verdict.fault == NationalIdFault::h_number || verdict.fault == NationalIdFault::d_h_number;
  if (mode == terms::Mode::test && !verdict.kind && month_plus_40)
    verdict.kind = NationalIdKind{verdict.fault == NationalIdFault::d_h_number, true, false};
  if (!verdict.kind) {
    switch (verdict.fault) {
      case NationalIdFault::format:
        return refuse_national_id("error.national_id.format", "a national identity number has eleven digits");
      case NationalIdFault::date:
        return refuse_national_id("error.national_id.date", "the first six digits are no date");
      case NationalIdFault::k1:
      case NationalIdFault::k2: return refuse_national_id("error.national_id.check_digit", "a check digit is wrong");
      case NationalIdFault::h_number:
      case NationalIdFault::d_h_number:
        return refuse_national_id("error.national_id.h_number", "a number of the health sector");
    }
  }
  if (mode == terms::Mode::production && verdict.kind->synthetic)
    return refuse_national_id("error.national_id.synthetic_in_production", "a synthetic number in production");
  if (mode == terms::Mode::test && !verdict.kind->synthetic)
    return refuse_national_id("error.national_id.real_in_test", "a real number in test");
  return terms::NationalIdText(std::move(digits));
}

std::optional<std::pair<char, char>> national_id_check_digits(std::string_view nine_digits) {
  if (nine_digits.size() != 9) return std::nullopt;
  const int first = (11 - weighted(nine_digits, first_weights) % 11) % 11;
  if (first == 10) return std::nullopt;
  std::string ten(nine_digits);
  ten += static_cast<char>('0' + first);
  const int second = (11 - weighted(ten, second_weights) % 11) % 11;
  if (second == 10) return std::nullopt;
  return std::pair{static_cast<char>('0' + first), static_cast<char>('0' + second)};
}

}  // namespace alting::parties
