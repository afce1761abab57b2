// The mailbox that bounces come to, read over IMAP (RFC 9051) with TLS and a certificate that fits. This program alone
// reads it: what was understood or is of no use is removed.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/mail_relay.h"

namespace alting::net {

struct FetchedMail {
  std::uint32_t uid = 0;
  std::string text;  // its beginning, at most max_fetched_mail octets
};
inline constexpr std::size_t max_fetched_mail = 256 * 1024;

class Mailbox {
 public:
  virtual ~Mailbox() = default;
  // The oldest first. Errors: `unavailable` (error.mail.mailbox): no connection, TLS, login, no answer in time.
  [[nodiscard]] virtual base::Result<std::vector<FetchedMail>> fetch(int at_most) = 0;
  // Of no effect on what is gone already.
  [[nodiscard]] virtual base::Status remove(const std::vector<std::uint32_t>& uids) = 0;
};

// Null when `options.bounces` is "". Errors: `invalid` (error.settings).
[[nodiscard]] base::Result<std::unique_ptr<Mailbox>> make_mailbox(const MailOptions& options);

}  // namespace alting::net
