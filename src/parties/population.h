// The test population: some three hundred invented persons and some hundred and twenty invented businesses, for the
// demo and tests.
//
// It is the same for the same seed. Everybody carries a synthetic national identity number (month + 80) and a name made
// of an adjective and a noun, as in the national test population; the businesses carry synthetic organisation numbers.
// There is every organisation form and every kind of role of Enhetsregisteret, protected addresses, dead persons,
// D-numbers, minors, bankrupt and deleted businesses, accountants and auditors with clients, a municipality, very long
// names, and an agency with case workers. Of contact data there is all that happens: fresh, not confirmed for long, shared,
// reserved, none; businesses with one address for official notices, two, none, and one that waits for the register.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "parties/registry.h"

namespace alting::parties {

struct PopulationPerson {
  std::string national_id;
  FolkeregisterPerson register_answer;
  std::string grading = "ugradert";
  std::string email, mobile;
  int email_age_days = 30, mobile_age_days = 30;  // since they were last updated or verified
  bool reserved = false;
  bool email_shared = false, mobile_shared = false;  // several people have registered it
  std::string language = "nb";
  std::string story;  // of the well-known ones: see demo_people()
};
struct PopulationUnit {
  Organisation organisation;  // party.organisation_number, name, form, deleted, bankrupt and content
  std::string parent_number;
  bool sub_unit = false;
  // For official notices, in Enhetsregisteret; and what was sent in and is not accepted yet.
  std::vector<std::string> official_emails = {}, official_mobiles = {}, waiting_emails = {};
};
struct PopulationRole {
  std::string organisation_number, role;
  std::string holder;  // national id (11 digits) or organisation number (9 digits)
};
struct Population {
  std::vector<PopulationPerson> persons;
  std::vector<PopulationUnit> units;
  std::vector<PopulationRole> roles;
  std::vector<PopulationRole> agency_staff;  // role SAKSB in the agency's own register
};
[[nodiscard]] Population make_population(std::uint64_t seed = 1);

// The well-known ones, for the test issuer's login page. `story` is a text id: "demo.person.<story>" says who it is.
//   manager         daily manager of Fjord og Fjell AS: may fill in, send, and give access
//   employee        works there, has no access yet
//   chair           chair of its board
//   board_member    member of its board: may fill in, may not give access
//   accountant      daily manager of Sirlig Regnskap AS, the accountant of three businesses
//   auditor         daily manager of Vaken Revisjon AS
//   caseworker, second_caseworker   staff of Datatilsynet; the second is its general manager (DAGL) too
//   private_person  has no business at all
//   two_companies   daily manager of one business and owner of another
//   sole_proprietor owner of a one-person business, with a protected address
//   foreign_worker  has a D-number; daily manager of a business that is bankrupt
//   bankruptcy_trustee  administers the estate of a bankrupt business
//   dead            is registered as dead: the login is refused
struct DemoPerson {
  std::string national_id, name, story;
};
[[nodiscard]] std::vector<DemoPerson> demo_people();

// For load tests: an accountant with so many clients; returns the daily manager of the accountant's national id.
std::string add_accountant(Population& population, int clients, std::uint64_t seed);

// Stores it as generations of "enhetsregisteret/demo-units", "enhetsregisteret/demo-roles" and "etat/roles", fills the
// local registers and reloads the graph. Only in test mode (else error.population.production); doing it again changes
// nothing and says so.
struct PopulationStored {
  std::int64_t persons = 0, units = 0, roles = 0;
  bool was_there = false;
};
[[nodiscard]] base::Result<PopulationStored> store_population(Registry& registry, const Population& population);

}  // namespace alting::parties
