// The mail of a demo as it left: in test mode without a relay nothing goes to anybody, and each mail is kept instead, to
// be looked at. In production there is none of it.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "net/mail_relay.h"
#include "store/database.h"

namespace alting::notify {

struct MailCopy {
  std::string id;
  base::Instant at;
  std::string to, subject;
  std::string language;
  std::string headers;      // as they left, CR LF
  std::string plain, html;  // before they were encoded
  std::string text;         // the whole mail as it left; find() alone
};
struct MailCopyPage {
  std::vector<MailCopy> rows;  // newest first, without headers, bodies and text
  std::string next;
};

class MailCopies {
 public:
  explicit MailCopies(store::Database& database) : database_(database) {}
  [[nodiscard]] MailCopyPage list(std::string_view after = {}, int limit = 50);
  [[nodiscard]] std::optional<MailCopy> find(std::string_view id);

 private:
  store::Database& database_;
};

// Keeps what it is given, signed like any other mail when there is a signer. All must outlive it.
[[nodiscard]] std::unique_ptr<net::MailRelay> make_copying_relay(store::Database& database, base::Random& random,
                                                                 const base::Clock& clock,
                                                                 std::unique_ptr<net::DkimSigner> signer);

}  // namespace alting::notify
