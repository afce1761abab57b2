#include "forms/posted.h"

#include "base/text.h"
#include "forms/app.h"

namespace alting::forms {

namespace {

constexpr std::size_t max_posted_fields = 5'000;
constexpr std::size_t max_row_actions = 20;  // a page posts one: each walks what is typed and promised

constexpr std::string_view promise = "later:", promise_date = "later-date:", add_row = "add-row:",
                           remove_row = "remove-row:", restore_row = "restore-row";

using Part = FieldName::Part;

constexpr std::array<std::pair<std::string_view, Part>, 3> moment_parts{
    {{".date", Part::date}, {".time", Part::time}, {".occurrence", Part::occurrence}}};

std::string_view past(std::string_view text, std::string_view beginning) { return text.substr(beginning.size()); }

base::Result<RowAction> read_action(std::string_view name, std::string_view text) {
  if (name == restore_row) return RowAction{RowAction::Kind::restore, Path(text), 0};
  if (name.starts_with(add_row)) {
    const auto group = past(name, add_row);
    if (!parse_path(group)) return refuse_field(group, "no such repeating group");
    return RowAction{RowAction::Kind::add, Path(group), 0};
  }
  const auto path = past(name, remove_row);
  auto row = row_path(path);
  if (!row) return refuse_field(path, "row numbers do not fit");
  return RowAction{RowAction::Kind::remove, std::move(row->group), row->index};
}

// Of a part of a moment where the form, newer than the draft it was typed in, has no moment: the field itself, in which
// the text is then shown and told.
std::optional<FieldName> field_without_parts(const App& app, const FieldName& name) {
  if (name.part != Part::value || app.shows(name.path)) return std::nullopt;
  for (const auto& [ending, part] : moment_parts) {
    if (part == Part::occurrence || !name.path.ends_with(ending)) continue;
    const Path path = name.path.substr(0, name.path.size() - ending.size());
    if (app.shows(path) && !app.shows(path + "[]")) return FieldName{Part::value, path};
  }
  return std::nullopt;
}

bool is_promise(const PostedField& field) {
  return field.name.part == Part::promise || field.name.part == Part::promise_date;
}

}  // namespace

base::Error refuse_field(std::string_view name, std::string detail) {
  return base::make_error(base::ErrorKind::invalid, "error.form.field", std::move(detail),
                          {{"field", base::one_line(name, 100)}});
}

std::optional<FieldName> FieldName::parse(const App& app, std::string_view text) {
  const auto named = [](Part part, std::string_view path) {
    return parse_path(path) ? std::optional(FieldName{part, Path(path)}) : std::nullopt;
  };
  if (text.starts_with(promise)) return named(Part::promise, past(text, promise));
  if (text.starts_with(promise_date)) return named(Part::promise_date, past(text, promise_date));
  for (const auto& [ending, part] : moment_parts) {
    if (!text.ends_with(ending)) continue;
    const auto path = text.substr(0, text.size() - ending.size());
    if (app.is_moment(path)) return named(part, path);
  }
  return is_row_action(text) ? std::nullopt : named(Part::value, text);
}

std::string FieldName::text() const {
  switch (part) {
    case Part::value: return path;
    case Part::promise: return std::string(promise) + path;
    case Part::promise_date: return std::string(promise_date) + path;
    case Part::date:
    case Part::time:
    case Part::occurrence: break;
  }
  return path + std::string(std::ranges::find(moment_parts, part, &std::pair<std::string_view, Part>::second)->first);
}

std::string RowAction::button_name() const {
  switch (kind) {
    case Kind::add: return std::string(add_row) + group;
    case Kind::remove: return std::string(remove_row) + RowPath{group, index}.text();
    case Kind::restore: break;
  }
  return std::string(restore_row);
}

std::string RowAction::button_value() const { return kind == Kind::restore ? group : "1"; }

bool is_row_action(std::string_view name) {
  return name == restore_row || name.starts_with(add_row) || name.starts_with(remove_row);
}

base::Result<Posted> read_posted(const App& app, const NamesAndTexts& fields) {
  const auto too_many = base::make_error(base::ErrorKind::too_large, "error.form.too_many_fields");
  if (fields.size() > max_posted_fields) return too_many;
  Posted posted;
  for (const auto& [name, text] : fields) {
    if (is_row_action(name)) {
      ALTING_TRY(action, read_action(name, text));
      posted.row_actions.push_back(std::move(action));
      continue;
    }
    auto read = FieldName::parse(app, name);
    if (!read) return refuse_field(name, "no such field");
    posted.fields.push_back({std::move(*read), text});
  }
  std::set<FieldName> promises;  // a box to tick is posted with a marker of the same name
  for (const auto& field : posted.fields)
    if (is_promise(field)) promises.insert(field.name);
  if (posted.row_actions.size() > max_row_actions || promises.size() > max_promises) return too_many;
  return posted;
}

Posted as_posted(const TypedTexts& typed) {
  Posted posted;
  for (const auto& [name, text] : typed) posted.fields.push_back({name, text});
  return posted;
}

base::Json typed_to_json(const TypedTexts& typed) {
  base::JsonObject members;  // the names of a map are different already
  for (const auto& [name, text] : typed) members.emplace_back(name.text(), base::Json(text));
  return base::Json(std::move(members));
}

TypedTexts typed_from_json(const App& app, const base::Json& json) {
  TypedTexts typed;
  if (!json.is_object()) return typed;
  for (const auto& [name, text] : json.members()) {
    auto read = FieldName::parse(app, name);
    if (!read) continue;
    if (auto whole = field_without_parts(app, *read)) read = std::move(whole);
    auto& kept = typed[std::move(*read)];
    const auto more = text.text_or("");
    kept += (kept.empty() || more.empty() ? "" : " ") + std::string(more);  // the day and the time of one
  }
  return typed;
}

}  // namespace alting::forms
