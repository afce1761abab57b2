// What a page of a form posts, read once where it comes in. How fields are named in HTML stands in posted.cpp and
// nowhere else: "<path>" for a value (repeated for checkboxes; one that is empty says "none"), "<path>.date",
// "<path>.time" and "<path>.occurrence" for the parts of a date with a time of day (local time of Oslo; which of the two
// when the clock shows the time twice, "first" or "second"), "later:<path>" for a promise ("on" or ""),
// "later-date:<path>" for the day it names; the buttons "add-row:<group>", "remove-row:<group>[<row>]" and
// "restore-row" with the group as its value.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "forms/path.h"

namespace alting::forms {

class App;

// Which field, and what of it.
struct FieldName {
  enum class Part : std::uint8_t { value, date, time, occurrence, promise, promise_date };
  Part part = Part::value;
  Path path;  // of the field itself, whatever the part

  // Nothing when the text names no field: a button, or no path. The form tells "a.date", the day of "a", from a field
  // of that very name; whether it has a field at the path is not asked.
  [[nodiscard]] static std::optional<FieldName> parse(const App& app, std::string_view text);
  [[nodiscard]] std::string text() const;
  // The same part of the same field in another row.
  [[nodiscard]] FieldName at(Path other) const { return {part, std::move(other)}; }

  bool operator==(const FieldName&) const = default;
  std::strong_ordering operator<=>(const FieldName& other) const {  // the parts of one field stand together
    const auto paths = path <=> other.path;
    return paths == 0 ? part <=> other.part : paths;
  }
};

struct PostedField {
  FieldName name;
  std::string text;
  bool operator==(const PostedField&) const = default;
};

// A button of a repeating group that was pressed.
struct RowAction {
  enum class Kind : std::uint8_t { add, remove, restore };
  Kind kind = Kind::add;
  Path group;             // with the numbers of the rows around it
  std::size_t index = 0;  // of the row to be removed
  bool operator==(const RowAction&) const = default;

  // Name and value of the button: what read_posted reads again.
  [[nodiscard]] std::string button_name() const;
  [[nodiscard]] std::string button_value() const;
};

struct Posted {
  std::vector<PostedField> fields;  // in the order of the page; names repeat for checkboxes
  std::vector<RowAction> row_actions;
};

using NamesAndTexts = std::vector<std::pair<std::string, std::string>>;

// Of one form: each is looked for among those there are.
inline constexpr std::size_t max_promises = 1'000;

// "error.form.field": the field cannot be posted, or not so.
[[nodiscard]] base::Error refuse_field(std::string_view name, std::string detail);

// Reads the fields of a form (without those that are no answers: tokens, buttons that go on). "error.form.field" for a
// name that is no field's, with that name as `field`; "error.form.too_many_fields" when no page can have posted them.
[[nodiscard]] base::Result<Posted> read_posted(const App& app, const NamesAndTexts& fields);
// Whether the name is that of a button of rows.
[[nodiscard]] bool is_row_action(std::string_view name);

// What was typed and does not fit its field, by the field's name.
using TypedTexts = std::map<FieldName, std::string>;
[[nodiscard]] Posted as_posted(const TypedTexts& typed);
// An object of names and texts, as drafts store them. Names that are no field's are read past. Day and time of a field
// that a newer form asks for as something else are together what was typed in that field.
[[nodiscard]] base::Json typed_to_json(const TypedTexts& typed);
[[nodiscard]] TypedTexts typed_from_json(const App& app, const base::Json& json);

}  // namespace alting::forms
