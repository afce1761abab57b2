// Folkeregisteret, as `parties` needs it: one look-up of one person, when there is a use for it (folkeregisterloven §
// 10-1).
//
// The shape follows GET {rights package}/api/v1/personer/{number}: of every element the version that is current. A
// grading that is not known counts as the strictest, and an address with any grading is not handed on at all.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "parties/parties.h"
#include "terms/secret.h"

namespace alting::parties {

class NumberVault;

// Why it is looked up; written beside the call, as the register's own log wants it.
enum class FolkeregisterUse : std::uint8_t { login, delegation, message, role_import };

// A number that became another, as the register's list of a person's numbers says (identifikasjonsnummer: opphoert and
// iBruk): a D-number becomes a fødselsnummer, and seldom a fødselsnummer another one (folkeregisterforskriften kap. 2).
struct NumberChange {
  terms::NationalIdText was, became;
  base::Instant from;  // the day's beginning in Oslo
};

struct FolkeregisterPerson {
  std::string first_name, middle_name, last_name;
  std::string birth_date;             // YYYY-MM-DD, "" when the register has only the year
  std::string status;                 // bosatt, utflyttet, doed, opphoert, midlertidig, inaktiv, ...
  bool is_protected = false;          // fortrolig, strengtFortrolig, klientadresse or anything unknown
  std::optional<Address> address;     // never present when protected
  std::vector<NumberChange> changes;  // all that the register knows of this person's numbers, in their order
  std::string source;                 // "folkeregisteret:local"
  [[nodiscard]] bool dead() const { return status == "doed"; }
  [[nodiscard]] std::string full_name() const;
};

// Only "ugradert" means no protection; everything else protects, an empty or unknown word too.
[[nodiscard]] bool is_open_grading(std::string_view grading);

class Folkeregisteret {
 public:
  virtual ~Folkeregisteret() = default;
  // A number that became another finds the person as well. `not_found` when the register does not know the number or
  // the person has ceased; `unavailable` when the register does not
  // answer.
  [[nodiscard]] virtual base::Result<FolkeregisterPerson> look_up(const terms::NationalIdText& number,
                                                                  FolkeregisterUse use) = 0;
};

// The local registers learn that a number became another, when they know the person: the rows move to the new number.
struct StoredChange;
void note_local_number_change(store::Tx& tx, const StoredChange& change);

// The local register behind the demo: rows of `local_folkeregister`, filled from the test population.
[[nodiscard]] std::unique_ptr<Folkeregisteret> make_local_folkeregisteret(store::Database& database,
                                                                          const NumberVault& vault);

}  // namespace alting::parties
