// The data model: a subset of JSON Schema (draft 2020-12) that says what a form's data may hold.
//
// Read: type, properties, required, items, enum, const, minimum, maximum, exclusiveMinimum, exclusiveMaximum,
// minLength, maxLength, pattern, format (date, date-time, email), minItems, maxItems, default, $defs/$ref, allOf
// (joined), oneOf/anyOf with null.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forms/source.h"

namespace alting::forms {

enum class SchemaType : std::uint8_t { any, object, array, string, number, integer, boolean };

struct Pattern;  // a compiled regular expression

struct Schema {
  SchemaType type = SchemaType::any;
  std::vector<std::pair<std::string, int>> properties;  // in order; indices into the model
  std::vector<std::string> required;
  int required_line = 0;
  int items = -1;
  std::vector<Json> choices;                                  // enum
  std::optional<std::string> minimum, maximum, above, below;  // decimals
  std::optional<std::size_t> min_length, max_length, min_items, max_items;
  std::shared_ptr<const Pattern> pattern;
  std::string format, title;
  std::optional<Json> default_value;
};

// A model of more fields, each counted on every path that leads to it, is a fault.
inline constexpr std::size_t max_fields = 10'000;

class Model {
 public:
  // What the file says of answers and nobody reads.
  [[nodiscard]] const std::vector<Fault>& unread() const { return unread_; }

  [[nodiscard]] const std::string& file() const { return file_; }

  // Faults are added; the model is usable even then, but for one of too many fields, which is read as empty.
  [[nodiscard]] static Model read(const Source& source, std::vector<Fault>& faults);

  // The schema at a path (row numbers do not matter); nullptr when the model has none. Arrays are passed through.
  [[nodiscard]] const Schema* find(std::string_view path) const;
  [[nodiscard]] const Schema& root() const { return nodes_.front(); }
  [[nodiscard]] const Schema& at(int index) const { return nodes_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] bool empty() const { return nodes_.empty(); }
  // Patterns of everything that holds a value: scalars and lists of them, not objects and rows. Not more than
  // max_fields + 1: a few definitions that refer to each other can mean more fields than there are atoms.
  [[nodiscard]] std::vector<std::string> leaves() const;
  [[nodiscard]] Json defaults() const;
  // Members in the order of the model, those it does not know last: so that equal data has equal text.
  [[nodiscard]] Json in_order(const Json& data) const;

 private:
  friend class ModelReader;
  std::vector<Schema> nodes_;
  std::vector<Fault> unread_;
  std::string file_;
};

struct SchemaIssue {
  std::string path, code;                                   // "type", "option", "minimum", "max_length", ...
  std::vector<std::pair<std::string, std::string>> params;  // for the message
  bool lacking = false;                                     // something the schema requires is not there (yet)
};
// Everything the data breaks: up to max_schema_issues of what is wrong, and of what is lacking while all together are
// fewer than that.
inline constexpr std::size_t max_schema_issues = 200;
[[nodiscard]] std::vector<SchemaIssue> check(const Model& model, const Json& data);
// A number that is kept as text (of an organisation, a post code) is its digits: where the model refuses a clean text as
// it is written and takes its digits without blanks, hyphens and points, these; else the text.
[[nodiscard]] std::string fitted(const Model& model, std::string_view path, std::string text);
// Whether the schema takes this value; of an object, without asking for what is required.
[[nodiscard]] bool takes(const Model& model, const Schema& schema, const Json& value);
[[nodiscard]] bool is_email(std::string_view text);  // one address, as far as a form can tell

}  // namespace alting::forms
