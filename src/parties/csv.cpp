#include "parties/csv.h"

namespace alting::parties {

base::Result<std::vector<std::string>> split_csv_line(std::string_view line, char separator) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"' && quoted) {
      quoted = false;
    } else if (c == '"' && fields.back().empty() && (i == 0 || line[i - 1] == separator)) {
      quoted = true;  // elsewhere it is a letter of a text that is not quoted: Ole "Ola
    } else if (c == separator && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (quoted) return base::make_error(base::ErrorKind::invalid, "error.import.quote", "a quote that is not closed");
  return fields;
}

}  // namespace alting::parties
