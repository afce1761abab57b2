// Writes the test population into the registers, as an import would.
#include "base/text.h"
#include "parties/organisation_content.h"
#include "parties/party_rows.h"
#include "parties/population.h"
#include "parties/write_rows.h"

namespace alting::parties {
namespace {

constexpr std::size_t rows_per_transaction = 100;
constexpr std::string_view units_register = "enhetsregisteret/demo-units",
                           roles_register = "enhetsregisteret/demo-roles", staff_register = "etat/roles";

class Storing {
 public:
  explicit Storing(Registry& registry) : parts_(registry.parts()), now_(parts_.clock.now()) {}

  void persons(const std::vector<PopulationPerson>& persons) {
    in_pieces(persons.size(), [&](std::size_t from, std::size_t to) {
      struct Ready {
        StoredNumber number;
        PartyName name;
        base::Uuid uuid;
      };
      std::vector<Ready> ready;
      for (std::size_t i = from; i < to; ++i)
        ready.push_back({store_form(parts_.numbers, terms::NationalIdText(persons[i].national_id), parts_.random),
                         make_party_name(persons[i].register_answer.full_name()), base::Uuid::v7(parts_.random, now_)});
      write_rows(parts_.database, [&](store::Tx& tx) {
        for (std::size_t i = from; i < to; ++i) {
          const auto& [number, name, uuid] = ready[i - from];
          (void)upsert_person(tx, number, persons[i].register_answer, name, uuid, now_);
          local_rows(tx, number.lookup, persons[i], static_cast<std::int64_t>(i + 1));
        }
      });
    });
  }

  void official_addresses(const std::vector<PopulationUnit>& units) {
    in_pieces(units.size(), [&](std::size_t from, std::size_t to) {
      write_rows(parts_.database, [&](store::Tx& tx) {
        for (std::size_t i = from; i < to; ++i) {
          const auto& number = units[i].organisation.party.organisation_number;
          for (const auto& one : units[i].official_emails) official_address(tx, number, "email", one, true);
          for (const auto& one : units[i].official_mobiles) official_address(tx, number, "mobile", one, true);
          for (const auto& one : units[i].waiting_emails) official_address(tx, number, "email", one, false);
        }
      });
    });
  }

  std::int64_t units(const std::vector<PopulationUnit>& units) {
    const auto generation = begin(units_register);
    in_pieces(units.size(), [&](std::size_t from, std::size_t to) {
      std::vector<std::pair<OrganisationRow, base::Uuid>> ready;
      for (std::size_t i = from; i < to; ++i) {
        const auto& organisation = units[i].organisation;
        ready.push_back({{organisation.party.organisation_number, organisation.party.organisation_form,
                          units[i].parent_number, make_party_name(organisation.party.name),
                          units[i].sub_unit ? PartyKind::sub_unit : PartyKind::organisation, organisation.party.deleted,
                          organisation.party.bankrupt, organisation.party.dissolving, write_content(organisation)},
                         base::Uuid::v7(parts_.random, now_)});
      }
      write_rows(parts_.database, [&](store::Tx& tx) {
        for (const auto& [row, uuid] : ready)
          insert_organisation(tx, generation,
                              party_of_organisation(tx, row.number, row.kind, row.name, uuid, now_).key.id, row);
      });
    });
    return generation;
  }

  std::int64_t roles(std::string_view register_name, const std::vector<PopulationRole>& roles) {
    const auto generation = begin(register_name);
    in_pieces(roles.size(), [&](std::size_t from, std::size_t to) {
      std::vector<std::string> numbers;
      for (std::size_t i = from; i < to; ++i)
        numbers.push_back(roles[i].holder.size() == 11 ? parts_.numbers.lookup(terms::NationalIdText(roles[i].holder))
                                                       : roles[i].holder);
      write_rows(parts_.database, [&](store::Tx& tx) {
        for (std::size_t i = from; i < to; ++i) {
          const auto in = find_by_identifier(tx, "organisation", roles[i].organisation_number);
          const auto holder =
              find_by_identifier(tx, roles[i].holder.size() == 11 ? "national" : "organisation", numbers[i - from]);
          if (in && holder) insert_role_fact(tx, generation, in->id, roles[i].role, holder->id);
        }
      });
    });
    return generation;
  }

  void switch_all(const std::vector<std::pair<std::string_view, std::int64_t>>& generations) {
    write_rows(parts_.database, [&](store::Tx& tx) {
      for (const auto& [register_name, generation] : generations) switch_on(tx, register_name, generation, now_);
    });
  }

 private:
  template <class F>
  static void in_pieces(std::size_t count, F&& work) {
    for (std::size_t from = 0; from < count; from += rows_per_transaction)
      work(from, std::min(count, from + rows_per_transaction));
  }
  std::int64_t begin(std::string_view register_name) {
    std::int64_t generation = 0;
    write_rows(parts_.database,
               [&](store::Tx& tx) { generation = begin_generation(tx, register_name, "population", "", now_); });
    return generation;
  }

  static void official_address(store::Tx& tx, const std::string& number, std::string_view kind,
                               const std::string& value, bool accepted) {
    tx.run(
        "INSERT INTO local_organisation_contact (organisation_number, kind, value, accepted) VALUES (?, ?, ?, ?) ON "
        "CONFLICT (organisation_number, kind, value) DO NOTHING",
        {number, kind, value, accepted});
  }

  void local_rows(store::Tx& tx, const std::string& number, const PopulationPerson& person, std::int64_t change) {
    const auto& answer = person.register_answer;
    const Address address = answer.address.value_or(Address{});
    tx.run(
        "INSERT INTO local_folkeregister (number, first_name, middle_name, last_name, birth_date, status, grading, "
        "address, postal_code, "
        "postal_place, municipality, country) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO "
        "NOTHING",
        {number, answer.first_name, answer.middle_name, answer.last_name, answer.birth_date, answer.status,
         person.grading, address.lines.empty() ? std::string() : address.lines.front(), address.postal_code,
         address.postal_place, address.municipality, address.country});
    const auto email_at = now_ - base::Duration::days(person.email_age_days),
               mobile_at = now_ - base::Duration::days(person.mobile_age_days);
    tx.run(
        "INSERT INTO local_krr (number, status, reserved, email, email_updated_at, email_verified_at, email_shared, "
        "mobile, mobile_updated_at, mobile_verified_at, mobile_shared, language, change_id) VALUES (?, ?, ?, ?, ?, "
        "NULL, ?, ?, ?, NULL, ?, ?, ?) ON CONFLICT (number) DO NOTHING",
        {number, answer.dead() ? "SLETTET" : "AKTIV", person.reserved, answer.dead() ? "" : person.email, email_at,
         person.email_shared, answer.dead() ? "" : person.mobile, mobile_at, person.mobile_shared, person.language,
         change});
  }

  const RegistryParts& parts_;
  base::Instant now_;
};

}  // namespace

base::Result<PopulationStored> store_population(Registry& registry, const Population& population) {
  const auto& parts = registry.parts();
  if (parts.mode != terms::Mode::test)
    return base::make_error(base::ErrorKind::forbidden, "error.population.production",
                            "the test population exists only in test mode");
  PopulationStored stored{static_cast<std::int64_t>(population.persons.size()),
                          static_cast<std::int64_t>(population.units.size()),
                          static_cast<std::int64_t>(population.roles.size() + population.agency_staff.size()), false};
  stored.was_there = parts.database.read([](store::Tx& tx) {
    return tx.query_one("SELECT 1 FROM register_current WHERE register = ?", {staff_register}).has_value();
  });
  Storing storing(registry);
  // A data folder of a version that had none of them gets them too.
  const bool has_addresses = parts.database.read(
      [](store::Tx& tx) { return tx.query_one("SELECT 1 FROM local_organisation_contact LIMIT 1").has_value(); });
  if (!has_addresses) storing.official_addresses(population.units);
  if (stored.was_there) return stored;
  storing.persons(population.persons);
  const auto units = storing.units(population.units);
  const auto roles = storing.roles(roles_register, population.roles);
  const auto staff = storing.roles(staff_register, population.agency_staff);
  storing.switch_all({{units_register, units}, {roles_register, roles}, {staff_register, staff}});
  registry.reload();
  return stored;
}

}  // namespace alting::parties
