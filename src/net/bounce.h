// What other servers say of mail that we sent: reports of delivery (RFC 3464), which name the mail by the address they are sent
// to (VERP): bounce+<id>.<mac>@domain. The id is of an attempt and says nothing of a person; the mac keeps others from
// inventing reports. Nothing here is ever answered, and what is no report (automatic answers, complaints) is none.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace alting::net {

enum class BounceAction : std::uint8_t { failed, delayed, delivered, relayed };

struct Bounce {
  std::string token;  // "<id>.<mac>", not yet checked: attempt_of()
  BounceAction action = BounceAction::delayed;
  std::string status;      // "5.1.1"
  bool permanent = false;  // failed, and the address will not work tomorrow either (a full mailbox may)
  std::string words;       // the carrier's, fit to be kept (mail_relay.h, carriers_words)
};

// Of the codes of RFC 3463 those by which the address itself is wrong, moved or closed, and not its sender (5.1.7, 5.1.8)
// or the mail (5.7.1).
[[nodiscard]] bool says_address_is_bad(std::string_view status);

// Nothing for what is no report, has no token of ours, or cannot be understood.
[[nodiscard]] std::optional<Bounce> read_bounce(std::string_view mail);

// `attempt`: at most 36 lower case letters, digits and '-'. Throws std::invalid_argument for another.
[[nodiscard]] std::string return_path(std::string_view secret, std::string_view attempt, std::string_view domain);
// The attempt that a token names; nothing when we did not make it.
[[nodiscard]] std::optional<std::string> attempt_of(std::string_view secret, std::string_view token);

}  // namespace alting::net
