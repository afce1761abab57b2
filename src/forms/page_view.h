// A page of a form as it is to be shown now: texts in the language, values filled in, expressions evaluated.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/rich_text.h"
#include "forms/form_context.h"

namespace alting::forms {

using base::RichText;

enum class Severity : std::uint8_t { error, warning, info, success };

enum class ComponentKind : std::uint8_t {
  header,
  paragraph,
  alert,
  input,
  text_area,
  number,
  date,
  date_time,
  time,
  radio,
  checkboxes,
  dropdown,
  group,
  repeating_group,
  upload,
  summary,
};

struct OptionView {
  std::string value;
  RichText label, description, help;
  bool selected = false;  // of a clock's two times and of precisions; elsewhere the answer itself tells
};

// What may be chosen. Fields in many rows that offer the same rows of another group share one list.
class ChoiceList {
 public:
  ChoiceList() = default;
  explicit ChoiceList(std::shared_ptr<const std::vector<OptionView>> options) : options_(std::move(options)) {}
  [[nodiscard]] const OptionView* begin() const { return options_ ? options_->data() : nullptr; }
  [[nodiscard]] const OptionView* end() const { return options_ ? options_->data() + options_->size() : nullptr; }
  [[nodiscard]] std::size_t size() const { return options_ ? options_->size() : 0; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] const OptionView& operator[](std::size_t i) const { return (*options_)[i]; }
  [[nodiscard]] const OptionView& at(std::size_t i) const {
    if (i >= size()) throw std::out_of_range("no such option");
    return (*options_)[i];
  }
  [[nodiscard]] bool shares_with(const ChoiceList& other) const { return options_ == other.options_; }

 private:
  std::shared_ptr<const std::vector<OptionView>> options_;
};

// How many rows of a group a question takes its answers from: the first that count.
inline constexpr std::size_t max_row_options = 200;

// A component as it is to be shown now: texts in the language, values filled in, expressions evaluated.
struct ComponentView {
  std::string id;  // unique on the page; rows add "-0"
  ComponentKind kind = ComponentKind::paragraph;
  Path path;  // "" when not bound
  RichText title, description, help;
  RichText body;                       // alert and paragraph
  std::size_t folds = 0;               // header: what is promised of a page stands below it, so many components
  Severity severity = Severity::info;  // alert
  std::string value;                   // as text; date YYYY-MM-DD, instant RFC 3339
  std::vector<std::string> values;     // checkboxes
  ChoiceList options;
  std::string notice;  // that not all rows can be chosen; "" when there is nothing to say
  bool required = false, read_only = false;
  bool deferrable = false;
  std::optional<Later> later;  // promised
  bool later_open = false;     // supplement: promised before
  bool open_answer = false;  // its answer says that one does not know yet: kept, and a promise all the same on sending
  std::string precision_path, precision_value;  // dtp fields
  std::vector<OptionView> precision_options;
  std::size_t max_length = 0;  // code points; 0: none of its own
  std::string width;           // "short", "medium", ""
  std::string autocomplete, input_mode;
  std::string source;  // where a prefilled value came from, as text; "" when typed
  // date and time that a clock shows twice: which of the two, posted as "<path>.occurrence"; else empty
  std::vector<OptionView> occurrences;
  // repeating group: one vector of children for each row that is shown; group: exactly one
  std::vector<std::vector<ComponentView>> rows;
  std::vector<std::size_t> row_indexes;  // repeating group: each row's number in paths, counted from 0
  std::size_t min_rows = 0, max_rows = 0;
  RichText add_label, remove_label;
  // upload
  std::string data_type;
  std::size_t max_files = 0;
  std::int64_t max_bytes = 0;  // of one file, in octets
  std::vector<std::string> file_endings;
  std::vector<OptionView> tags;
  std::vector<AttachmentInfo> files;
};

struct PageView {
  std::string id;
  RichText title;
  std::vector<ComponentView> components;  // hidden ones are left out
};

}  // namespace alting::forms
