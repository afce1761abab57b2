// Looks over typed text for what must not stand in it: identity numbers, lists of e-mail addresses, payment cards.
#pragma once
#include <string_view>

namespace alting::forms {

// Eleven digits (also written 6+5 with a blank) whose check digits hold by today's rule or the one from 2032, with a
// day and month that exist after the additions of D-numbers (+40 on the day) and of synthetic and help numbers (+40,
// +65, +80 on the month).
[[nodiscard]] bool has_identity_number(std::string_view text);
[[nodiscard]] bool has_email_list(std::string_view text);    // three or more addresses
[[nodiscard]] bool has_payment_card(std::string_view text);  // 13 to 19 digits, Luhn, of a known kind

}  // namespace alting::forms
