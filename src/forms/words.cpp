// Answers in words: for overviews, timelines and the names of fields in messages.
#include "base/digits.h"
#include "base/text.h"
#include "forms/app.h"
#include "forms/dates.h"
#include "forms/decimal.h"
#include "forms/form_definition.h"
#include "forms/messages.h"
#include "forms/moment.h"

namespace alting::forms {

namespace {

std::string date_words(const std::string& text, Language language) {
  auto parsed = parse_date_time(text);
  const auto* at = std::get_if<DateTime>(&parsed);
  if (at == nullptr) return text;
  const auto day = fmt::format("{:04}-{:02}-{:02}", at->year, at->month, at->day);
  return base::is_date(day) ? base::date_in_words(day, language) : text;
}

std::string instant_words(const std::string& text, Language language) {
  auto at = to_instant(text);
  if (!at) return text;
  auto words = base::format_local(*at, base::TimeStyle::compact, language);
  auto moments = moments_like(*at);  // of an hour that comes twice it is said which
  if (moments.size() != 2) return words;
  return fmt::format("{} ({})", words, message(language, moments[0] == *at ? "word.summer_time" : "word.winter_time"));
}

std::string number_words(const Json& value, Language language) {
  auto text = code_text(value);
  auto dot = text.find('.');
  auto whole = text.substr(0, dot);
  bool negative = whole.starts_with('-');
  if (negative) whole.erase(0, 1);
  if (whole.size() > 4 && whole.find('e') == std::string::npos)
    whole = base::group_digits(std::move(whole), base::group_separator(language));
  if (dot != std::string::npos) whole += (language == Language::en ? "." : ",") + text.substr(dot + 1);
  return negative ? "\xE2\x88\x92" + whole : whole;
}

std::string comma_joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += ", ";
    out += part;
  }
  return out;
}

// A field may be asked for in several places, as in a new form and in an addition, each with a list of its own.
std::string label_of_code(Evaluator& evaluator, const Layout& layout, const Component& component,
                          const std::string& code, const Rows& rows) {
  Scope scope;
  scope.component = &component;
  scope.rows = rows;
  auto own = evaluator.option_label(component, code, scope);
  if (own != code || component.path().empty()) return own;
  for (const auto& other : layout.components) {
    if (&other == &component || other.path() != component.path()) continue;
    if (auto label = evaluator.option_label(other, code, scope); label != code) return label;
  }
  return own;
}

// "Tiltak, rad 1", and of a title that asks "Hva er gjort? (rad 1)".
std::string titled_row(const std::string& title, Language language, std::size_t number) {
  auto row = message(language, "word.row", {{"row", std::to_string(number)}});
  if (title.empty()) return row;
  return title.ends_with('?') ? fmt::format("{} ({})", title, row) : fmt::format("{}, {}", title, row);
}

// A value no component shows: by what it is.
std::string plain_words(const Json& value, Language language) {
  if (value.is_bool()) return message(language, value.as_bool() ? "word.yes" : "word.no");
  if (value.is_number()) return number_words(value, language);
  if (value.is_array()) {
    std::vector<std::string> parts;
    for (const auto& item : value.items()) parts.push_back(plain_words(item, language));
    return comma_joined(parts);
  }
  if (value.is_object()) {
    std::vector<std::string> parts;
    for (const auto& [name, member] : value.members()) parts.push_back(plain_words(member, language));
    return comma_joined(parts);
  }
  return code_text(value);
}

}  // namespace

std::string FormDefinition::words(Evaluator& evaluator, Language language, const Path& path, const Json& value) const {
  if (is_empty(&value)) return "";
  const auto* found = bound(path);
  if (found == nullptr) return plain_words(value, language);
  const auto& component = folder_.layout.at(found->component);
  if (found->role == Role::precision) {
    auto code = code_text(value);
    return message(language, "precision." + code);
  }
  if (found->role == Role::group || value.is_object() ||
      (value.is_array() && component.kind != ComponentKind::checkboxes)) {
    std::vector<std::string> parts;
    auto part = [&](const Json& row) {
      for (const auto& [name, member] : row.is_object() ? row.members() : base::JsonObject{})
        parts.push_back(words(evaluator, language, pattern_of(path) + "." + name, member));
    };
    if (value.is_array()) {
      for (const auto& row : value.items()) part(row);
    } else {
      part(value);
    }
    return comma_joined(parts);
  }
  switch (component.kind.value_or(ComponentKind::input)) {
    case ComponentKind::radio:
    case ComponentKind::dropdown:
      return label_of_code(evaluator, folder_.layout, component, code_text(value), rows_of(path));
    case ComponentKind::checkboxes: {
      std::vector<std::string> labels;
      for (const auto& code : codes_of(value))
        labels.push_back(label_of_code(evaluator, folder_.layout, component, code, rows_of(path)));
      return comma_joined(labels);
    }
    case ComponentKind::date: return date_words(code_text(value), language);
    case ComponentKind::date_time: return instant_words(code_text(value), language);
    default: return plain_words(value, language);
  }
}

namespace {

// A day on which every list that ever was is looked through.
World world_of_words(const Folder& folder, Language language, const Json& data) {
  World world;
  world.layout = &folder.layout;
  world.texts = &folder.texts[static_cast<std::size_t>(language)];
  world.options = &folder.options;
  world.language = base::to_text(language);
  world.today = "9999-12-31";
  world.data = {{folder.facts.data_type, &data}};
  return world;
}

}  // namespace

std::string App::in_words(Language language, const Path& path, const Json& value, const Json& data) const {
  const auto world = world_of_words(form_->folder(), language, data);
  Evaluator evaluator(world);
  return form_->words(evaluator, language, path, value);
}

std::string App::attachment_kind(Language language, std::string_view data_type, std::string_view tag) const {
  const auto* component = form_->layout().find(data_type);
  if (tag.empty() || component == nullptr) return "";
  const Json nothing = Json::object();
  const auto world = world_of_words(form_->folder(), language, nothing);
  return Evaluator(world).option_label(*component, std::string(tag), {});
}

std::string FormDefinition::field_name(Evaluator& evaluator, Language language, const Path& path) const {
  const auto* found = bound(path);
  if (found == nullptr) {
    const auto* schema = folder_.model.find(path);
    return schema != nullptr && !schema->title.empty() ? schema->title : path;
  }
  const auto& component = folder_.layout.at(found->component);
  auto rows = rows_of(path);
  Scope scope;
  scope.component = &component;
  scope.rows = rows;
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (const auto* group = bound(rows[i].group); group != nullptr && group->component != found->component) {
      const auto& holder = folder_.layout.at(group->component);
      const Rows outer(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(i));
      Scope of_group;
      of_group.component = &holder;
      of_group.rows = outer;
      auto title = evaluator.text_of(holder, "title", of_group).plain();
      out += titled_row(title, language, evaluator.row_number(holder, outer, rows[i].index)) + ": ";
    }
  }
  auto title = evaluator.text_of(component, "title", scope).plain();
  if (found->role == Role::group && !rows.empty() && rows.back().group == component.group_path()) {
    const Rows outer(rows.begin(), rows.end() - 1);
    return out + titled_row(title, language, evaluator.row_number(component, outer, rows.back().index));
  }
  return out + (title.empty() ? path : title);
}

std::string App::label(Language language, const Path& path) const {
  FormContext context;
  context.language = language;
  const auto world = form_->world(context, context.data);
  Evaluator evaluator(world);
  return form_->field_name(evaluator, language, path);
}

}  // namespace alting::forms
