#include "web/components/fields.h"

#include "base/text.h"
#include "base/time.h"
#include "web/components/feedback.h"
#include "web/components/long_words.h"

namespace alting::web::ui {

using html::Attribute;
using html::Attributes;
using html::el;

std::string field_id(std::string_view name) {
  std::string id;
  id.reserve(name.size());
  for (char c : name) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    id += plain ? c : '-';
  }
  return id;
}

namespace {

std::string id_of(const Field& field) { return field.id.empty() ? field_id(field.name) : field.id; }

Html marker_of(const Field& field) {
  Html out;
  if (!field.marker.empty()) out += html::text(" ") + el("span", {{"class", "field-marker"}}, html::text(field.marker));
  if (!field.state.empty())
    out += html::text(" ") +
           el("span", {{"class", "ds-tag field-state"}, {"data-color", "info"}}, html::text(field.state));
  return out;
}

bool has_description(const Field& field) { return !field.description.empty() || !field.description_html.empty(); }

// The ids of what is said about a field, in reading order.
std::string described_by(const Field& field, const std::string& id, bool counted = false) {
  std::string ids;
  auto add = [&](bool there, std::string_view part) {
    if (!there) return;
    if (!ids.empty()) ids += ' ';
    ids += id;
    ids += part;
  };
  add(has_description(field), "-description");
  add(!field.source.empty(), "-source");
  add(counted, "-count");
  add(!field.warning.empty(), "-warning");
  add(!field.error.empty(), "-error");
  return ids;
}

Html description(const Field& field, const std::string& id) {
  Html out;
  if (has_description(field))
    out += el("div", {{"class", "field-description"}, {"data-field", "description"}, {"id", id + "-description"}},
              field.description_html.empty() ? html::lines(field.description) : field.description_html);
  if (!field.help.empty())
    out += el("details", {{"class", "field-help"}, {"id", id + "-help"}},
              el("summary", html::text(field.help_label),
                 el("span", {{"class", "ds-sr-only"}}, html::text(" " + field.label.plain()))),
              el("div", {{"class", "prose"}}, field.help));
  return out;
}

Html below(const Field& field, const std::string& id) {
  Html out;
  if (!field.source.empty())
    out += el("p", {{"class", "field-source"}, {"id", id + "-source"}}, html::text(field.source));
  if (!field.warning.empty())
    out += el("p",
              {{"class", "ds-validation-message"},
               {"data-color", "warning"},
               {"data-field", "validation"},
               {"id", id + "-warning"}},
              html::text(field.warning));
  if (!field.error.empty())
    out += el("p", {{"class", "ds-validation-message"}, {"data-field", "validation"}, {"id", id + "-error"}},
              html::text(field.error));
  return out;
}

Attributes input_attributes(const Field& field, const std::string& id, bool counted = false) {
  Attributes attributes{{"class", "ds-input"}, {"id", id}, {"name", field.name}};
  std::string ids = described_by(field, id, counted);
  if (!ids.empty()) attributes.push_back({"aria-describedby", ids});
  if (!field.error.empty()) attributes.push_back({"aria-invalid", "true"});
  if (field.required) attributes.push_back({"aria-required", "true"});
  attributes.push_back({"readonly", field.read_only});
  attributes.push_back({"disabled", field.disabled});
  return attributes;
}

Html label_of(const Field& field, const std::string& id) {
  const Html about =
      field.about.empty() ? Html{} : el("span", {{"class", "ds-sr-only"}}, html::text(": " + field.about));
  return el("label", {{"class", field.hide_label ? "ds-label ds-sr-only" : "ds-label"}, {"for", id}},
            html::words(field.label), about, marker_of(field));
}

Attributes box_attributes(const Field& field, const std::string& id) {
  Attributes attributes{{"class", "ds-field field"}, {"id", id + "-field"}};
  if (!field.group.empty()) attributes.push_back({"data-group", field.group});
  return attributes;
}

// A group of inputs: legend, description, the inputs, messages.
Html group_of(const Field& field, const std::string& id, const Html& inputs, bool radio,
              std::string_view data_group = {}) {
  Attributes attributes{{"class", "ds-fieldset field"}, {"id", id}, {"tabindex", "-1"}};
  std::string ids = described_by(field, id);
  if (!ids.empty()) attributes.push_back({"aria-describedby", ids});
  if (radio) {
    attributes.push_back({"role", "radiogroup"});
    if (field.required) attributes.push_back({"aria-required", "true"});
    if (!field.error.empty()) attributes.push_back({"aria-invalid", "true"});
  }
  if (!data_group.empty()) attributes.push_back({"data-group", data_group});
  return el("fieldset", attributes,
            el("legend", {{"class", field.hide_label ? "ds-label ds-sr-only" : "ds-label"}}, html::words(field.label),
               marker_of(field)),
            description(field, id), inputs, below(field, id)) +
         field.after;
}

// One radio button or checkbox with its label.
Html choice(const Field& field, const Option& option, std::string_view type, bool chosen, const std::string& id) {
  Attributes attributes{{"class", "ds-input"}, {"type", type},          {"id", id},
                        {"name", field.name},  {"value", option.value}, {"checked", chosen}};
  if (!option.description.empty()) attributes.push_back({"aria-describedby", id + "-hint"});
  if (!field.error.empty()) attributes.push_back({"aria-invalid", "true"});
  // A choice cannot be read-only in HTML; disabled ones are not sent, so a hidden field carries the value (see
  // read_only_value).
  attributes.push_back({"disabled", field.disabled || field.read_only || option.disabled});
  return el("div", {{"class", "ds-field choice"}}, el("input", attributes),
            el("label", {{"class", "ds-label"}, {"for", id}}, html::words(option.label)),
            option.description.empty()
                ? Html{}
                : el("div", {{"data-field", "description"}, {"id", id + "-hint"}}, html::words(option.description)));
}

Html kept_value(const Field& field, std::string_view value) {
  if (!field.read_only || field.disabled) return {};
  return el("input", {{"type", "hidden"}, {"name", field.name}, {"value", value}});
}

}  // namespace

Html text_field(const TextField& field) {
  std::string id = id_of(field);
  Attributes attributes = input_attributes(field, id);
  attributes.push_back({"type", field.type});
  attributes.push_back({"value", field.value});
  if (!field.autocomplete.empty()) attributes.push_back({"autocomplete", field.autocomplete});
  if (!field.input_mode.empty()) attributes.push_back({"inputmode", field.input_mode});
  // No maxlength: browsers count UTF-16 units, and cut off in silence what is pasted. The server counts and says so.
  if (field.width) attributes.push_back({"size", *field.width});
  if (!field.spell_check) attributes.push_back({"spellcheck", "false"});
  Html input = el("input", attributes);
  if (!field.prefix.empty() || !field.suffix.empty()) {
    auto affix = [](const std::string& words) {
      return words.empty() ? Html{}
                           : el("span", {{"class", "ds-field-affix"}, {"aria-hidden", "true"}}, html::text(words));
    };
    input = el("div", {{"class", "ds-field-affixes"}}, affix(field.prefix), input, affix(field.suffix));
  }
  return el("div", box_attributes(field, id), label_of(field, id), description(field, id), input, below(field, id)) +
         field.after;
}

Html text_area(const TextArea& field) {
  std::string id = id_of(field);
  bool counted = field.max_length && !field.count_text.empty();
  Attributes attributes = input_attributes(field, id, counted);
  attributes.push_back({"rows", field.rows});
  // No maxlength: pasted text must not be cut off in silence. The script counts and the server refuses.
  Html count;
  if (counted) {
    attributes.push_back({"data-max", *field.max_length});
    count =
        el("p",
           {{"class", "field-count"}, {"id", id + "-count"}, {"data-count-for", id}, {"data-words", field.count_text}},
           html::text(base::replace_all(
               field.count_text, "{n}",
               std::to_string(*field.max_length - static_cast<int>(base::code_points(field.value))))));
  }
  return el("div", box_attributes(field, id), label_of(field, id), description(field, id),
            el("textarea", attributes, html::text(field.value)), count, below(field, id)) +
         field.after;
}

Html select(const Select& field) {
  std::string id = id_of(field);
  Html options;
  if (!field.empty_label.empty())
    options += el("option", {{"value", ""}, {"selected", field.value.empty()}}, html::text(field.empty_label));
  std::string open_group;
  Html grouped;
  auto close = [&] {
    if (!grouped.empty()) options += el("optgroup", {{"label", open_group}}, grouped);
    grouped = {};
  };
  for (const Option& option : field.options) {
    if (option.group != open_group) close();
    open_group = option.group;
    Html one = el("option",
                  {{"value", option.value}, {"selected", option.value == field.value}, {"disabled", option.disabled}},
                  html::text(option.label.plain()));
    (option.group.empty() ? options : grouped) += one;
  }
  close();
  auto shown = static_cast<const Field&>(field);
  shown.disabled = field.disabled || field.read_only;
  shown.read_only = false;
  return el("div", box_attributes(field, id), label_of(field, id), description(field, id),
            el("select", input_attributes(shown, id), options), kept_value(field, field.value), below(field, id)) +
         field.after;
}

Html radio_group(const RadioGroup& field) {
  std::string id = id_of(field);
  Html inputs;
  for (std::size_t i = 0; i < field.options.size(); ++i)
    inputs += choice(field, field.options[i], "radio", field.options[i].value == field.value,
                     fmt::format("{}-{}", id, i + 1));
  if (field.inline_) inputs = el("div", {{"class", "choices-inline"}}, inputs);
  return group_of(field, id, inputs + kept_value(field, field.value), true);
}

Html checkbox_group(const CheckboxGroup& field) {
  std::string id = id_of(field);
  Html inputs;
  for (std::size_t i = 0; i < field.options.size(); ++i) {
    bool chosen = std::ranges::find(field.values, field.options[i].value) != field.values.end();
    inputs += choice(field, field.options[i], "checkbox", chosen, fmt::format("{}-{}", id, i + 1));
    if (chosen) inputs += kept_value(field, field.options[i].value);
  }
  return group_of(field, id, inputs, false);
}

Html checkbox(const Checkbox& field) {
  std::string id = id_of(field);
  std::string value = field.value.empty() ? "true" : field.value;
  Attributes attributes = input_attributes(field, id);
  attributes.push_back({"type", "checkbox"});
  attributes.push_back({"value", value});
  attributes.push_back({"checked", field.checked});
  if (field.read_only) attributes.push_back({"disabled", true});
  return el("div", box_attributes(field, id), el("input", attributes), label_of(field, id), description(field, id),
            field.checked ? kept_value(field, value) : Html{}, below(field, id)) +
         field.after;
}

Html date_field(const DateField& field) {
  std::string id = id_of(field);
  Attributes attributes = input_attributes(field, id);
  attributes.push_back({"type", "date"});
  attributes.push_back({"value", field.value});
  if (!field.min.empty()) attributes.push_back({"min", field.min});
  if (!field.max.empty()) attributes.push_back({"max", field.max});
  attributes.push_back({"size", 14});
  return el("div", box_attributes(field, id), label_of(field, id), description(field, id), el("input", attributes),
            below(field, id)) +
         field.after;
}

Html date_time_field(const DateTimeField& field) {
  std::string id = id_of(field);
  std::size_t middle = field.value.find('T');
  std::string date = field.value.substr(0, middle);
  std::string time = middle == std::string::npos ? "" : field.value.substr(middle + 1, 5);
  auto part = [&](const std::string& name, std::string_view type, const std::string& label, const std::string& value,
                  const std::string& part_id) {
    Attributes attributes{{"class", "ds-input"}, {"id", part_id},  {"name", name},
                          {"type", type},        {"value", value}, {"size", type == "date" ? 14 : 8}};
    if (type == "date" && !field.min.empty()) attributes.push_back({"min", field.min});
    if (type == "date" && !field.max.empty()) attributes.push_back({"max", field.max});
    if (!field.error.empty()) attributes.push_back({"aria-invalid", "true"});
    if (field.required) attributes.push_back({"aria-required", "true"});
    attributes.push_back({"readonly", field.read_only});
    attributes.push_back({"disabled", field.disabled});
    return el("div", {{"class", "ds-field"}}, el("label", {{"class", "ds-label"}, {"for", part_id}}, html::text(label)),
              el("input", attributes));
  };
  Html inputs = el("div", {{"class", "date-time"}}, part(field.date_name, "date", field.date_label, date, id + "-date"),
                   part(field.time_name, "time", field.time_label, time, id + "-time"));
  return group_of(field, id, inputs, false, field.group.empty() ? field.name : field.group);
}

Html file_field(const FileField& field) {
  std::string id = id_of(field);
  Attributes attributes = input_attributes(field, id);
  attributes.push_back({"type", "file"});
  std::string accept;
  for (const std::string& type : field.accept) accept += (accept.empty() ? "" : ",") + type;
  if (!accept.empty()) attributes.push_back({"accept", accept});
  attributes.push_back({"multiple", field.multiple});
  if (!field.progress_text.empty()) attributes.push_back({"data-upload", field.progress_text});
  if (field.largest > 0) {
    attributes.push_back({"data-largest", std::to_string(field.largest)});
    attributes.push_back({"data-large", field.large_text});
  }
  Html box =
      el("div", {{"class", "file-drop"}, {"data-drop", "1"}},
         field.drop_text.empty()
             ? Html{}
             : el("p", {{"class", "file-drop-words"}, {"aria-hidden", "true"}}, html::text(field.drop_text)),
         el("input", attributes),
         el("progress", {{"id", id + "-bar"}, {"max", 100}, {"value", 0}, {"hidden", true}, {"aria-hidden", "true"}}),
         el("p", {{"class", "file-progress"}, {"id", id + "-progress"}, {"role", "status"}}));
  Html submit;
  if (!field.button_label.empty())
    submit = el("div", {{"class", "file-submit"}}, button(field.button_label, Variant::secondary));
  return el("div", box_attributes(field, id), label_of(field, id), description(field, id), box, submit,
            below(field, id)) +
         field.after;
}

Html search_field(const SearchField& search) {
  std::string id = search.id.empty() ? "search-" + field_id(search.name) : search.id;
  Attributes form{html::action(search.action),
                  {"method", "get"},
                  {"role", "search"},
                  {"class", "search"},
                  {"aria-label", search.label}};
  if (!search.live.empty()) form.push_back({"data-search-form", search.live});
  Html hidden;
  for (const auto& [name, value] : search.hidden)
    hidden += el("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  return el(
      "form", form, hidden,
      el("label", {{"class", search.show_label ? "ds-label" : "ds-sr-only"}, {"for", id}}, html::text(search.label)),
      el("div", {{"class", "search-row"}},
         el("input", {{"class", "ds-input"},
                      {"type", "search"},
                      {"id", id},
                      {"name", search.name},
                      {"value", search.value},
                      {"autocomplete", "off"},
                      {"maxlength", 400}}),
         button(search.button, Variant::secondary)),
      search.live.empty() ? Html{} : el("p", {{"class", "ds-sr-only"}, {"role", "status"}}));
}

Html fieldset(const RichText& legend, const Html& content, const Html& description, std::string_view id) {
  Attributes attributes{{"class", "ds-fieldset group"}};
  if (!id.empty()) {
    attributes.push_back({"id", id});
    attributes.push_back({"tabindex", "-1"});
  }
  return el("fieldset", attributes, el("legend", {{"class", "ds-heading"}, {"data-size", "sm"}}, breakable(legend)),
            description.empty()
                ? Html{}
                : el("div", {{"class", "field-description"}, {"data-field", "description"}}, description),
            content);
}

}  // namespace alting::web::ui
