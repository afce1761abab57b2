// Form fields. Each has a visible label; description, error and source are tied to the input by aria-describedby, a
// faulty one has aria-invalid; groups are fieldsets with a legend. The ids are made from `id` (or the name): ID,
// ID-description, ID-error. ID is the input, of a group the fieldset, so that a link to a fault leads to the question.
//
// Dates are the browser's own control (type=date): it works with keyboard, screen reader, touch and without scripts,
// and always sends YYYY-MM-DD. Browsers without it show a text field; who reads it (forms) takes what people then write. A date
// with time is two such controls in one fieldset, each with a name of its own: datetime-local is poorly read aloud and
// hard to fill in partly.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/components/actions.h"

namespace alting::web::ui {

struct Field {
  std::string name;
  RichText label;
  std::string about;  // of what, read aloud after the label where the eye sees it from the place
  std::string id;     // default: the name with everything but letters, digits and '-' as '-'
  std::string value;
  std::string description;  // one or two sentences under the label
  Html description_html;    // instead, when it has links or Markdown
  std::string help_label;   // with help: a "Hva betyr dette?" that opens; of which question is read aloud after it
  Html help;
  std::string error;      // shown under the field and read with it
  std::string warning;    // likewise, but hinders nothing
  std::string source;     // where a prefilled value comes from: "Hentet fra Enhetsregisteret"
  std::string marker;     // "(valgfritt)": grey words by the label; what must be answered has none
  std::string state;      // "Kommer senere": a tag by the label
  bool required = false;  // aria-required; the server decides, so the browser's own bubbles stay away
  bool read_only = false;
  bool disabled = false;
  bool hide_label = false;  // for screen readers only
  Html after;               // more behind the field, such as a "comes later" checkbox
  std::string group;        // data-group: saved together with the others of that group
};

struct TextField : Field {
  std::string type = "text";   // text, email, tel, url, password
  std::string autocomplete;    // WCAG 1.3.5
  std::string input_mode;      // numeric, decimal
  std::optional<int> width;    // in characters, for short things such as a postal code
  std::string prefix, suffix;  // "kr", "personer"
  bool spell_check = true;
};
[[nodiscard]] Html text_field(const TextField& field);

struct TextArea : Field {
  int rows = 5;
  std::optional<int> max_length;  // code points, as the server counts them
  std::string count_text;         // "{n} tegn igjen", shown by the script, with max_length
};
[[nodiscard]] Html text_area(const TextArea& field);

struct Option {
  std::string value;
  RichText label;  // of a select: shown as plain text, as HTML has it
  RichText description;
  bool disabled = false;
  std::string group;  // of a select: optgroup
};
struct Select : Field {
  std::vector<Option> options;
  std::string empty_label;  // "Velg ...": the choice of nothing, when not empty
};
[[nodiscard]] Html select(const Select& field);

struct RadioGroup : Field {  // value: the chosen one
  std::vector<Option> options;
  bool inline_ = false;  // side by side, for two short ones
};
[[nodiscard]] Html radio_group(const RadioGroup& field);

struct CheckboxGroup : Field {
  std::vector<Option> options;
  std::vector<std::string> values;
};
[[nodiscard]] Html checkbox_group(const CheckboxGroup& field);

struct Checkbox : Field {  // one alone; value is what it sends, "true" when empty
  bool checked = false;
};
[[nodiscard]] Html checkbox(const Checkbox& field);

struct DateField : Field {  // value YYYY-MM-DD
  std::string min, max;
};
[[nodiscard]] Html date_field(const DateField& field);
struct DateTimeField : Field {       // value YYYY-MM-DDTHH:MM, or with only one of the two: "YYYY-MM-DDT", "THH:MM"
  std::string date_name, time_name;  // what the two are posted as
  std::string date_label, time_label;
  std::string min, max;  // dates
};
[[nodiscard]] Html date_time_field(const DateTimeField& field);
struct FileField : Field {
  std::vector<std::string> accept;  // ".pdf", "image/png"
  bool multiple = false;
  std::string button_label;   // shown beside the input with scripts off: the submit button of its own form
  std::string drop_text;      // "Dra filen hit, eller velg fil"
  std::string progress_text;  // "Laster opp {percent} %"
  // A larger one is not taken when it is chosen; large_text says so ("{name} er for stor"). 0: the server alone says it.
  std::int64_t largest = 0;
  std::string large_text = {};
};
[[nodiscard]] Html file_field(const FileField& field);

struct SearchField {
  std::string name = "q";
  std::string label;  // for screen readers, unless show_label
  std::string value;
  std::string button;  // "Søk"
  std::string id;
  std::string action;
  Fields hidden;
  // id of the element that results go to while typing (data-search-form), "" for none; what its data-said says is read
  // aloud
  std::string live;
  bool show_label = false;
};
[[nodiscard]] Html search_field(const SearchField& search);

[[nodiscard]] std::string field_id(std::string_view name);
// A heading and fields that belong together.
[[nodiscard]] Html fieldset(const RichText& legend, const Html& content, const Html& description = {},
                            std::string_view id = {});

}  // namespace alting::web::ui
