// What the catalogues say of a copy before anything is gathered: its schemas, what is a disclosure, what is left out.
#include <fmt/format.h>

#include "ledger/event_kinds.h"
#include "privacy/gather.h"
#include "privacy/gathered_row.h"
#include "privacy/opened_columns.h"

namespace alting::privacy {

base::Json schema_of(std::string_view room, const terms::Table& table) {
  const auto text = [](std::string_view meaning) {
    return base::Json::object({{"type", base::Json::array({"string", "null"})}, {"description", meaning}});
  };
  auto properties = base::Json::object(
      {{"_key", base::Json::object({{"type", "string"}})},
       {"_part", base::Json::object({{"enum", base::Json::array({"whole", "acts"})}})},
       {"_controller", base::Json::object({{"type", "string"}})},
       {"_ends", base::Json::object({{"type", "object"}})},
       {"_files", base::Json::object({{"type", "array"}, {"items", base::Json::object({{"type", "string"}})}})}});
  for (const auto& column : table.columns) {
    const auto opening = opening_of(table.name, column.name);
    if (column.names != terms::NamesWhat::nothing || opening == Opening::browser_only ||
        opening == Opening::log_actor || opening == Opening::secret)
      continue;
    if (opening == Opening::party_key || opening == Opening::log_entry) {
      properties.set(column.name, base::Json::object({{"description", column.meaning}}));
    } else if (is_time(column)) {
      auto time = text(column.meaning);
      time.set("format", "date-time");
      properties.set(column.name, std::move(time));
    } else if (column.type == terms::ColumnType::number) {
      properties.set(column.name, base::Json::object({{"type", base::Json::array({"integer", "null"})},
                                                      {"description", column.meaning}}));
    } else {
      properties.set(column.name, text(column.meaning));
    }
  }
  return base::Json::object({{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                             {"title", fmt::format("{}/{}", room, table.name)},
                             {"description", table.meaning},
                             {"type", "object"},
                             {"required", base::Json::array({"_key", "_part", "_controller"})},
                             {"additionalProperties", false},
                             {"properties", std::move(properties)}});
}

bool is_disclosure(std::string_view type, const base::Json& record) {
  if (record.text("_part") != "whole") return false;
  if (type == "contact_look_up" || type == "event") return true;
  if (type != "ledger_entry" && type != "ledger_concerned") return false;
  const auto kind = ledger::event_kind_from(record["body"]["entry"].text("kind"));
  return kind && ledger::info(*kind).of_agency;
}

std::vector<std::string> columns_without_opener(const store::Catalogue& catalogue) {
  std::vector<std::string> without;
  for (const auto* table : catalogue.tables())
    for (const auto& column : table->columns)
      if (is_gathered(*table) && column.personal && column.type == terms::ColumnType::octets &&
          !opening_of(table->name, column.name))
        without.push_back(fmt::format("{}.{}", table->name, column.name));
  return without;
}

std::vector<std::string> columns_left_out(const store::Catalogue& catalogue) {
  std::vector<std::string> left_out;
  for (const auto* table : catalogue.tables())
    for (const auto& column : table->columns)
      if (is_gathered(*table) && is_left_out(*table, column))
        left_out.push_back(fmt::format("{}.{}", table->name, column.name));
  return left_out;
}

}  // namespace alting::privacy
