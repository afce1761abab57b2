// What is looked up: data, components, texts, the instance; and what Alting adds.
#include "forms/function_parts.h"

namespace alting::forms {

namespace {

Outcome fn_data_model(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(path, to_string_value(args[0]));
  if (path.is_null()) return fail("Cannot lookup dataModel null");
  std::string type;
  if (args.size() > 1) type = std::string(args[1].text_or(""));
  const auto* data = evaluator.data_of(type);
  if (data == nullptr) return fail(fmt::format("Data model with type {} not found", type));
  const auto* value = value_at(*data, path.as_string(), scope.rows);
  return value == nullptr ? Json() : *value;
}

Outcome fn_component(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  if (id.is_null()) return fail("Cannot lookup component null");
  FORMS_TRY(found, evaluator.find_component(id.as_string(), scope));
  return evaluator.component_value(*found.component, found.rows, scope.rows);
}

Outcome fn_display_value(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  if (id.is_null()) return fail("Cannot lookup component null");
  FORMS_TRY(found, evaluator.find_component(id.as_string(), scope));
  return evaluator.display_value(*found.component, found.rows);
}

Outcome fn_option_label(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(code, to_string_value(args[1]));
  const auto* book = evaluator.world().options;
  auto id = std::string(args[0].text_or(""));
  if (book == nullptr || book->find(id) == book->end())
    return fail(fmt::format("Could not find options with id: {}", id));
  if (code.is_null()) return Json();
  const auto* option = book->find(id)->second.find(code.as_string(), evaluator.world().today);
  return option == nullptr ? Json() : Json(evaluator.text(option->label, scope).plain());
}

Outcome fn_text(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  return id.is_null() ? Json() : Json(evaluator.source_of_text(id.as_string(), scope));
}

Outcome fn_language(Evaluator& evaluator, const Scope&, Args&) { return Json(evaluator.world().language); }

Outcome fn_instance_context(Evaluator& evaluator, const Scope&, Args& args) {
  static constexpr std::array<std::string_view, 5> known{"appId", "instanceId", "instanceOwnerPartyId",
                                                         "instanceOwnerPartyType", "instanceOwnerName"};
  FORMS_TRY(key, to_string_value(args[0]));
  if (key.is_null()) return fail("Unknown Instance context property null");
  const auto& instance = evaluator.world().instance;
  auto found = instance.find(key.as_string());
  if (found != instance.end()) return Json(found->second);
  if (std::ranges::find(known, key.as_string()) != known.end()) return Json();
  return fail(fmt::format("Unknown Instance context property {}", key.as_string()));
}

Outcome fn_frontend_settings(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(key, to_string_value(args[0]));
  if (key.is_null()) return fail("Value cannot be null. (Parameter 'key')");
  return evaluator.world().frontend_settings[key.as_string()];
}

Outcome fn_auth_context(Evaluator& evaluator, const Scope&, Args& args) {
  static constexpr std::array<std::string_view, 7> actions{"instantiate", "confirm", "sign", "reject",
                                                           "complete",    "read",    "write"};
  FORMS_TRY(action, to_string_value(args[0]));
  auto name = std::string(action.text_or("null"));
  if (std::ranges::find(actions, name) == actions.end())
    return fail(fmt::format("Unknown auth context property {}", name));
  const auto& rights = evaluator.world().permissions;
  if (name == "read" || name == "write") return Json(rights[name].bool_or(false));
  return Json(rights["actions"][name].bool_or(false));
}

Outcome fn_external_api(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  FORMS_TRY(path, to_string_value(args[1]));
  const auto* data = evaluator.world().external_apis["data"].find(id.text_or(""));
  if (data == nullptr || path.text_or("").empty()) return Json();
  const auto* value = value_at(*data, path.as_string());
  return value == nullptr || value->is_array() || value->is_object() ? Json() : *value;
}

Outcome fn_count_data_elements(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(type, to_string_value(args[0]));
  if (type.is_null()) return fail("Expected dataType argument to be a string");
  const auto& counts = evaluator.world().element_counts;
  auto found = counts.find(type.as_string());
  return Json(static_cast<std::int64_t>(found == counts.end() ? 0 : found->second));
}

Outcome fn_gateway_action(Evaluator& evaluator, const Scope&, Args&) {
  return evaluator.world().action.empty() ? Json() : Json(evaluator.world().action);
}

std::string link(const World& world, const std::string& words, const std::string& target, std::string_view kind) {
  if (world.plain_links) return fmt::format("[{}]({}{})", words, world.link_base, target);
  return fmt::format("<a href=\"{}/{}\" data-link-type=\"{}\">{}</a>", world.link_base, target, kind, words);
}

Outcome fn_link_to_component(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(words, to_string_value(args[0]));
  FORMS_TRY(id, to_string_value(args[1]));
  const auto* layout = evaluator.world().layout;
  const auto* component = layout == nullptr || id.is_null() ? nullptr : layout->find(id.as_string());
  if (component == nullptr) return fail(fmt::format("Unable to find component with identifier {}", id.text_or("null")));
  const auto& page = layout->pages[static_cast<std::size_t>(component->page)].id;
  auto target = evaluator.world().plain_links ? fmt::format("{}#{}", page, component->id)
                                              : fmt::format("{}?focusComponentId={}", page, component->id);
  return Json(link(evaluator.world(), std::string(words.text_or("")), target, "LinkToPotentialNode"));
}

Outcome fn_link_to_page(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(words, to_string_value(args[0]));
  FORMS_TRY(page, to_string_value(args[1]));
  if (page.is_null()) return fail("Cannot link to page null");
  bool back = false;
  if (args.size() > 2) {
    FORMS_TRY(given, to_bool_value(args[2]));
    back = given;
  }
  auto target = page.as_string();
  if (back && !scope.page.empty() && scope.page != target && !evaluator.world().plain_links)
    target += "?backToPage=" + scope.page;
  return Json(link(evaluator.world(), std::string(words.text_or("")), target, "LinkToPotentialPage"));
}

Outcome fn_rule(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  FORMS_TRY(field, to_string_value(args[1]));
  if (!evaluator.world().rule) return fail("No rules are declared");
  return evaluator.world().rule(std::string(id.text_or("")), std::string(field.text_or("")));
}

Outcome fn_deadline(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(id, to_string_value(args[0]));
  if (!evaluator.world().deadline) return fail("No deadlines are declared");
  std::string moment;
  if (args.size() > 1) {
    FORMS_TRY(given, to_string_value(args[1]));
    moment = std::string(given.text_or(""));
  }
  return evaluator.world().deadline(std::string(id.text_or("")), moment);
}

Outcome fn_later(Evaluator& evaluator, const Scope& scope, Args& args) {
  FORMS_TRY(path, to_string_value(args[0]));
  auto full = with_rows(path.text_or(""), scope.rows);
  const auto& promises = evaluator.promises();
  return Json(std::ranges::find(promises, full, &Later::path) != promises.end());
}

Outcome fn_later_count(Evaluator& evaluator, const Scope&, Args&) {
  return Json(static_cast<std::int64_t>(evaluator.promises().size()));
}

Outcome fn_attachment_count(Evaluator& evaluator, const Scope&, Args& args) {
  FORMS_TRY(type, to_string_value(args[0]));
  return Json(static_cast<std::int64_t>(
      std::ranges::count(evaluator.world().attachments, std::string(type.text_or("")), &AttachmentInfo::data_type)));
}

Outcome fn_is_supplement(Evaluator& evaluator, const Scope&, Args&) { return Json(evaluator.world().supplement); }

constexpr Function lookup_table[] = {
    {"attachmentCount", 1, 1, fn_attachment_count},
    {"authContext", 1, 1, fn_auth_context},
    {"component", 1, 1, fn_component},
    {"countDataElements", 1, 1, fn_count_data_elements},
    {"dataModel", 1, 2, fn_data_model},
    {"deadline", 1, 2, fn_deadline},
    {"displayValue", 1, 1, fn_display_value},
    {"externalApi", 2, 2, fn_external_api},
    {"frontendSettings", 1, 1, fn_frontend_settings},
    {"gatewayAction", 0, 0, fn_gateway_action},
    {"instanceContext", 1, 1, fn_instance_context},
    {"isSupplement", 0, 0, fn_is_supplement},
    {"language", 0, 0, fn_language},
    {"later", 1, 1, fn_later},
    {"laterCount", 0, 0, fn_later_count},
    {"linkToComponent", 2, 2, fn_link_to_component},
    {"linkToPage", 2, 3, fn_link_to_page},
    {"optionLabel", 2, 2, fn_option_label},
    {"rule", 2, 2, fn_rule},
    {"text", 1, 1, fn_text},
};
static_assert(std::ranges::is_sorted(lookup_table, {}, &Function::name));

}  // namespace

std::span<const Function> lookup_functions() { return lookup_table; }

}  // namespace alting::forms
