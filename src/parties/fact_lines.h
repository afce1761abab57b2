// A register's file of facts about people, a line each: CSV with a heading, ';' or ','. What cannot be taken is a fault with
// its place, which never repeats a number; the rest goes on.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parties/import.h"

namespace alting::parties {

struct FactPlace {
  std::int64_t line = 0, offset = 0;
};

struct FactLines {
  std::int64_t lines = 0;   // after the heading
  std::int64_t faults = 0;  // all; the first hundred follow
  std::vector<ImportFault> first_faults;
  void note(const FactPlace& at, const base::Error& error);
};

// Of each line its fields in these columns, in this order; what it refuses is a fault.
using TakeFact = std::function<base::Status(const std::vector<std::string>& fields, const FactPlace& at)>;

// `store`: what was taken, after each hundred and at the end, also where the file breaks off.
// error.import.heading, or what Elements says of a broken file.
[[nodiscard]] base::Status read_fact_lines(ByteSource source, std::span<const std::string_view> columns,
                                           FactLines& read, const TakeFact& take, const std::function<void()>& store);

// The beginning of a day (YYYY-MM-DD) that has begun; error.import.date.
[[nodiscard]] base::Result<base::Instant> read_past_day(const std::string& day, base::Instant now);
[[nodiscard]] base::Error fact_fault(std::string_view code, std::string detail);

}  // namespace alting::parties
