// Levels of assurance and login methods, as ID-porten and eIDAS name them.
//
// Only `acr` says how sure a login is (eIDAS, Regulation 910/2014 art. 8; selvdeklarasjonsforskriften). `amr` says how
// it was done; its values may change at any time, so it is shown and never decides.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terms/actor.h"

namespace alting::login {

// "idporten-loa-low|substantial|high", "eidas-loa-low|substantial|high", and the old "Level3", "Level4"; nothing for
// others.
[[nodiscard]] std::optional<terms::AssuranceLevel> level_of_acr(std::string_view acr);
// What to ask the issuer for: at least this level.
[[nodiscard]] std::string_view acr_of_level(terms::AssuranceLevel level);
// "2", "3", "4" as they stand in addresses and in Altinn's metadata; nothing for others.
[[nodiscard]] std::optional<terms::AssuranceLevel> level_from_digit(std::string_view digit);
[[nodiscard]] std::string digit_of(terms::AssuranceLevel level);

// The method as people know it, from the values of amr: "MinID", "BankID", "BankID på mobil", "Buypass", "Commfides",
// "eIDAS", "TestID"; "" when none is known.
[[nodiscard]] std::string method_name(const std::vector<std::string>& amr);

}  // namespace alting::login
