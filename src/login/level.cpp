#include "login/level.h"

namespace alting::login {
namespace {

using terms::AssuranceLevel;

struct Acr {
  std::string_view name;
  AssuranceLevel level;
};
constexpr std::array acrs{
    Acr{"idporten-loa-low", AssuranceLevel::low},
    Acr{"idporten-loa-substantial", AssuranceLevel::substantial},
    Acr{"idporten-loa-high", AssuranceLevel::high},
    Acr{"eidas-loa-low", AssuranceLevel::low},
    Acr{"eidas-loa-substantial", AssuranceLevel::substantial},
    Acr{"eidas-loa-high", AssuranceLevel::high},
    Acr{"Level3", AssuranceLevel::substantial},
    Acr{"Level4", AssuranceLevel::high},
};

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace

std::optional<AssuranceLevel> level_of_acr(std::string_view acr) {
  for (const auto& known : acrs)
    if (known.name == acr) return known.level;
  return std::nullopt;
}

std::string_view acr_of_level(AssuranceLevel level) {
  switch (level) {
    case AssuranceLevel::none:
    case AssuranceLevel::low: return "idporten-loa-low";
    case AssuranceLevel::substantial: return "idporten-loa-substantial";
    case AssuranceLevel::high: return "idporten-loa-high";
  }
  return "idporten-loa-high";
}

std::optional<AssuranceLevel> level_from_digit(std::string_view digit) {
  if (digit == "2") return AssuranceLevel::low;
  if (digit == "3") return AssuranceLevel::substantial;
  if (digit == "4") return AssuranceLevel::high;
  return std::nullopt;
}

std::string digit_of(AssuranceLevel level) { return std::to_string(static_cast<int>(level)); }

std::string method_name(const std::vector<std::string>& amr) {
  for (const auto& value : amr) {
    const std::string method = lower_ascii(value);
    if (method.starts_with("minid")) return "MinID";
    if (method == "bankid mobil" || method == "bankid-mobil" || method == "bankid mobile") return "BankID på mobil";
    if (method == "bankid") return "BankID";
    if (method == "buypass") return "Buypass";
    if (method == "commfides") return "Commfides";
    if (method == "eidas") return "eIDAS";
    if (method.starts_with("testid")) return "TestID";
  }
  return {};
}

}  // namespace alting::login
