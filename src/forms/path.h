// Paths in form data: "tid.kjennskap", "tiltak.stanse[0].tekst". A pattern is a path without row numbers.
//
// In an expression a path without row numbers means the row the expression stands in: a path through the same repeating
// group gets that group's row. A row number in the path is absolute, and nothing after it is filled in.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace alting::forms {

using Path = std::string;

struct PathPart {
  std::string name;
  std::optional<std::size_t> index;
};

// Where in the repeating groups something stands: outermost first, `group` is the group's pattern.
struct Row {
  std::string group;
  std::size_t index = 0;
  bool operator==(const Row&) const = default;
};
using Rows = std::vector<Row>;

inline constexpr std::size_t max_row_index = 999;

// Nothing when the text is not a path (empty names, bad brackets, row numbers above max_row_index, more than 32 parts).
[[nodiscard]] std::optional<std::vector<PathPart>> parse_path(std::string_view path);
[[nodiscard]] std::string pattern_of(std::string_view path);  // row numbers dropped
[[nodiscard]] std::string with_rows(std::string_view pattern,
                                    const Rows& rows);  // row numbers filled in where the groups are passed
[[nodiscard]] Rows rows_of(std::string_view path);      // the row numbers a path names
// True when `path` is `prefix` or lies below it.
[[nodiscard]] bool is_below(std::string_view path, std::string_view prefix);

// A path that ends in a row number, taken apart: "a.list[3]" is row 3 of "a.list".
struct RowPath {
  Path group;
  std::size_t index = 0;
  [[nodiscard]] Path text() const;
  bool operator==(const RowPath&) const = default;
};
[[nodiscard]] std::optional<RowPath> row_path(std::string_view path);  // nothing when it ends in no row number
// Which row of `group` (itself with the numbers of the rows around it) a path is, or lies in; nothing when in none.
[[nodiscard]] std::optional<std::size_t> row_in(std::string_view path, std::string_view group);
// The path in another row of `group`; as it is when it lies in none.
[[nodiscard]] Path in_row(std::string_view path, std::string_view group, std::size_t index);
// What a path is called when row `index` of `group` has been taken out, or put in: later rows change their numbers.
// Nothing for what lay in the row that was taken out.
[[nodiscard]] std::optional<Path> after_removal(std::string_view path, std::string_view group, std::size_t index);
[[nodiscard]] Path after_insertion(std::string_view path, std::string_view group, std::size_t index);

// The value at a path; nullptr when there is none. A part without row number does not go through an array.
[[nodiscard]] const base::Json* value_at(const base::Json& data, std::string_view path);
[[nodiscard]] base::Json* value_at(base::Json& data, std::string_view path);
// The same, with row numbers of `rows` filled in.
[[nodiscard]] const base::Json* value_at(const base::Json& data, std::string_view path, const Rows& rows);
// Every path that the pattern means in this data, one for each row; the last part need not exist.
[[nodiscard]] std::vector<std::string> expand(const base::Json& data, std::string_view pattern);
// Sets the value, making objects and rows on the way. False when something else is in the way.
bool set_at(base::Json& data, std::string_view path, base::Json value);
// Takes the member or row out; objects that become empty on the way stay.
void erase_at(base::Json& data, std::string_view path);

// Null, missing, "", [] and {} are empty.
[[nodiscard]] bool is_empty(const base::Json* value);

}  // namespace alting::forms
