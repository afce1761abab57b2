// Mail out, to one relay: the operator's own server, which speaks to the world (MTA-STS, DANE and queues are its own). TLS and a
// certificate that fits are demanded, by STARTTLS or from the first octet; without them nothing is said (RFC 3207, 8314).
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/mail.h"

namespace alting::net {

enum class MailOutcome : std::uint8_t {
  accepted,  // the relay answers for it now
  refused,   // 5xx: final for this address
  later,     // 4xx, no connection, TLS: nothing went, try again
  unsure,    // the connection was lost after the last dot: it may have gone
};

struct MailAnswer {
  MailOutcome outcome = MailOutcome::later;
  std::string code;   // "5.1.1" where the relay says it (RFC 3463), else "550"; "" when it said nothing
  std::string words;  // the carrier's, or ours when it said nothing; no mail address, at most 200 octets of ASCII
};

class MailRelay {
 public:
  virtual ~MailRelay() = default;
  // Blocks until the relay answered or the time is up. May be called by several threads at once.
  [[nodiscard]] virtual MailAnswer send(const Mail& mail) = 0;
};

struct MailOptions {
  std::string relay;  // "smtp://host:587" (STARTTLS), "smtps://host:465"; "": no mail is sent
  std::string user;   // "": no AUTH
  std::filesystem::path password_file;
  std::filesystem::path ca_file;  // "": the system's certificates
  std::string from;               // address
  std::string from_name;
  std::string return_domain;           // bounces go to bounce+<token>@ this domain; "": that of `from`
  std::string dkim_domain;             // "": that of `from`
  std::vector<std::string> dkim_keys;  // "selector=/path/of/key.pem"; none: the relay signs, or nobody
  std::string bounces;                 // "imaps://host/INBOX"; "": none are read
  std::string bounces_user;
  std::filesystem::path bounces_password_file;
  int at_once = 8;                                       // connections to the relay
  base::Duration timeout = base::Duration::seconds(60);  // of one step: connecting, each answer
  // Code alone sets this, for tests and the bench: no TLS, to an address of this machine and no other.
  bool plain_to_loopback = false;
};

// What `from` and `return_domain` come to: the domain of bounces.
[[nodiscard]] std::string return_domain(const MailOptions& options);

// The signer of the options; null when there are no keys. Errors: `invalid` (error.settings).
[[nodiscard]] base::Result<std::unique_ptr<DkimSigner>> make_signer(const MailOptions& options);

// Keeps up to `at_once` connections; one more call waits for one of them. Errors: `invalid` (error.settings), with
// what is wrong in the detail.
[[nodiscard]] base::Result<std::unique_ptr<MailRelay>> make_smtp_relay(MailOptions options);

// Whether the relay can be spoken to: connection, TLS, login, and nothing sent. Errors: as above, and `unavailable` with the
// reason in the detail.
[[nodiscard]] base::Status try_relay(const MailOptions& options);

// One line of another server, fit to be kept and shown: printable ASCII, at most 200 octets, without mail addresses, be they
// anybody's, and without the local part of `recipient`.
[[nodiscard]] std::string carriers_words(std::string_view said, std::string_view recipient);

}  // namespace alting::net
