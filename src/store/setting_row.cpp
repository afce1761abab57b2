#include "store/setting_row.h"

#include <charconv>

#include "store/row_reader.h"

namespace alting::store {

std::optional<std::string> read_setting(Tx& tx, std::string_view name) {
  const auto row = tx.query_one("SELECT value FROM store_setting WHERE name = ?", {name});
  if (!row) return std::nullopt;
  return read_one<std::string>(*row);
}

void write_setting(Tx& tx, std::string_view name, std::string_view value) {
  tx.run(
      "INSERT INTO store_setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      {name, value});
}

base::Instant instant_in(std::string_view text) {
  std::int64_t micros = 0;
  std::from_chars(text.data(), text.data() + text.size(), micros);
  return {micros};
}

}  // namespace alting::store
