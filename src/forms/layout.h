// Pages and components of a form, read from ui/<set>/layouts/*.json.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forms/expression.h"
#include "forms/options.h"
#include "forms/page_view.h"

namespace alting::forms {

struct Binding {
  std::string data_type;  // "" for the default
  std::string pattern;
  int line = 0;
};

struct TextBinding {  // a text id, or an expression whose answer is text or a text id
  std::string id;
  ExprPtr expression;
  int line = 0;
};

// Altinn's `source`: an option for each row of a repeating group. Which row a path means follows from where one stands,
// so "gruppe[{0}].felt" is kept as its pattern.
struct RowSource {
  std::string group, value;  // patterns; the value's lies below the group's
  std::string data_type;     // "" for the default
  TextBinding label, description, help;
  int line = 0;
};

struct NumberFormat {
  std::string prefix, suffix, thousand, decimal, pattern;
  std::optional<int> decimals;
  [[nodiscard]] bool given() const {
    return decimals || !(prefix.empty() && suffix.empty() && thousand.empty() && decimal.empty() && pattern.empty());
  }
};

// minDate, maxDate: a day, a word for one ("today", "yesterday", "tomorrow", "oneYearAgo", "oneYearFromNow"), or an
// expression whose answer is either.
struct DayLimit {
  std::string text;
  ExprPtr expression;
  int line = 0;
  [[nodiscard]] bool given() const { return !text.empty() || expression != nullptr; }
};
// YYYY-MM-DD; nothing when the text is neither a day nor a word for one.
[[nodiscard]] std::optional<std::string> day_of(std::string_view text, std::string_view today);

struct Component {
  std::string id, type;  // the type's own spelling is brought to one: "Radiobuttons" is "RadioButtons"
  std::string file;
  int line = 0;
  std::optional<ComponentKind> kind;  // none: read, but not shown by the portal (buttons, navigation bars, ...)
  int page = 0;
  int parent = -1;
  std::vector<int> children;
  bool repeating = false;
  bool outside_rows = false;        // stands in rowsBefore or rowsAfter of a repeating group
  bool hidden_by_parent = false;    // the group's table never shows it
  std::vector<std::string> groups;  // patterns of the repeating groups around it, outermost first

  std::map<std::string, Binding, std::less<>> bindings;
  std::map<std::string, TextBinding, std::less<>> texts;
  Flag required, read_only, hidden, hidden_row;
  bool required_given = false;
  ExprPtr value;  // of Text, Date, Number and Option that only show
  std::string format;
  NumberFormat number;
  std::string options_id;
  std::vector<Option> options;
  bool has_options = false;
  std::optional<RowSource> row_source;     // counts before the other two, as in Altinn
  std::optional<std::size_t> preselected;  // preselectedOptionIndex

  std::string width, autocomplete, input_mode;
  Severity severity = Severity::info;
  bool time_stamp = false, time_stamp_given = false;
  DayLimit min_date, max_date;
  std::vector<std::pair<std::string, int>> unread;  // properties nobody reads, with their lines
  bool asks_past = false;                           // a date that has been: a birth, or at most today
  std::size_t max_length = 0;
  std::size_t min_count = 0, max_count = 0;
  std::int64_t max_bytes = 0;
  std::vector<std::string> endings;
  std::string summary_binding;  // List

  bool deferrable = false;
  std::vector<std::string> checks;
  std::string precision;  // pattern

  [[nodiscard]] bool is_choice() const {
    return kind == ComponentKind::radio || kind == ComponentKind::checkboxes || kind == ComponentKind::dropdown;
  }
  // Whether anything says what it may be answered with.
  [[nodiscard]] bool has_choices() const { return row_source || has_options || !options_id.empty(); }
  [[nodiscard]] const Binding* binding(std::string_view name) const {
    auto found = bindings.find(name);
    return found == bindings.end() ? nullptr : &found->second;
  }
  // The pattern of the one value it holds; "" when it holds none.
  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] const std::string& group_path() const;  // of a repeating group
};

struct Page {
  std::string id, file;
  Flag hidden;
  std::vector<int> roots;
};

struct Layout {
  std::vector<Page> pages;
  std::vector<Component> components;
  std::map<std::string, int, std::less<>> by_id;
  [[nodiscard]] const Component* find(std::string_view id) const {
    auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : &components[static_cast<std::size_t>(found->second)];
  }
  [[nodiscard]] const Component& at(int index) const { return components[static_cast<std::size_t>(index)]; }
};

// "ytre[{0}].indre[{1}].navn", as Altinn writes a path in the rows one stands in, without the marks of the rows.
[[nodiscard]] std::string pattern_in_rows(std::string_view path);
// A text id or an expression; neither (and a fault) when it is something else. `what` names it in faults.
[[nodiscard]] TextBinding read_text_binding(const Node& node, const std::string& what, std::vector<Fault>& faults);
// `node` is a component's `source`; nothing (and a fault) when it cannot be one.
[[nodiscard]] std::optional<RowSource> read_row_source(const Node& node, const std::string& id,
                                                       std::vector<Fault>& faults);
// Pages are added in order; then the tree is tied together and checked as a whole.
void read_page(Layout& layout, std::string page, const Node& file, std::vector<Fault>& faults);
void tie_layout(Layout& layout, std::vector<Fault>& faults);

}  // namespace alting::forms
