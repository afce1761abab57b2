// Addresses as text: what one may type, and how one is shown without being told.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace alting::parties {

// "k***@d***.no", "+47 *** ** 123": for people to know it again, and for nobody to use.
[[nodiscard]] std::string masked_address(std::string_view address);
// Plain syntax of an address that mail can go to; `net` says the rest when it is sent.
[[nodiscard]] bool is_contact_email(std::string_view address);
// "+4791234567" of what one types; nothing when it is no mobile number of 5 to 15 digits.
[[nodiscard]] std::optional<std::string> read_mobile(std::string_view typed);
// What two addresses have in common that mean the same: e-mail in lower case.
[[nodiscard]] std::string same_address(std::string_view address);

}  // namespace alting::parties
