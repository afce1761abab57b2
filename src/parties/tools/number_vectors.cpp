// Compares a file of number,valid,kind,note (RFC 4180) with the two validators: number_vectors national|organisation
// FILE. In the first column "\n" and "\t" stand for a line feed and a tab. Exit status 0 when all agree.
#include <cstdio>

#include "parties/csv.h"
#include "parties/national_id.h"
#include "parties/organisation_number.h"

namespace {

using namespace alting;  // NOLINT: a program of one file

std::string unescape(std::string text) {
  for (const auto& [from, to] : {std::pair{"\\n", '\n'}, std::pair{"\\t", '\t'}})
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from)) text.replace(at, 2, 1, to);
  return text;
}

std::string national(const std::string& number) {
  const auto verdict = parties::check_national_id(number);
  if (!verdict.kind) {
    constexpr std::array<const char*, 6> names{"format", "date", "k1", "k2", "h-number", "d-h-number"};
    return names[static_cast<std::size_t>(verdict.fault)];
  }
  return std::string(verdict.kind->d_number ? "dnr" : "fnr") + (verdict.kind->synthetic ? "-synthetic" : "") +
         (verdict.kind->only_2032 ? "-2032" : "");
}

std::string organisation(const std::string& number) {
  const auto verdict = parties::check_organisation_number(number);
  if (!verdict.kind) {
    constexpr std::array<const char*, 3> names{"format", "check-digit", "check-digit-10"};
    return names[static_cast<std::size_t>(verdict.fault)];
  }
  constexpr std::array<const char*, 3> names{"ordinary", "synthetic", "other-prefix"};
  return names[static_cast<std::size_t>(*verdict.kind)];
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return std::fputs("usage: number_vectors national|organisation FILE\n", stderr), 2;
  const bool persons = std::string_view(words[1]) == "national";
  std::ifstream file(words[2]);
  std::string line;
  std::getline(file, line);
  int rows = 0, wrong = 0;
  while (std::getline(file, line)) {
    const auto fields = parties::split_csv_line(line, ',').value();
    if (fields.size() < 3) continue;
    ++rows;
    const auto number = unescape(fields[0]);
    const auto kind = persons ? national(number) : organisation(number);
    const bool valid = persons ? parties::check_national_id(number).kind.has_value()
                               : parties::check_organisation_number(number).kind.has_value();
    if (valid == (fields[1] == "y") && kind == fields[2]) continue;
    ++wrong;
    fmt::print("{}: expected {} {}, found {} {}\n", fields[0], fields[1], fields[2], valid ? "y" : "n", kind);
  }
  fmt::print("{} rows, {} differ\n", rows, wrong);
  return wrong == 0 && rows > 0 ? 0 : 1;
}
