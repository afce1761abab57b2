// Component and model checked against each other: what a component can give must be something the model takes, or the
// field can never be filled in right and the form never be sent.
#include "base/text.h"
#include "forms/folder.h"
#include "forms/functions.h"
#include "forms/typed.h"

namespace alting::forms {

namespace {

std::string_view name_of(SchemaType type) {
  switch (type) {
    case SchemaType::object: return "an object";
    case SchemaType::array: return "an array";
    case SchemaType::string: return "text";
    case SchemaType::number: return "a number";
    case SchemaType::integer: return "a whole number";
    case SchemaType::boolean: return "true or false";
    case SchemaType::any: break;
  }
  return "anything";
}

std::string wanted(const Schema& schema) {
  auto out = std::string(name_of(schema.type));
  if (!schema.format.empty()) out += fmt::format(" of format {}", schema.format);
  if (!schema.choices.empty()) out += " from a list (enum)";
  return out;
}

class FieldChecker {
 public:
  FieldChecker(const Folder& folder, std::vector<Fault>& faults) : folder_(folder), faults_(faults) {}

  void check() {
    for (const auto& component : folder_.layout.components) {
      limits(component);
      other_model(component);
      if (!component.kind || component.path().empty()) continue;
      if (component.read_only.value) continue;  // only shows
      const auto* schema = folder_.model.find(component.path());
      if (schema != nullptr) field(component, *schema);
    }
  }

 private:
  void report(const Component& component, int line, std::string_view message) {
    faults_.push_back(
        {component.file, line > 0 ? line : component.line, fmt::format("component \"{}\": {}", component.id, message)});
  }
  void report(const Component& component, std::string_view message) { report(component, 0, message); }

  [[nodiscard]] bool any(const Schema& schema, std::initializer_list<std::string_view> texts) const {
    return std::ranges::any_of(texts, [&](auto text) { return takes(folder_.model, schema, Json(std::string(text))); });
  }

  void limits(const Component& component) {
    if (component.max_count > 0 && component.min_count > component.max_count)
      report(component, "more is asked for than is allowed: the least number is greater than the most");
    constexpr auto day = "2024-06-15";  // fixed days, and words among themselves, are in order on any day or on none
    auto least = component.min_date.text.empty() ? std::nullopt : day_of(component.min_date.text, day);
    auto most = component.max_date.text.empty() ? std::nullopt : day_of(component.max_date.text, day);
    bool same_kind = base::is_date(component.min_date.text) == base::is_date(component.max_date.text);
    if (least && most && same_kind && *least > *most)
      report(component, component.min_date.line, "minDate is after maxDate: no day can be chosen");
    if (!component.repeating) return;
    const auto* schema = folder_.model.find(component.group_path());
    if (schema != nullptr && schema->max_items && component.min_count > *schema->max_items)
      report(component, "more rows are asked for than the data model takes (maxItems)");
  }

  // One form, one model: what is bound to another would be asked for and go nowhere.
  void other_model(const Component& component) {
    if (!component.kind) return;
    for (const auto& [name, bound] : component.bindings) {
      if (bound.data_type.empty() || bound.data_type == folder_.facts.data_type) continue;
      report(component, bound.line,
             fmt::format("it is bound to the data type \"{}\", and a form of Alting has one, \"{}\"", bound.data_type,
                         folder_.facts.data_type));
    }
  }

  void field(const Component& component, const Schema& schema) {
    auto refuse = [&](std::string_view gives) {
      report(component, component.binding("simpleBinding")->line,
             fmt::format("it gives {}, and the data model wants {} in \"{}\": it can never be filled in right", gives,
                         wanted(schema), component.path()));
    };
    switch (*component.kind) {
      case ComponentKind::date:
        if (!any(schema, {"2026-01-01", "2026-12-31", "1985-06-15"})) {
          if (schema.format == "date-time")
            return refuse("a date without time (\"timeStamp\" is false; take it out or make it true)");
          refuse("a date");
        }
        return;
      case ComponentKind::date_time:
        if (!any(schema, {"2026-01-01T12:30:00+01:00", "2026-06-15T12:30:00+02:00"})) refuse("a date with time");
        return;
      case ComponentKind::time:
        if (!any(schema, {"00:00", "09:05", "14:30"})) refuse("a time of day");
        return;
      case ComponentKind::radio:
      case ComponentKind::dropdown:
      case ComponentKind::checkboxes: return choices(component, schema);
      case ComponentKind::input:
      case ComponentKind::text_area:
      case ComponentKind::number: return text(component, schema, refuse);
      default: return;
    }
  }

  template <class Refuse>
  void text(const Component& component, const Schema& schema, const Refuse& refuse) {
    if (schema.type == SchemaType::array || schema.type == SchemaType::object || schema.type == SchemaType::boolean)
      return refuse(component.kind == ComponentKind::number ? "a number" : "text");
    if (schema.type == SchemaType::string && (schema.format == "date" || schema.format == "date-time"))
      return refuse("text (take a Datepicker)");
    if (component.max_length > 0 && schema.min_length && component.max_length < *schema.min_length)
      report(component, "maxLength is less than the data model's minLength: no text is right");
  }

  template <class Visit>
  void each_option(const Component& component, const Visit& visit) {
    if (component.has_options) {
      for (const auto& option : component.options) visit(option, component.file);
      return;
    }
    auto list = folder_.options.find(component.options_id);
    if (list == folder_.options.end()) return;
    for (const auto& version : list->second.versions) {
      for (const auto& option : version.options) visit(option, list->second.file);
    }
  }

  // Each code there is must be one that can be stored and sent.
  void choices(const Component& component, const Schema& schema) {
    bool many = component.kind == ComponentKind::checkboxes;
    bool list = many && schema.type == SchemaType::array;
    each_option(component, [&](const Option& option, const std::string& file) {
      if (option.code.empty()) return;  // "none of them"
      auto fault = [&](std::string_view message) {
        faults_.push_back({file, option.line,
                           fmt::format("the code \"{}\" cannot be chosen in the component \"{}\": {}", option.code,
                                       component.id, message)});
      };
      if (base::trim(option.code) != option.code) return fault("it begins or ends with a blank");
      if (many && !list && option.code.find(',') != std::string::npos)
        return fault(
            "it has a comma, and several codes in text have commas between them (as in Altinn): write another code, or "
            "bind the component to an array");
      if (!takes(folder_.model, schema, value_of(component, schema, option.code, list)))
        fault(fmt::format("the data model wants {} in \"{}\"", wanted(schema), component.path()));
    });
  }

  // As it would be stored (apply.cpp).
  static Json value_of(const Component& component, const Schema& schema, const std::string& code, bool list) {
    if (list) return Json(base::JsonArray{Json(code)});
    bool many = component.kind == ComponentKind::checkboxes;
    if (schema.type == SchemaType::boolean && (code == "true" || code == "false")) return Json(code == "true");
    bool number = schema.type == SchemaType::number || schema.type == SchemaType::integer;
    if (number && !many) {
      if (auto typed = typed_number(code, Language::nb)) return Json(base::JsonNumber{*typed});
    }
    return Json(code);
  }

  const Folder& folder_;
  std::vector<Fault>& faults_;
};

bool asks_for_addition(const Expr& expr) {
  return (expr.function != nullptr && expr.function->name == "isSupplement") ||
         std::ranges::any_of(expr.args, [](const Expr& one) { return asks_for_addition(one); });
}

// The kind of an addition is what was chosen for it.
void look_at_kind_of_addition(const Folder& folder, std::vector<Fault>& out) {
  const auto& facts = folder.facts.supplement;
  if (facts.types.empty()) return;
  for (const auto& item : folder.calculations) {
    if (item.pattern != facts.type_path || !item.expression || asks_for_addition(*item.expression)) continue;
    out.push_back({folder.calculation_file, item.line,
                   fmt::format("\"{}\" is calculated in an addition too, where it must stay what was chosen: ask "
                               "\"isSupplement\"",
                               item.pattern)});
  }
}

}  // namespace

void check_fields(const Folder& folder, std::vector<Fault>& faults) {
  if (!folder.model.empty()) FieldChecker(folder, faults).check();
}

std::vector<Fault> unread_of(const Folder& folder) {
  auto out = folder.unread;
  for (const auto& fault : folder.model.unread()) out.push_back(fault);
  for (const auto& component : folder.layout.components) {
    auto report = [&](int line, std::string_view message) {
      out.push_back({component.file, line, fmt::format("component \"{}\": {}", component.id, message)});
    };
    bool button = component.type == "NavigationButtons" || component.type == "NavigationBar" ||
                  component.type == "Button" || component.type == "PrintButton";
    if (!folder.strict && !component.kind && !button)
      report(component.line, fmt::format("the component type \"{}\" is not offered and is left out", component.type));
    if (!component.kind) continue;
    for (const auto& [name, line] : component.unread)
      report(line, fmt::format("\"{}\" is not read: nobody holds answers to it", name));
  }
  if (!folder.strict) std::ranges::move(never_filled(folder), std::back_inserter(out));
  std::ranges::move(perhaps_not_filled(folder), std::back_inserter(out));
  std::ranges::move(missed_by_ways(folder), std::back_inserter(out));
  look_at_kind_of_addition(folder, out);
  return out;
}

}  // namespace alting::forms
