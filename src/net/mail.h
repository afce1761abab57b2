// One mail as it leaves (RFC 5322, 2045 to 2049): plain text and HTML, both whole, and nothing that a reader's program
// would fetch. No header can bring another one along, and no body can end the mail: what is not ASCII or could be read
// as structure is encoded, and all lines end in CR LF.
#pragma once
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "net/dkim.h"
#include "net/mail_address.h"

namespace alting::net {

struct Mail {
  std::string from_name;  // shown; "" when there is none
  std::string from;       // addresses without angle brackets, in every field
  std::string to;
  std::string subject;
  std::string plain;
  std::string html;         // "": the mail is plain text alone
  std::string language;     // "nb", "nn", "en": Content-Language
  std::string message_id;   // "notice.<id>@domain", without angle brackets; the same for each try of the same mail
  std::string return_path;  // where bounces go: net/bounce.h, return_path()
  std::string envelope_id;  // ENVID of RFC 3461, letters, digits, '.' and '-'; "" when there is none
  base::Instant date;
};

inline constexpr std::size_t max_mail_text = 256 * 1024;  // octets, of `plain` and of `html`

// The mail whole, from its first header to its last line, CR LF throughout, no line over 998 octets (78 where words
// allow). Signed when there is a signer. Errors: `invalid` (error.mail.header: CR, LF, NUL or another control character in
// what stands in a header; error.mail.address, error.mail.local_part; error.mail.text: a text is not UTF-8, has a NUL or is
// longer than max_mail_text).
[[nodiscard]] base::Result<std::string> compose(const Mail& mail, const DkimSigner* signer);

}  // namespace alting::net
