#include "net/mail_settings.h"

#include "net/mail_options.h"

namespace alting::net {

std::vector<base::Setting> mail_settings(MailOptions& into) {
  return {
      base::text("mail.relay", into.relay,
                 "the mail server that takes what is sent: `smtp://host:587` (STARTTLS is demanded) or "
                 "`smtps://host:465`; without one no mail is sent"),
      base::text("mail.user", into.user, "login at the relay; none: it knows this machine otherwise"),
      base::path("mail.password_file", into.password_file, "a file whose first line is the password of `mail.user`"),
      base::path("mail.ca_file", into.ca_file,
                 "whose certificates count for the relay and for `mail.bounces`, PEM; none: the system's"),
      base::text("mail.from", into.from, "the address that mail comes from"),
      base::text("mail.from_name", into.from_name, "the name shown with it"),
      base::text("mail.return_domain", into.return_domain, "bounces go to `bounce+...@` this domain")
          .fallback_in_words("that of `mail.from`"),
      base::text("mail.dkim_domain", into.dkim_domain, "the domain that signs")
          .fallback_in_words("that of `mail.from`"),
      base::list(
          "mail.dkim_keys", into.dkim_keys,
          "what mail is signed with, a signature each: `selector=/path/of/key.pem`, RSA of 2048 bits at least or "
          "Ed25519; `alting doctor` prints what DNS must say"),
      base::text(
          "mail.bounces", into.bounces,
          "the mailbox that bounces come to and that nothing else reads: `imaps://host/INBOX`; without one they are "
          "not read"),
      base::text("mail.bounces_user", into.bounces_user, "login at it"),
      base::path("mail.bounces_password_file", into.bounces_password_file, "a file whose first line is its password"),
      base::whole("mail.at_once", into.at_once, {1, 16},
                  "connections to the relay at once, of the 16 lanes that notices wait in"),
      base::whole_number(
          "mail.timeout_seconds", into.timeout.micros / 1'000'000,
          [&into](std::int64_t seconds) { into.timeout = base::Duration::seconds(seconds); }, {1, 600},
          "how long the relay and the mailbox may take for each answer")};
}

base::Status check_mail_settings(const MailOptions& options) { return check_mail_options(options); }

}  // namespace alting::net
