// Addresses that mail can be sent to.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace alting::net {

inline constexpr std::size_t max_mail_address = 254;  // octets on the wire: RFC 5321 section 4.5.3.1.3

// Whether it is "local@domain.example": dots and RFC 5322 atext in the local part, at most 64 octets, no quoting, no comment,
// no literal, no white space or control characters. The domain may be written in letters of any language. Fit for what
// anybody types.
[[nodiscard]] bool is_mail_address(std::string_view address);

// The address as the wire takes it: the domain in lower case A-form (RFC 5891), the local part as it was. Errors:
// `invalid`, error.mail.local_part when only the letters before '@' are at fault (they would need SMTPUTF8, which we do not
// speak), error.mail.address for anything else.
[[nodiscard]] base::Result<std::string> to_wire_address(std::string_view address);

// A domain in lower case A-form: two labels at least of letters, digits and '-'; nothing when it is none.
[[nodiscard]] std::optional<std::string> to_wire_domain(std::string_view domain);

}  // namespace alting::net
