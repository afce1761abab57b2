// The rows of parties, inside one transaction: shared by login, register imports and the test population.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "parties/folkeregisteret.h"
#include "parties/number_vault.h"
#include "parties/parties.h"

namespace alting::parties {

// The next number of a counter: "party", "user", "generation", "switch".
[[nodiscard]] std::int64_t next_number(store::Tx& tx, std::string_view counter);

struct PartyKey {
  terms::PartyId id;
  terms::PartyUuid uuid;
};
[[nodiscard]] std::optional<PartyKey> find_by_identifier(store::Tx& tx, std::string_view kind, std::string_view number);

// `name` and `sort_name` were computed outside the transaction (a transaction parses and collates nothing).
struct PartyName {
  std::string name, sort_name;
};
[[nodiscard]] PartyName make_party_name(std::string_view name);  // trimmed, one line, at most 400 code points

[[nodiscard]] PartyKey insert_party(store::Tx& tx, base::Uuid uuid, PartyKind kind, const PartyName& name,
                                    base::Instant at);
// A party for an organisation number, made when there is none. `made` says which.
struct OrganisationParty {
  PartyKey key;
  bool made = false;
};
[[nodiscard]] OrganisationParty party_of_organisation(store::Tx& tx, std::string_view number, PartyKind kind,
                                                      const PartyName& name, base::Uuid uuid_if_new, base::Instant at);

// A person's number became another: the party stays, the old number's row ends and the new one's begins that day, and
// either finds the party. Where two parties have the numbers already, nothing is changed: what each has done cannot be
// joined by a row.
struct StoredChange {
  StoredNumber was, became;
  base::Instant from;
};
enum class NumberChanged : std::uint8_t { joined, known_already, nobody, two_parties };
[[nodiscard]] StoredChange store_form(const NumberVault& vault, const NumberChange& change, base::Random& random);
NumberChanged change_number(store::Tx& tx, const StoredChange& change);

// The person's party, made or brought up to date from the register's answer.
[[nodiscard]] PartyKey upsert_person(store::Tx& tx, const StoredNumber& number, const FolkeregisterPerson& person,
                                     const PartyName& name, base::Uuid uuid_if_new, base::Instant at);
[[nodiscard]] std::int64_t user_of(store::Tx& tx, terms::PartyId party, base::Instant at);  // made when there is none

// An organisation's row in a generation.
struct OrganisationRow {
  std::string number, form, parent_number;
  PartyName name;
  PartyKind kind = PartyKind::organisation;
  bool deleted = false, bankrupt = false, dissolving = false;
  std::string content;  // JSON: see organisation_content.h
};
void insert_organisation(store::Tx& tx, std::int64_t generation, terms::PartyId party, const OrganisationRow& row);
void insert_role_fact(store::Tx& tx, std::int64_t generation, terms::PartyId organisation, std::string_view role,
                      terms::PartyId holder);

// Generations.
[[nodiscard]] std::int64_t begin_generation(store::Tx& tx, std::string_view register_name, std::string_view source_name,
                                            std::string_view fingerprint, base::Instant at);
void switch_on(store::Tx& tx, std::string_view register_name, std::int64_t generation, base::Instant at);

}  // namespace alting::parties
