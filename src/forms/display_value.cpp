// What a component's answer looks like as plain text: displayValue, and the words of overviews.
#include "base/digits.h"
#include "base/text.h"
#include "forms/dates.h"
#include "forms/decimal.h"
#include "forms/functions.h"

namespace alting::forms {

namespace {

// "### ## ###" filled with the text's characters.
std::string patterned(std::string_view text, std::string_view pattern) {
  std::string out;
  std::size_t at = 0;
  for (char c : pattern) {
    if (at == text.size()) break;
    out += c == '#' ? text[at++] : c;
  }
  return out + std::string(text.substr(at));
}

std::string format_number(const NumberFormat& format, const std::string& text) {
  auto number = to_decimal(text);
  if (!number) return text;
  if (!format.pattern.empty()) return patterned(*number, format.pattern);
  auto shown = format.decimals ? round_to(*number, *format.decimals) : *number;
  bool negative = shown.starts_with('-');
  if (negative) shown.erase(0, 1);
  auto dot = shown.find('.');
  auto whole = shown.substr(0, dot);
  auto fraction = dot == std::string::npos ? "" : shown.substr(dot + 1);
  if (!format.thousand.empty()) whole = base::group_digits(std::move(whole), format.thousand);
  if (!fraction.empty()) whole += (format.decimal.empty() ? "." : format.decimal) + fraction;
  return format.prefix + (negative ? "-" : "") + whole + format.suffix;
}

std::string default_pattern(const Component& component, std::string_view language) {
  if (component.type == "TimePicker") return "HH:mm";
  return language == "en" ? "MM/dd/yyyy" : "dd.MM.yyyy";
}

std::string format_time(const Component& component, const std::string& text, const World& world) {
  auto parsed = parse_date_time(component.type == "TimePicker" && text.size() <= 8 ? "2000-01-01T" + text : text);
  const auto* at = std::get_if<DateTime>(&parsed);
  if (at == nullptr) return text;
  auto pattern = component.format.empty() ? default_pattern(component, world.language) : component.format;
  // Older layouts write the format as moment.js does.
  pattern = base::replace_all(base::replace_all(pattern, "DD", "dd"), "YYYY", "yyyy");
  auto shown = *at;
  if (at->offset_minutes && world.zone != "UTC") {
    shown = from_micros(at->utc_micros() +
                        std::int64_t{60'000'000} * base::to_oslo(base::Instant{at->utc_micros()}).offset_minutes);
  }
  return format_date_time(shown, pattern, world.language);
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

bool is_listed(const Json& list, const std::string& id) {
  if (!list.is_array()) return code_text(list) == id;
  return std::ranges::any_of(list.items(), [&](const Json& item) { return code_text(item) == id; });
}

std::string bound_text(Evaluator& evaluator, const Component& component, std::string_view name, const Rows& rows) {
  const auto* binding = component.binding(name);
  if (binding == nullptr) return "";
  auto value = evaluator.bound_value(component, *binding, rows);
  return value && *value != nullptr ? code_text(**value) : "";
}

std::string address_text(Evaluator& evaluator, const Component& component, const Rows& rows) {
  auto part = [&](std::string_view name) { return bound_text(evaluator, component, name, rows); };
  return joined({part("careOf"), part("address"), part("houseNumber"), part("zipCode"), part("postPlace")}, " ");
}

// The names of a component's files: those its binding lists by id (in rows), else all of its data type.
std::string file_names(Evaluator& evaluator, const Component& component, const Rows& rows) {
  const Json* listed = nullptr;
  for (const auto* name : {"list", "simpleBinding"}) {
    const auto* binding = component.binding(name);
    if (binding == nullptr) continue;
    if (auto value = evaluator.bound_value(component, *binding, rows)) listed = *value;
    if (listed == nullptr) return "";
  }
  std::vector<std::string> names;
  for (const auto& file : evaluator.world().attachments) {
    if (listed == nullptr ? file.data_type == component.id : is_listed(*listed, file.id))
      names.push_back(file.file_name);
  }
  return joined(names, ", ");
}

std::string list_text(Evaluator& evaluator, const Component& component, const Rows& rows) {
  for (const auto& [name, binding] : component.bindings) {
    if (component.summary_binding.empty() || name == component.summary_binding ||
        binding.pattern == component.summary_binding) {
      return bound_text(evaluator, component, name, rows);
    }
  }
  return "";
}

bool has_display_value(const Component& component) {
  static constexpr std::array<std::string_view, 13> without{
      "Header",         "Paragraph",         "Alert",        "Panel",  "Group",
      "RepeatingGroup", "Summary",           "Summary2",     "Button", "Accordion",
      "Tabs",           "NavigationButtons", "NavigationBar"};
  return std::ranges::find(without, component.type) == without.end();
}

std::string typed_text(Evaluator& evaluator, const Component& component, const Json& value, const Scope& scope) {
  const auto& type = component.type;
  if (type == "RadioButtons" || type == "Dropdown" || type == "Option" || type == "LikertItem" || type == "Likert") {
    return value.is_null() ? "" : evaluator.option_label(component, code_text(value), scope);
  }
  if (type == "Checkboxes" || type == "MultipleSelect") {
    std::vector<std::string> labels;
    for (const auto& code : codes_of(value)) labels.push_back(evaluator.option_label(component, code, scope));
    return joined(labels, ", ");
  }
  auto text = code_text(value);
  if (text.empty()) return "";
  if (type == "Date" || type == "Datepicker" || type == "TimePicker")
    return format_time(component, text, evaluator.world());
  if (type == "Map") return base::replace_all(text, ",", ", ");
  if (component.number.given()) return format_number(component.number, text);
  return text;
}

}  // namespace

Outcome Evaluator::display_value(const Component& component, const Rows& rows) {
  if (!has_display_value(component))
    return std::unexpected(
        fmt::format("The component {} of type {} does not have a displayValue", component.id, component.type));
  if (hidden(component, rows)) return Json();
  Scope scope;
  scope.component = &component;
  scope.rows = rows;
  if (component.type == "Address") return Json(address_text(*this, component, rows));
  if (component.type == "List") return Json(list_text(*this, component, rows));
  if (component.type == "FileUpload" || component.type == "FileUploadWithTag" || component.type == "ImageUpload")
    return Json(file_names(*this, component, rows));
  Json value;
  if (component.binding("simpleBinding") != nullptr) {
    auto bound = component_value(component, rows, rows);
    if (!bound) return bound;
    value = std::move(*bound);
  } else if (component.value) {
    auto given = answer(*component.value, scope);
    if (!given) return given;
    value = std::move(*given);
  } else {
    return std::unexpected(
        fmt::format("The component {} of type {} does not have a displayValue", component.id, component.type));
  }
  return Json(typed_text(*this, component, value, scope));
}

}  // namespace alting::forms
