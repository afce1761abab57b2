// Enterprise certificates that an organisation logs in with, and what they may do for it.
//
// A certificate holds the role of the setting access.certificate_role (UTINN) in the organisation it is issued to, and
// in its sub-units, from its first login; never anything else, and never what manages access. Who has the
// organisation's access management ends a certificate, which is final, or narrows what all of them may do: both hold
// from the next decision on, and a write decides again inside its transaction.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"
#include "terms/permit.h"

namespace alting::access {

// As login has checked it.
struct SeenCertificate {
  std::string serial, issuer_name;
  std::string fingerprint;  // SHA-256 of the certificate, in hexadecimal: which one it is
  base::Instant not_after;
};

struct ListedCertificate {
  std::string id;
  std::string serial, issuer_name;
  base::Instant not_after, first_used, last_used;
  std::optional<base::Instant> ended_at;
};

// What one-time ids of this file are used for (store::was_done).
inline constexpr std::string_view certificate_ended = "certificate.end", certificate_narrowed = "certificate.rights";

// What Actor::credential says of a certificate; "" when it says none.
inline constexpr std::string_view certificate_credential = "certificate:";
[[nodiscard]] std::string_view certificate_of(const terms::Actor& actor);

// As the transaction sees it: known, not ended, and not past its last moment. For the check of a session.
[[nodiscard]] bool is_in_force(store::Tx& tx, std::string_view id, base::Instant now);

class Certificates {
 public:
  virtual ~Certificates() = default;

  // A login with a certificate that was checked: notes that it was used, and says in the log when it is the first time.
  // Answers its id. `forbidden` (error.certificate.ended) when it was ended, `conflict` (error.certificate.too_many)
  // when the organisation has had as many as may be remembered. To be called before the session is made.
  [[nodiscard]] virtual base::Result<std::string> note_login(terms::PartyId organisation, const SeenCertificate& seen,
                                                             base::Instant at) = 0;
  // Whether the one with this fingerprint was ended here, wherever else it is shown.
  [[nodiscard]] virtual bool was_ended(std::string_view fingerprint) = 0;
  // From memory, which follows the rows: of what another process ended within a second (is_in_force() asks the rows).
  [[nodiscard]] virtual bool in_force(std::string_view id) = 0;

  // `permit`: Action::read_delegations or Action::delegate of the organisation. The last used first.
  [[nodiscard]] virtual std::vector<ListedCertificate> list(const terms::Permit& permit) = 0;
  // `permit`: Action::delegate. It is not taken again, and what it is doing now is refused. `not_found`
  // (error.certificate.unknown_here) for another organisation's, and for one that was ended.
  [[nodiscard]] virtual base::Status end(const terms::Permit& permit, std::string_view id, base::Instant at,
                                         std::string_view post_id) = 0;

  // What all the organisation's certificates may do.
  struct Rights {
    bool fills_and_sends = true;
    bool sub_units = true;  // the same in the sub-units; nothing without the first
    bool operator==(const Rights&) const = default;
  };
  [[nodiscard]] virtual Rights rights(const terms::Permit& permit) = 0;
  // `permit`: Action::delegate.
  [[nodiscard]] virtual base::Status set_rights(const terms::Permit& permit, Rights rights, base::Instant at,
                                                std::string_view post_id) = 0;
  // The code of the role that the operator lets certificates hold ("UTINN"), or "" for none.
  [[nodiscard]] virtual std::string_view role() const = 0;
};

}  // namespace alting::access
