// National identity numbers: fødselsnummer and D-nummer (folkeregisterloven § 3-1; folkeregisterforskriften § 2-2).
//
// Eleven digits: date of birth, three individual digits, two check digits. From 1 January 2032 the first check digit
// may leave the remainder 0 to 3; that rule accepts every older number too, and both are accepted now. A number says
// neither sex, age nor century: those come from the register. Synthetic persons carry the month + 80; H-numbers of the
// health sector (month + 40) are no national identity numbers. In test environments month + 40 is also how NAV marks its
// synthetic persons, and no one there has an H-number: there such a number is a synthetic one.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "terms/mode.h"
#include "terms/secret.h"

namespace alting::parties {

enum class NationalIdFault : std::uint8_t { format, date, k1, k2, h_number, d_h_number };

struct NationalIdKind {
  bool d_number = false;
  bool synthetic = false;
  bool only_2032 = false;  // the first check digit holds by the rule of 2032 only
};

struct NationalIdVerdict {
  std::optional<NationalIdKind> kind;  // of a valid number
  NationalIdFault fault = NationalIdFault::format;
};

// Exactly eleven characters 0-9, nothing around them.
[[nodiscard]] NationalIdVerdict check_national_id(std::string_view text);

// What a person types or pastes, cleaned (base::clean_code: blanks, hyphens, points, what is invisible). Synthetic numbers are refused in production, real ones
// in test. Errors: "error.national_id.format", ".date", ".check_digit", ".h_number", ".synthetic_in_production",
// ".real_in_test".
[[nodiscard]] base::Result<terms::NationalIdText> read_national_id(std::string_view text, terms::Mode mode);

// The two check digits for nine digits; nothing when the first would be 10 (no such number was issued before 2032).
[[nodiscard]] std::optional<std::pair<char, char>> national_id_check_digits(std::string_view nine_digits);

}  // namespace alting::parties
