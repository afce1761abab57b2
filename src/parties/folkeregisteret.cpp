#include "parties/folkeregisteret.h"

#include <algorithm>

#include "parties/number_vault.h"
#include "parties/party_rows.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

constexpr std::size_t max_changes = 8;  // of one person; more is a circle

std::optional<StoredChange> change_where(store::Tx& tx, std::string_view condition, const std::string& number) {
  const auto row =
      tx.query_one("SELECT was, was_sealed, became, became_sealed, changed_at FROM local_number_change WHERE " +
                       std::string(condition),
                   {number});
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  return StoredChange{.was = {.lookup = from.next<std::string>(), .sealed = from.next<base::Bytes>()},
                      .became = {.lookup = from.next<std::string>(), .sealed = from.next<base::Bytes>()},
                      .from = from.next<base::Instant>()};
}

// The changes before and after this number, in their order.
std::vector<StoredChange> changes_around(store::Tx& tx, const std::string& number) {
  std::vector<StoredChange> changes;
  const auto follow = [&](std::string_view condition, StoredNumber StoredChange::* next) {
    for (std::string at = number; changes.size() < max_changes;) {
      auto change = change_where(tx, condition, at);
      if (!change) return;
      at = ((*change).*next).lookup;
      changes.push_back(*std::move(change));
    }
  };
  follow("became = ? ORDER BY changed_at DESC LIMIT 1", &StoredChange::was);
  std::ranges::reverse(changes);
  follow("was = ?", &StoredChange::became);
  return changes;
}

std::optional<Address> next_address(store::RowReader& from) {
  Address address{.lines = {from.next<std::string>()},
                  .postal_code = from.next<std::string>(),
                  .postal_place = from.next<std::string>(),
                  .municipality = from.next<std::string>(),
                  .country = from.next<std::string>()};
  if (address.lines.front().empty()) return std::nullopt;
  return address;
}

class LocalFolkeregisteret final : public Folkeregisteret {
 public:
  LocalFolkeregisteret(store::Database& database, const NumberVault& vault) : database_(database), vault_(vault) {}

  base::Result<FolkeregisterPerson> look_up(const terms::NationalIdText& number, FolkeregisterUse) override {
    const auto asked = vault_.lookup(number);
    std::vector<StoredChange> changes;
    const auto row = database_.read([&](store::Tx& tx) {
      changes = changes_around(tx, asked);
      return tx.query_one(
          "SELECT first_name, middle_name, last_name, birth_date, status, grading, address, postal_code, postal_place, "
          "municipality, country "
          "FROM local_folkeregister WHERE number = ?",
          {changes.empty() ? asked : changes.back().became.lookup});
    });
    const auto unknown = [] {
      return base::make_error(base::ErrorKind::not_found, "error.person.unknown", "not in Folkeregisteret");
    };
    if (!row) return unknown();
    FolkeregisterPerson person;
    store::RowReader from(*row);
    person.first_name = from.next<std::string>();
    person.middle_name = from.next<std::string>();
    person.last_name = from.next<std::string>();
    person.birth_date = from.next<std::string>();
    person.status = from.next<std::string>();
    if (person.status == "opphoert") return unknown();
    person.is_protected = !is_open_grading(from.next<std::string>());
    if (!person.is_protected) person.address = next_address(from);
    for (const auto& change : changes)
      person.changes.push_back({vault_.open(change.was.sealed), vault_.open(change.became.sealed), change.from});
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
