#include "parties/folkeregisteret.h"

#include "parties/number_vault.h"

namespace alting::parties {
namespace {

class LocalFolkeregisteret final : public Folkeregisteret {
 public:
  LocalFolkeregisteret(store::Database& database, const NumberVault& vault) : database_(database), vault_(vault) {}

  base::Result<FolkeregisterPerson> look_up(const terms::NationalIdText& number, FolkeregisterUse) override {
    const auto row = database_.read([&](store::Tx& tx) {
      return tx.query_one(
          "SELECT first_name, middle_name, last_name, birth_date, status, grading, address, postal_code, postal_place, "
          "municipality, country "
          "FROM local_folkeregister WHERE number = ?",
          {vault_.lookup(number)});
    });
    if (!row || row->text(4) == "opphoert")
      return base::make_error(base::ErrorKind::not_found, "error.person.unknown", "not in Folkeregisteret");
    FolkeregisterPerson person;
    person.first_name = row->text(0);
    person.middle_name = row->text(1);
    person.last_name = row->text(2);
    person.birth_date = row->text(3);
    person.status = row->text(4);
    person.is_protected = !is_open_grading(row->text(5));
    if (!person.is_protected && !row->text(6).empty())
      person.address = Address{{row->text(6)}, row->text(7), row->text(8), row->text(9), row->text(10)};
    person.source = "folkeregisteret:local";
    return person;
  }

 private:
  store::Database& database_;
  const NumberVault& vault_;
};

}  // namespace

std::string FolkeregisterPerson::full_name() const {
  std::string name = first_name;
  for (const auto* part : {&middle_name, &last_name})
    if (!part->empty()) name += (name.empty() ? "" : " ") + *part;
  return name;
}

bool is_open_grading(std::string_view grading) { return grading == "ugradert"; }

std::unique_ptr<Folkeregisteret> make_local_folkeregisteret(store::Database& database, const NumberVault& vault) {
  return std::make_unique<LocalFolkeregisteret>(database, vault);
}

}  // namespace alting::parties
