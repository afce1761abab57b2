#include "privacy/gather_cells.h"

#include "instances/instance.h"
#include "store/catalogue_rows.h"

namespace alting::privacy {
namespace {

constexpr std::string_view log_holder = "log";

const terms::Column* key_column_of(const terms::Table& table) {
  for (const auto& column : table.columns)
    if (column.names == terms::NamesWhat::key) return &column;
  return nullptr;
}

}  // namespace

CellOpener::CellOpener(const GatherNeeds& needs, const CopySubject& subject)
    : with_(needs), holder_(instances::party_holder(subject.party)) {}

std::vector<store::Cell> CellOpener::cells_behind(std::string_view table, const std::vector<std::string_view>& columns,
                                                  const std::vector<store::Cell>& on,
                                                  const std::vector<std::string_view>& wanted) const {
  const auto& other = with_.catalogue.table(table);
  return with_.database.read([&](store::Tx& tx) {
    const auto keys = store::rows_where(tx, other, columns, on);
    return keys.empty() ? std::vector<store::Cell>() : store::read_cells(tx, other, wanted, keys.front());
  });
}

std::optional<base::Uuid> CellOpener::key_id_of(const GatheredRow& row) const {
  if (const auto* column = key_column_of(row.table)) return store::key_id_in(*row.cell(column->name));
  for (const auto& erasure : row.table.erasures) {
    if (erasure.with.empty()) continue;
    const auto* column = key_column_of(with_.catalogue.table(erasure.with));
    if (column == nullptr) continue;
    std::vector<store::Cell> on;
    for (const auto name : erasure.on) on.push_back(*row.cell(name));
    const auto cells = cells_behind(erasure.with, {erasure.on.begin(), erasure.on.end()}, on, {column->name});
    if (!cells.empty()) return store::key_id_in(cells.front());
  }
  return std::nullopt;
}

std::optional<base::Bytes> CellOpener::of_party(const GatheredRow& row, const std::string& sealed) const {
  const auto key = key_id_of(row);
  if (!key) return std::nullopt;
  auto opened = with_.vault.open(*key, sealed, holder_);
  return opened ? std::optional(std::move(*opened)) : std::nullopt;
}

std::optional<base::Bytes> CellOpener::of_log(const store::Cell& key, const store::Cell& sealed) const {
  const auto key_id = store::key_id_in(key);
  const auto* octets = std::get_if<std::string>(&sealed);
  if (!key_id || octets == nullptr || octets->empty()) return std::nullopt;
  auto opened = with_.vault.open(*key_id, *octets, std::string(log_holder));
  return opened ? std::optional(std::move(*opened)) : std::nullopt;
}

std::optional<ledger::ActorPart> CellOpener::actor_of(const GatheredRow& row) const {
  std::vector<store::Cell> cells;
  if (row.cell("actor_body") != nullptr)
    cells = {*row.cell("actor_key"), *row.cell("actor_body")};
  else
    cells = cells_behind("ledger_entry", {"entry_id"}, {*row.cell("entry_id")}, {"actor_key", "actor_body"});
  const auto opened = cells.empty() ? std::nullopt : of_log(cells[0], cells[1]);
  return opened ? ledger::unpack_actor(*opened) : std::nullopt;
}

std::optional<ledger::EntryText> CellOpener::entry_behind(const GatheredRow& row) const {
  const auto cells = cells_behind("ledger_entry", {"entry_id"}, {*row.cell("entry_id")}, {"body_key", "body"});
  const auto opened = cells.empty() ? std::nullopt : of_log(cells[0], cells[1]);
  return opened ? ledger::unpack_entry(*opened) : std::nullopt;
}

}  // namespace alting::privacy
