// Files of registers: lines and elements are the same however the file is cut up on the way, packed or not, and the
// fields of a line that is written with quotes are read as they were.
#include "parties/csv.h"

#include <fmt/format.h>

#include "base/testing/fuzz.h"
#include "base/text.h"
#include "parties/import_stream.h"

namespace fuzz = alting::base::fuzz;
using namespace alting;

namespace {

struct Read {
  std::vector<std::string> elements;
  std::string refused;  // code
  bool json = false;
};

Read read(const parties::ByteSource& source) {
  Read out;
  parties::TextStream stream(source);
  parties::Elements elements(stream);
  if (const auto beginning = elements.beginning(); !beginning) {
    out.refused = beginning.error().code;
    return out;
  }
  out.json = elements.is_json();
  while (out.elements.size() < 10'000) {
    auto next = elements.next();
    if (!next) {
      out.refused = next.error().code;
      break;
    }
    if (!*next) break;
    fuzz::must_hold((*next)->number == static_cast<std::int64_t>(out.elements.size()) + 1, "elements are counted");
    out.elements.push_back(std::move((*next)->text));
  }
  return out;
}

std::string quoted(const std::vector<std::string>& fields, char separator) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += separator;
    line += '"' + base::replace_all(fields[i], "\"", "\"\"") + '"';
  }
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto text = fuzz::text_of(data + 1, size - 1);
  const auto whole =
      read([left = text]() mutable -> base::Result<base::Bytes> { return base::Bytes(std::exchange(left, {})); });
  const auto cut = read([pieces = fuzz::Pieces(text, data[0])]() mutable -> base::Result<base::Bytes> {
    return base::Bytes(pieces.more() ? pieces.next() : std::string_view());
  });
  fuzz::must_hold(whole.refused == cut.refused && whole.json == cut.json, "it is taken or refused the same in pieces");
  fuzz::must_hold(whole.elements == cut.elements, "the elements are the same in pieces");
  if (whole.json) return 0;
  std::size_t wide = 0;
  for (const auto& line : whole.elements)
    for (const char separator : {',', ';'}) {
      const auto fields = parties::split_csv_line(line, separator);
      fuzz::must_hold(fields.has_value() || line.find('"') != std::string::npos, "only a line with a quote is refused");
      if (!fields) continue;
      fuzz::must_hold(!fields->empty(), "a line has a field");
      const auto again = parties::split_csv_line(quoted(*fields, separator), separator);
      fuzz::must_hold(again && *again == *fields, "fields in quotes are read as they were");
      wide += fields->size() == 5 && (*fields)[3].find(separator) != std::string::npos ? 1 : 0;
    }
  fuzz::planted(wide == 1 && whole.elements.size() > 1);
  return 0;
}
