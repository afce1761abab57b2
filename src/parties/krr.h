// Kontakt- og reservasjonsregisteret, as `parties` needs it: POST /rest/v2/personer at the moment of use, for one number
// or many, and POST /rest/v2/krr/hentEndringer to hear what changed.
//
// An address that has been neither updated nor verified in the last 18 months must not be used to notify about
// decisions (eForvaltningsforskriften §§ 8 and 32); e-mail and mobile are judged each for itself, and exactly 18 months
// is still fresh. Someone who has reserved themself is not notified electronically.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "parties/parties.h"
#include "terms/secret.h"

namespace alting::parties {

class NumberVault;

struct KrrAddress {
  std::string value;  // "" when there is none
  std::optional<base::Instant> updated_at, verified_at;
  bool shared = false;  // several people have registered it
  [[nodiscard]] std::optional<base::Instant> confirmed_at() const { return std::max(updated_at, verified_at); }
};
struct KrrPerson {
  std::string status;  // AKTIV, SLETTET, IKKE_REGISTRERT; "": the register said nothing of them
  bool reserved = false;
  bool may_be_told = true;  // what the register itself says of it, whatever its dates give
  KrrAddress email, mobile;
  std::string language;  // nb, nn, en, se or ""
};

struct KrrChange {
  terms::NationalIdText number;
  KrrPerson person;
};
struct KrrChanges {
  std::vector<KrrChange> rows;
  std::int64_t up_to = 0;  // where to ask from next
  std::int64_t last = 0;   // the newest there is
  bool more = false;
};

inline constexpr std::size_t krr_batch = 1'000;  // numbers in one call

class Krr {
 public:
  virtual ~Krr() = default;
  // One answer for each, in their order. Somebody the register does not know is an answer: status IKKE_REGISTRERT.
  // `unavailable` (error.contacts.no_answer) when it does not answer, or says what is no answer.
  [[nodiscard]] virtual base::Result<std::vector<KrrPerson>> look_up_many(
      const std::vector<terms::NationalIdText>& numbers) = 0;
  [[nodiscard]] base::Result<KrrPerson> look_up(const terms::NationalIdText& number);
  // What changed after `from`; 0: from the beginning.
  [[nodiscard]] virtual base::Result<KrrChanges> changes_since(std::int64_t from) = 0;
};

// What may be used for notification at `now`.
[[nodiscard]] ContactPoint usable_contact(const KrrPerson& person, base::Instant now);
// Whether an address may be used for notification: 18 calendar months (UTC).
[[nodiscard]] bool is_fresh(const KrrAddress& address, base::Instant now);

[[nodiscard]] std::unique_ptr<Krr> make_local_krr(store::Database& database, const NumberVault& vault);

}  // namespace alting::parties
