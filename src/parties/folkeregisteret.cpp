#include "parties/folkeregisteret.h"

#include <algorithm>

#include "parties/number_vault.h"
#include "parties/party_rows.h"

namespace alting::parties {
namespace {

constexpr std::size_t most_changes = 8;  // of one person; more is a circle

// The changes before and after this number, in their order.
std::vector<store::Row> changes_around(store::Tx& tx, const std::string& number) {
  constexpr std::string_view columns =
      "SELECT was, was_sealed, became, became_sealed, changed_at FROM "
      "local_number_change WHERE ";
  std::vector<store::Row> rows;
  const auto follow = [&](std::string_view where, std::size_t next_column) {
    for (std::string at = number; rows.size() < most_changes;) {
      auto row = tx.query_one(std::string(columns) + std::string(where), {at});
      if (!row) return;
      at = row->text(next_column);
      rows.push_back(std::move(*row));
    }
  };
  follow("became = ? ORDER BY changed_at DESC LIMIT 1", 0);
  std::ranges::reverse(rows);
  follow("was = ?", 2);
  return rows;
}

class LocalFolkeregisteret final : public Folkeregisteret {
 public:
  LocalFolkeregisteret(store::Database& database, const NumberVault& vault) : database_(database), vault_(vault) {}

  base::Result<FolkeregisterPerson> look_up(const terms::NationalIdText& number, FolkeregisterUse) override {
    const auto asked = vault_.lookup(number);
    std::vector<store::Row> changes;
    const auto row = database_.read([&](store::Tx& tx) {
      changes = changes_around(tx, asked);
      return tx.query_one(
          "SELECT first_name, middle_name, last_name, birth_date, status, grading, address, postal_code, postal_place, "
          "municipality, country "
          "FROM local_folkeregister WHERE number = ?",
          {changes.empty() ? asked : changes.back().text(2)});
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
    for (const auto& change : changes)
      person.changes.push_back({vault_.open(change.octets(1)), vault_.open(change.octets(3)), change.instant(4)});
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

void note_local_number_change(store::Tx& tx, const StoredChange& change) {
  const auto moved = tx.run(
      "UPDATE local_folkeregister SET number = ? WHERE number = ? AND NOT EXISTS (SELECT 1 FROM local_folkeregister AS "
      "there WHERE there.number = ?)",
      {change.became.lookup, change.was.lookup, change.became.lookup});
  if (moved == 0) return;
  tx.run(
      "UPDATE local_krr SET number = ? WHERE number = ? AND NOT EXISTS (SELECT 1 FROM local_krr AS there WHERE "
      "there.number = ?)",
      {change.became.lookup, change.was.lookup, change.became.lookup});
  tx.run(
      "INSERT INTO local_number_change (was, was_sealed, became, became_sealed, changed_at) VALUES (?, ?, ?, ?, ?) ON "
      "CONFLICT (was) DO NOTHING",
      {change.was.lookup, store::Value::octets(change.was.sealed), change.became.lookup,
       store::Value::octets(change.became.sealed), change.from});
}

std::unique_ptr<Folkeregisteret> make_local_folkeregisteret(store::Database& database, const NumberVault& vault) {
  return std::make_unique<LocalFolkeregisteret>(database, vault);
}

}  // namespace alting::parties
