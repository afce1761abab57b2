#include "parties/organisation_number.h"

#include "base/typed_text.h"

namespace alting::parties {
namespace {

constexpr std::size_t max_organisation_number_octets = 100;  // nine digits with marks around each

base::Error refuse_organisation_number(std::string_view code, std::string_view detail) {
  return base::make_error(base::ErrorKind::invalid, std::string(code), std::string(detail));
}

}  // namespace

std::optional<char> organisation_number_check_digit(std::string_view eight_digits) {
  constexpr std::array<int, 8> weights{3, 2, 7, 6, 5, 4, 3, 2};
  if (eight_digits.size() != weights.size()) return std::nullopt;
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += (eight_digits[i] - '0') * weights[i];
  const int digit = (11 - sum % 11) % 11;
  if (digit == 10) return std::nullopt;
  return static_cast<char>('0' + digit);
}

OrganisationNumberVerdict check_organisation_number(std::string_view text) {
  if (text.size() != 9) return {std::nullopt, OrganisationNumberFault::format};
  for (const char c : text)
    if (c < '0' || c > '9') return {std::nullopt, OrganisationNumberFault::format};
  const auto digit = organisation_number_check_digit(text.substr(0, 8));
  if (!digit) return {std::nullopt, OrganisationNumberFault::check_digit_10};
  if (*digit != text[8]) return {std::nullopt, OrganisationNumberFault::check_digit};
  switch (text[0]) {
    case '8':
    case '9': return {OrganisationNumberKind::ordinary, {}};
    case '2':
    case '3': return {OrganisationNumberKind::synthetic, {}};
    default: return {OrganisationNumberKind::other_prefix, {}};
  }
}

bool is_agency_number(std::string_view number) { return number == "974761467"; }

base::Result<std::string> read_organisation_number(std::string_view text, terms::Mode mode) {
  if (text.size() > max_organisation_number_octets)
    return refuse_organisation_number("error.organisation_number.format", "too long for an organisation number");
  auto digits = base::clean_code(text);
  const auto verdict = check_organisation_number(digits);
  if (!verdict.kind) {
    if (verdict.fault == OrganisationNumberFault::format)
      return refuse_organisation_number("error.organisation_number.format", "an organisation number has nine digits");
    return refuse_organisation_number("error.organisation_number.check_digit", "the check digit is wrong");
  }
  const bool ordinary = *verdict.kind == OrganisationNumberKind::ordinary;
  if (mode == terms::Mode::production && !ordinary)
    return refuse_organisation_number("error.organisation_number.synthetic_in_production", "not a number in use");
  if (mode == terms::Mode::test && ordinary && !is_agency_number(digits))
    return refuse_organisation_number("error.organisation_number.real_in_test", "a real number in test");
  return digits;
}

}  // namespace alting::parties
