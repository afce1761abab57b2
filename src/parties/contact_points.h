// Where people and organisations are reached. Nothing that a register says is kept here: it is asked for at the moment of
// use, and each look-up of a person is a row that they can see.
//
// A person's addresses are the contact and reservation register's (krr.h; eForvaltningsforskriften §§ 8, 29, 32). An
// organisation's official ones are Enhetsregisteret's (organisation_register.h; enhetsregisterforskriften § 8 a), and it
// may add its own here, each verified by a code: shared ones by who manages its access, personal ones by each who acts
// for it or, of an agency, is of its staff, which count only while that person may read (whoever sends asks that just
// before).
//
// An address that bounced for good is remembered as a keyed hash, until it is confirmed or replaced.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger.h"
#include "parties/contact_words.h"
#include "parties/krr.h"
#include "parties/organisation_register.h"
#include "parties/registry.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/quota.h"
#include "terms/permit.h"

namespace alting::parties {

// What an address is asked for.
enum class ContactPurpose : std::uint8_t {
  notice,   // of a decision or a message (§ 8): what was not confirmed in 18 months is left out
  preview,  // whether somebody can be reached; the answer is for nobody else to see
  own,      // the person looks at their own, whole; no row is made of it
};
[[nodiscard]] std::string_view to_text(ContactPurpose purpose);

struct ContactUse {
  ContactPurpose purpose = ContactPurpose::notice;
  std::string on_behalf_of;              // code of the agency, "dat"; "": the portal's own
  std::string cause;                     // "message:<id>", seen by the person; never a name
  bool ignore_reservation = false;       // with a reason that whoever asks has logged
  std::vector<std::string> causes = {};  // of_persons(): one for each person, in place of `cause`
};

struct PersonContact {
  terms::PartyId person;
  std::string email, mobile;  // what may be used for this purpose; "" when nothing may
  bool reserved = false;
  bool email_stale = false, mobile_stale = false;    // there is one, not confirmed in 18 months
  bool email_shared = false, mobile_shared = false;  // several people have registered it: nothing sensitive goes there
  std::optional<base::Instant> email_confirmed, mobile_confirmed;  // updated or verified last
  std::string language;                                            // nb, nn, en, se or ""
  std::string source = "krr";
  bool answered = true;  // false: they were asked for, and the answer says nothing of them: to be asked for again
  bool known = false;    // the register has the person, in use
  bool noted = false;    // that they were looked up is a row that they see
};

struct OrganisationContact {
  terms::PartyId organisation;  // whose addresses they are: the main unit's for a sub-unit without its own
  std::vector<std::string> emails, mobiles;
  std::string source = "enhetsregisteret";
  base::Instant read_at;
};

struct OwnAddress {
  std::string id;
  std::string kind;  // "email", "mobile"
  std::string value;
  terms::PartyId organisation;
  std::int64_t user_id = 0;            // who added it
  terms::PartyId person;               // the same, as a party
  bool for_person = false;             // personal: counts only while that person may read
  std::vector<terms::AppId> services;  // empty: all
  std::optional<base::Instant> verified_at;
  base::Instant added_at;
  bool mine = false;       // list_own(): added by who asks
  bool code_open = false;  // list_own(): who asks can prove it by a code that was sent to it
};

struct NewOwnAddress {
  std::string kind;   // "email", "mobile"
  std::string value;  // as typed; a mobile number becomes "+4791234567"
  bool for_person = true;
  std::vector<terms::AppId> services;
  base::Language language = base::Language::nb;  // of the code's message
};

// For who sends the code: what it says, and where to.
struct CodeToSend {
  std::string kind, value;
  terms::PartyId organisation, person;
  std::string organisation_name;
  std::string code;  // six digits
  base::Language language = base::Language::nb;
};

struct BouncedAddress {
  terms::PartyId whose;
  std::string masked;  // "k***@d***.no"
  std::string source;  // "krr", "enhetsregisteret", "own"
  std::string status;  // "5.1.1"
  base::Instant at;
};

struct ContactLookUp {
  std::string id;
  base::Instant at;
  std::string purpose;       // to_text(ContactPurpose)
  std::string on_behalf_of;  // code of the agency, or "" for the portal
  std::string cause;
};
struct ContactLookUps {
  std::vector<ContactLookUp> rows;  // newest first
  std::string next;                 // for `after`; "" when there are no more
};

// The word before the blank in what a one-time id is used for (store::was_done).
inline constexpr std::string_view address_added = "contact.add", address_verified = "contact.verify",
                                  address_services_set = "contact.services", address_removed = "contact.remove",
                                  address_code_asked = "contact.code";

inline constexpr std::size_t max_contacts_at_once = 1'000;  // of_persons()
inline constexpr std::size_t max_own_addresses = 20;        // of one person, or shared ones, in one organisation
inline constexpr int max_code_tries = 5, max_open_codes = 5;
inline constexpr base::Duration code_lives = base::Duration::minutes(10);

class ContactPoints {
 public:
  virtual ~ContactPoints() = default;
  // Asks the register now. One answer for each, in their order; somebody it does not know, or whose number we do not
  // have, has no address. `unavailable` (error.contacts.no_answer) when it does not answer: then nobody was looked up.
  [[nodiscard]] virtual base::Result<std::vector<PersonContact>> of_persons(const std::vector<terms::PartyId>& persons,
                                                                            const ContactUse& use) = 0;
  [[nodiscard]] virtual base::Result<OrganisationContact> of_organisation(terms::PartyId organisation,
                                                                          const ContactUse& use) = 0;
  // Of the organisation and of its main unit when it is a sub-unit; verified only, for all services or this one.
  [[nodiscard]] virtual std::vector<OwnAddress> own_for_sending(terms::PartyId organisation,
                                                                const terms::AppId& service) = 0;

  // All verified ones that the organisation itself has added, for whatever services.
  [[nodiscard]] virtual std::vector<OwnAddress> own_verified(terms::PartyId organisation) = 0;
  // The organisations that have such an e-mail address, in the order of their ids, behind `after` ({}: from the first).
  [[nodiscard]] virtual std::vector<terms::PartyId> with_own_email(terms::PartyId after, int limit) = 0;

  // That an address does not work: permanently, says the mail that came back.
  virtual void mark_bounced(terms::PartyId whose, std::string_view address, std::string_view source,
                            std::string_view status, base::Instant at) = 0;
  // False again once the register says that it was confirmed after that (`confirmed`), or it was verified anew.
  [[nodiscard]] virtual bool is_bounced(terms::PartyId whose, std::string_view address,
                                        std::optional<base::Instant> confirmed = {}) = 0;
  // Of the organisation that the permit is for (any action on the party itself); or the actor's own, with what they
  // added in organisations.
  [[nodiscard]] virtual std::vector<BouncedAddress> bounced(const terms::Permit& permit) = 0;
  [[nodiscard]] virtual std::vector<BouncedAddress> bounced(const terms::Actor& actor) = 0;
  // Keyed hash of an address (64 hex digits), the same whoever has it: for rows that must find it again and not say it.
  [[nodiscard]] virtual std::string address_hash(std::string_view address) const = 0;

  // An organisation's own addresses. `represent` on the party, or `agency_follow` (Decider::decide_agency: the agency's
  // own organisation, for its staff), for one's personal ones; `delegate` for the shared ones, and to see and remove all. error.contacts.permit, .organisation, .address, .services, .too_many.
  [[nodiscard]] virtual base::Result<std::vector<OwnAddress>> list_own(const terms::Permit& permit) = 0;
  // Also emits parties::address_code. Answers the id.
  [[nodiscard]] virtual base::Result<std::string> add_own(const terms::Permit& permit, const NewOwnAddress& address,
                                                          base::Instant at, std::string_view post_id) = 0;
  // A new code, for an address that is not verified. error.contacts.too_many_codes.
  [[nodiscard]] virtual base::Status ask_code(const terms::Permit& permit, std::string_view id, base::Language language,
                                              base::Instant at, std::string_view post_id) = 0;
  // By who added it. error.contacts.code_wrong ({left}), .code_ended when there is no open code any more, .code_empty,
  // which costs no try.
  [[nodiscard]] virtual base::Status verify(const terms::Permit& permit, std::string_view id, std::string_view code,
                                            base::Instant at, std::string_view post_id) = 0;
  [[nodiscard]] virtual base::Status set_services(const terms::Permit& permit, std::string_view id,
                                                  const std::vector<terms::AppId>& services, base::Instant at,
                                                  std::string_view post_id) = 0;
  [[nodiscard]] virtual base::Status remove(const terms::Permit& permit, std::string_view id, base::Instant at,
                                            std::string_view post_id) = 0;
  // For the subscriber of parties::address_code, by the id in its payload. The same code each time it is asked; nothing
  // when it is over.
  [[nodiscard]] virtual std::optional<CodeToSend> code_to_send(std::string_view code_id) = 0;

  // Who looked up one's own contact data, and why; 90 days.
  [[nodiscard]] virtual ContactLookUps look_ups(const terms::Actor& actor, std::string_view after = {},
                                                int limit = 50) = 0;

  // Jobs. What the register's feed says of persons whose address bounced: a new or confirmed one takes the mark away.
  // Both answer how many they treated.
  virtual std::int64_t follow_changes() = 0;
  virtual std::int64_t forget_unverified(const store::HoldsNow& holds) = 0;
};

struct ContactPointsParts {
  store::Database& database;
  const base::Clock& clock;
  base::Random& random;
  const NumberVault& numbers;
  Registry& registry;
  Krr& krr;
  OrganisationRegister& organisations;
  ledger::Ledger& ledger;
  // Decides again inside the writing transaction (access::Decider::recheck).
  std::function<base::Status(store::Tx&, const terms::Permit&)> recheck;
  store::Quotas quotas = {};
};
// What `parts` refers to must outlive it.
[[nodiscard]] std::unique_ptr<ContactPoints> make_contact_points(ContactPointsParts parts);

}  // namespace alting::parties
