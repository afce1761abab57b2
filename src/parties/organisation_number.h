// Organisation numbers of Enhetsregisteret (forskrift om Enhetsregisteret § 24): nine digits, the last a check digit
// modulo 11.
//
// Numbers in use begin with 8 or 9; synthetic ones, of the national test population, with 2 or 3.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "terms/mode.h"

namespace alting::parties {

enum class OrganisationNumberKind : std::uint8_t { ordinary, synthetic, other_prefix };
enum class OrganisationNumberFault : std::uint8_t { format, check_digit, check_digit_10 };

struct OrganisationNumberVerdict {
  std::optional<OrganisationNumberKind> kind;  // of a valid number
  OrganisationNumberFault fault = OrganisationNumberFault::format;
};

// Exactly nine characters 0-9, nothing around them.
[[nodiscard]] OrganisationNumberVerdict check_organisation_number(std::string_view text);

// What a person types or pastes or a register says, cleaned (base::clean_code). Synthetic numbers are refused in production. In test
// real ones are refused, except those of the agencies whose services this program carries (public bodies: see
// is_agency_number). Errors: "error.organisation_number.format", ".check_digit", ".synthetic_in_production",
// ".real_in_test".
[[nodiscard]] base::Result<std::string> read_organisation_number(std::string_view text, terms::Mode mode);

// A public body that has services here: Datatilsynet.
[[nodiscard]] bool is_agency_number(std::string_view number);

// The check digit for eight digits; nothing when there is none.
[[nodiscard]] std::optional<char> organisation_number_check_digit(std::string_view eight_digits);

}  // namespace alting::parties
