#include "forms/open_answers.h"

#include "base/text.h"
#include "forms/changes.h"
#include "forms/form_definition.h"

namespace alting::forms {

namespace {

bool any_open(const std::vector<Option>& options) { return std::ranges::any_of(options, &Option::open); }

bool can_be_open(const Folder& folder, const Component& component) {
  if (component.row_source) return false;
  if (component.has_options) return any_open(component.options);
  const auto list = folder.options.find(component.options_id);
  return list != folder.options.end() &&
         std::ranges::any_of(list->second.versions, [](const auto& version) { return any_open(version.options); });
}

bool is_open_code(const Folder& folder, const Component& component, std::string_view code, std::string_view today) {
  if (!component.has_options) {
    const auto list = folder.options.find(component.options_id);
    const auto* option = list == folder.options.end() ? nullptr : list->second.find(code, today);
    return option != nullptr && option->open;
  }
  const auto option = std::ranges::find(component.options, code, &Option::code);
  return option != component.options.end() && option->open;
}

// Text that people write, not numbers, dates or codes.
bool is_written(const Folder& folder, const Component& component) {
  if (component.kind != ComponentKind::input && component.kind != ComponentKind::text_area) return false;
  const auto* schema = folder.model.find(component.path());
  return schema == nullptr || schema->type == SchemaType::string || schema->type == SchemaType::any;
}

}  // namespace

std::string folded_phrase(std::string_view text) { return fmt::format(" {} ", base::search_words(text)); }

OpenAnswers::OpenAnswers(const Folder& folder) {
  for (const auto& id : folder.config.open_phrases) {
    for (const auto& book : folder.texts) {
      const auto text = book.find(id);
      if (text == book.end()) continue;
      auto phrase = folded_phrase(text->second.value);
      if (base::trim(phrase).empty() || std::ranges::find(phrases_, phrase) != phrases_.end()) continue;
      phrases_.push_back(std::move(phrase));
    }
  }
  for (std::size_t i = 0; i < folder.layout.components.size(); ++i) {
    const auto& component = folder.layout.components[i];
    if (!component.kind || component.path().empty() || is_about_supplement(folder.facts.supplement, component.path()))
      continue;
    const bool in_words = !phrases_.empty() && is_written(folder, component);
    const bool by_code = component.is_choice() && can_be_open(folder, component);
    if (!in_words && !by_code) continue;
    auto& field = fields_[component.path()];
    field.in_words = field.in_words || in_words;
    if (by_code) field.choices.push_back(static_cast<int>(i));
  }
}

bool OpenAnswers::has_phrase(std::string_view text) const {
  const auto folded = folded_phrase(text);
  return std::ranges::any_of(phrases_, [&](const auto& phrase) { return folded.find(phrase) != std::string::npos; });
}

bool OpenAnswers::is_open(const Folder& folder, std::string_view path, const Json* value,
                          std::string_view today) const {
  if (is_empty(value)) return false;
  const auto found = fields_.find(pattern_of(path));
  if (found == fields_.end()) return false;
  const auto& field = found->second;
  if (field.in_words && value->is_string() && has_phrase(value->as_string())) return true;
  if (field.choices.empty()) return false;
  const auto codes = codes_of(*value);
  return std::ranges::any_of(field.choices, [&](int index) {
    const auto& component = folder.layout.at(index);
    return std::ranges::any_of(codes, [&](const auto& code) { return is_open_code(folder, component, code, today); });
  });
}

std::vector<Path> OpenAnswers::all_in(const Folder& folder, const Json& data, std::string_view today) const {
  std::vector<Path> out;
  for (const auto& [pattern, field] : fields_) {
    for (auto& path : expand(data, pattern)) {
      if (is_open(folder, path, value_at(data, path), today)) out.push_back(std::move(path));
    }
  }
  return out;
}

bool opens(const FormDefinition& form, const FormContext& context, const Path& path, const Json* value) {
  if (!form.is_open(path, value, base::to_date_oslo(context.now))) return false;
  if (!context.supplement || promise_at(context.open, path) != nullptr) return true;
  const auto* before = value_at(context.before, path);
  return before == nullptr || *before != *value;
}

}  // namespace alting::forms
