#include "instances/removed_rows.h"

#include <charconv>

#include "instances/draft_content.h"
#include "instances/rows.h"

namespace alting::instances {

using base::Json;

namespace {

constexpr auto kept_for = base::Duration::minutes(10);
constexpr std::string_view removal = "remove-row:";

// "list[3]" as its list and its number.
std::optional<std::pair<std::string, std::size_t>> row_of(std::string_view path) {
  const auto open = path.rfind('[');
  if (open == std::string_view::npos || !path.ends_with(']')) return std::nullopt;
  std::size_t number = 0;
  const auto* end = path.data() + path.size() - 1;
  const auto [stop, fault] = std::from_chars(path.data() + open + 1, end, number);
  if (fault != std::errc{} || stop != end) return std::nullopt;
  return std::pair{std::string(path.substr(0, open)), number};
}

// Where in a field's name its path begins: after "later:", "later-date:".
std::size_t path_start(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? 0 : colon + 1;
}

std::optional<std::size_t> number_in(std::string_view name, std::string_view group) {
  const auto path = name.substr(path_start(name));
  if (!path.starts_with(group) || !path.substr(group.size()).starts_with('[')) return std::nullopt;
  const auto close = path.find(']', group.size());
  if (close == std::string_view::npos) return std::nullopt;
  const auto row = row_of(path.substr(0, close + 1));
  return row ? std::optional(row->second) : std::nullopt;
}

std::string with_number(const std::string& name, std::string_view group, std::size_t number) {
  const auto start = path_start(name) + group.size() + 1;
  return name.substr(0, start) + std::to_string(number) + name.substr(name.find(']', start));
}

// The list itself, made when it went with its last row; nullptr when what it stood in is gone.
Json* list_at(Json& data, const std::string& group) {
  if (auto* there = const_cast<Json*>(find_path(data, group))) return there->is_array() ? there : nullptr;
  const auto bracket = group.rfind(']');
  if (bracket == std::string::npos) {
    const auto empty = Json::array();
    set_path(data, group, &empty);
  } else {
    auto* row = const_cast<Json*>(find_path(data, group.substr(0, bracket + 1)));
    if (row == nullptr || !row->is_object() || bracket + 2 > group.size()) return nullptr;
    const auto empty = Json::array();
    set_path(*row, group.substr(bracket + 2), &empty);
  }
  auto* made = const_cast<Json*>(find_path(data, group));
  return made != nullptr && made->is_array() ? made : nullptr;
}

// Without the presses that remove rows.
FieldList without_removals(const FieldList& fields) {
  auto kept = fields;
  std::erase_if(kept, [](const auto& field) { return field.first.starts_with(removal); });
  return kept;
}

// The row that `fields` take away from what `typed` makes of the draft (the same fields without that).
std::optional<RemovedRow> removed_by(const FieldList& fields, const forms::App::Applied& typed, base::Instant now) {
  const auto found =
      std::find_if(fields.rbegin(), fields.rend(), [](const auto& field) { return field.first.starts_with(removal); });
  if (found == fields.rend()) return std::nullopt;
  const auto row = row_of(std::string_view(found->first).substr(removal.size()));
  const auto* content = row ? find_path(typed.data, found->first.substr(removal.size())) : nullptr;
  if (content == nullptr) return std::nullopt;
  RemovedRow removed{
      .group = row->first, .index = row->second, .row = *content, .later = {}, .rejected = {}, .at = now};
  for (const auto& one : typed.later)
    if (number_in(one.path, removed.group) == removed.index) removed.later.push_back(one);
  for (const auto& [name, text] : typed.rejected)
    if (number_in(name, removed.group) == removed.index) removed.rejected[name] = text;
  return removed;
}

// Puts it where it stood, or last when the list has become shorter; false when its place is gone.
bool put_back(const RemovedRow& removed, forms::App::Applied& into) {
  auto* list = list_at(into.data, removed.group);
  if (list == nullptr) return false;
  const auto at = std::min(removed.index, list->items().size());
  list->items().insert(list->items().begin() + static_cast<std::ptrdiff_t>(at), removed.row);
  // Those behind it move down, with what was promised and typed for them.
  const auto moved = [&](const std::string& name) {
    const auto number = number_in(name, removed.group);
    return number && *number >= at ? with_number(name, removed.group, *number + 1) : name;
  };
  for (auto& one : into.later) one.path = moved(one.path);
  std::map<std::string, std::string> rejected;
  for (const auto& [name, text] : into.rejected) rejected[moved(name)] = text;
  for (auto one : removed.later) {
    one.path = with_number(one.path, removed.group, at);
    into.later.push_back(std::move(one));
  }
  for (const auto& [name, text] : removed.rejected) rejected[with_number(name, removed.group, at)] = text;
  into.rejected = std::move(rejected);
  into.changed.push_back(removed.group);
  return true;
}

}  // namespace

base::Result<WithRows> apply_with_rows(const forms::App& app, const forms::Surroundings& around,
                                       const FieldList& fields, const RowsBefore& before) {
  ALTING_TRY(applied, app.apply(around, fields));
  WithRows out{std::move(applied), before.removed};
  if (const auto others = without_removals(fields); others.size() != fields.size()) {
    // What was typed in the row with the press that removed it is kept with it.
    ALTING_TRY(before_removal, app.apply(around, others));
    if (auto taken = removed_by(fields, before_removal, before.now)) out.removed = std::move(taken);
  }
  if (!before.wanted_back || !out.removed || !put_back(*out.removed, out.applied)) return out;
  out.removed.reset();
  auto again = around;
  again.data = out.applied.data;
  again.later = out.applied.later;
  again.rejected = out.applied.rejected;
  ALTING_TRY(restored, app.apply(again, {}));
  restored.changed.insert(restored.changed.end(), out.applied.changed.begin(), out.applied.changed.end());
  restored.issues.insert(restored.issues.end(), out.applied.issues.begin(), out.applied.issues.end());
  out.applied = std::move(restored);
  return out;
}

bool is_kept(const RemovedRow& removed, base::Instant now) { return now - removed.at < kept_for; }

Json removed_to_json(const RemovedRow& removed) {
  Json rejected = Json::object();
  for (const auto& [name, text] : removed.rejected) rejected.set(name, text);
  return Json::object({{"group", removed.group},
                       {"index", static_cast<std::int64_t>(removed.index)},
                       {"row", removed.row},
                       {"later", later_to_json(removed.later)},
                       {"rejected", rejected},
                       {"at", base::to_rfc3339(removed.at)}});
}

std::optional<RemovedRow> removed_from_json(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto at = base::from_rfc3339(json.text("at"));
  const auto* index = json.find("index");
  if (!at || index == nullptr || !index->is_number()) return std::nullopt;
  RemovedRow removed{.group = std::string(json.text("group")),
                     .index = 0,
                     .row = json["row"],
                     .later = later_from_json(json["later"]),
                     .rejected = {},
                     .at = *at};
  const auto digits = index->number_text();
  if (std::from_chars(digits.data(), digits.data() + digits.size(), removed.index).ec != std::errc{})
    return std::nullopt;
  if (json["rejected"].is_object())
    for (const auto& [name, text] : json["rejected"].members()) removed.rejected[name] = std::string(text.text_or(""));
  return removed;
}

}  // namespace alting::instances
