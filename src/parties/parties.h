// Persons and organisations: who they are, by which numbers, with which roles in the registers.
//
// Numbers are checked by national_id.h and organisation_number.h. Register content is imported as generations
// (import.h); a role fact is "person or organisation X has role R in organisation Y, says register Z in generation G".
// Nothing here grants a right: `access` does. A protected address is never stored (folkeregisterloven § 10-1; unknown
// grading counts as strictest).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"
#include "terms/ids.h"
#include "terms/mode.h"
#include "terms/permit.h"
#include "terms/secret.h"

namespace alting::parties {

enum class PartyKind : std::uint8_t { person, organisation, sub_unit };

struct Address {
  std::vector<std::string> lines;
  std::string postal_code, postal_place, municipality, country;
};

struct Party {
  terms::PartyId id;
  terms::PartyUuid uuid;
  PartyKind kind = PartyKind::person;
  std::string name;
  std::string organisation_number;       // "" for persons
  std::string organisation_form;         // "AS", "ENK", ...
  std::optional<terms::PartyId> parent;  // main unit of a sub-unit
  bool deleted = false;                  // struck off the register
  bool bankrupt = false;
  bool dissolving = false;  // a court dissolves it, or winds it up, by the rules of bankruptcy
  [[nodiscard]] bool has_estate() const { return bankrupt || dissolving; }
};

struct Organisation {  // the register's content, for prefill and profile
  Party party;
  std::optional<Address> business_address, postal_address;
  std::string industry_code, industry_text;  // næringskode 1
  std::string sector_code, sector_text;      // institusjonell sektorkode
  std::string email, phone, mobile, website;
  std::optional<std::int64_t> employees;
  std::string registered_on;  // YYYY-MM-DD
  std::string source;         // "enhetsregisteret:<generation>"
};

struct Person {
  Party party;
  std::int64_t user_id = 0;
  std::string first_name, middle_name, last_name;
  std::string birth_date;          // from the register, never from the number
  std::optional<Address> address;  // never present when protected
  bool dead = false;
  std::string source;  // "folkeregisteret:local"
};

// KRR (eForvaltningsforskriften § 32): what may be used for notification now.
struct ContactPoint {
  std::string email, mobile;  // "" when there is none, or it is stale (18 months) for notification
  bool reserved = false;
  std::string language;                            // nb, nn, en, se or ""
  std::string source;                              // "krr"
  bool email_stale = false, mobile_stale = false;  // there is one, not confirmed in 18 months
};

// A role fact with identity. `holder` may be a person or an organisation (accountant, auditor, business manager).
struct RoleFact {
  terms::PartyId holder;
  terms::PartyId in;
  std::string role;    // code of the register: DAGL, LEDE, INNH, ... ; PRIV is not stored
  std::string source;  // "enhetsregisteret:<generation>"
};

class Parties {
 public:
  virtual ~Parties() = default;
  [[nodiscard]] virtual std::optional<Party> find(terms::PartyId id) = 0;
  [[nodiscard]] virtual std::optional<Party> find(const terms::PartyUuid& uuid) = 0;
  [[nodiscard]] virtual std::vector<Party> find_many(const std::vector<terms::PartyId>& ids) = 0;
  // By a number that read_organisation_number() has taken. What Enhetsregisteret says of names and roles is public.
  [[nodiscard]] virtual std::optional<Party> find_organisation(std::string_view) { return std::nullopt; }
  // Whole register content of a party one may represent; the permit says who asks.
  [[nodiscard]] virtual std::optional<Organisation> organisation(const terms::Permit& permit) = 0;
  [[nodiscard]] virtual std::optional<Person> self(const terms::Actor& actor) = 0;
  // Of the party a permit is for, when it is a person: for what its owner may disclose of itself.
  [[nodiscard]] virtual std::optional<terms::NationalIdText> identity_number(const terms::Permit&) {
    return std::nullopt;
  }
  // For login: the person with this number, made if the local Folkeregisteret knows it; forbidden numbers of the mode
  // are refused.
  [[nodiscard]] virtual base::Result<Person> sign_in(const terms::NationalIdText& national_id) = 0;
  // For delegation: number and last name must both match; the answer to a wrong pair does not tell which was wrong.
  // At most 10 wrong tries an hour for an actor; each try, a right one too, spends an entry of the actor's hour
  // (store/quota.h): it asks Folkeregisteret, and may store a person.
  [[nodiscard]] virtual base::Result<Party> look_up_person(const terms::Actor& by,
                                                           const terms::NationalIdText& national_id,
                                                           std::string_view last_name) = 0;
  // For an agency that writes to someone: the person with this number, made if Folkeregisteret knows it; nothing is
  // limited, since the permit (agency_send) says that it is the agency's task. `not_found` for an unknown number and for
  // another permit, `forbidden` (error.person.dead) for who is dead.
  [[nodiscard]] virtual base::Result<Party> find_person(const terms::Permit&, const terms::NationalIdText&) {
    return base::make_error(base::ErrorKind::not_found, "error.party.not_found");
  }
  [[nodiscard]] virtual ContactPoint contact(const terms::Actor& actor) = 0;
  [[nodiscard]] virtual std::vector<RoleFact> roles_in(terms::PartyId organisation) = 0;
  // What the registers say that this person is: each role, also those that give no access. In no order.
  [[nodiscard]] virtual std::vector<RoleFact> own_roles(const terms::Actor&) { return {}; }

  // Whom one represents: favourites and the recent ones, per user. note_represented() waits for nothing: it is stored a
  // moment later.
  virtual void set_favourite(const terms::Permit& permit, bool favourite) = 0;
  virtual void note_represented(const terms::Permit& permit) = 0;
  [[nodiscard]] virtual std::vector<terms::PartyId> favourites(const terms::Actor& actor) = 0;
  [[nodiscard]] virtual std::vector<terms::PartyId> recent(const terms::Actor& actor, int limit) = 0;
};

}  // namespace alting::parties
