// Kontakt- og reservasjonsregisteret, as `parties` needs it: POST /rest/v2/personer for one number, at the moment of
// use.
//
// An address that has been neither updated nor verified in the last 18 months must not be used to notify about
// decisions (eForvaltningsforskriften §§ 8 and 32); e-mail and mobile are judged each for itself, and exactly 18 months
// is still fresh. Someone who has reserved themself is not notified electronically.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "parties/parties.h"
#include "terms/secret.h"

namespace alting::parties {

class NumberVault;

struct KrrAddress {
  std::string value;  // "" when there is none
  std::optional<base::Instant> updated_at, verified_at;
};
struct KrrPerson {
  std::string status;  // AKTIV, SLETTET, IKKE_REGISTRERT
  bool reserved = false;
  KrrAddress email, mobile;
  std::string language;  // nb, nn, en, se or ""
};

class Krr {
 public:
  virtual ~Krr() = default;
  // Somebody the register does not know is an answer: status IKKE_REGISTRERT. `unavailable` when it does not answer.
  [[nodiscard]] virtual base::Result<KrrPerson> look_up(const terms::NationalIdText& number) = 0;
};

// What may be used for notification at `now`.
[[nodiscard]] ContactPoint usable_contact(const KrrPerson& person, base::Instant now);
// Whether an address may be used for notification: 18 calendar months (UTC).
[[nodiscard]] bool is_fresh(const KrrAddress& address, base::Instant now);

[[nodiscard]] std::unique_ptr<Krr> make_local_krr(store::Database& database, const NumberVault& vault);

}  // namespace alting::parties
