#include "instances/removed_rows.h"

#include <algorithm>
#include <charconv>

#include "forms/path.h"
#include "instances/form_json.h"

namespace alting::instances {

using base::Json;
using Kind = forms::RowAction::Kind;

namespace {

constexpr auto kept_for = base::Duration::minutes(10);

// The list itself, made when it went with its last row; nullptr when what it stood in is gone.
Json* list_at(Json& data, const forms::Path& group) {
  if (auto* there = forms::value_at(data, group)) return there->is_array() ? there : nullptr;
  if (const auto bracket = group.rfind(']'); bracket != std::string::npos) {
    const auto* row = forms::value_at(data, group.substr(0, bracket + 1));
    if (row == nullptr || !row->is_object()) return nullptr;
  }
  return forms::set_at(data, group, Json::array()) ? forms::value_at(data, group) : nullptr;
}

bool is_removal(const forms::RowAction& action) { return action.kind == Kind::remove; }
bool is_restoring(const forms::RowAction& action) { return action.kind == Kind::restore; }

// The row that the post takes away last, as it stands with what was typed in the post; nothing when it takes none.
std::optional<RemovedRow> removed_by(const forms::Posted& posted, const forms::Applied& typed, base::Instant now) {
  const auto last = std::find_if(posted.row_actions.rbegin(), posted.row_actions.rend(), is_removal);
  if (last == posted.row_actions.rend()) return std::nullopt;
  const auto* content = forms::value_at(typed.data, forms::RowPath{last->group, last->index}.text());
  if (content == nullptr) return std::nullopt;
  RemovedRow removed{.group = last->group, .index = last->index, .row = *content, .at = now};
  for (const auto& one : typed.later)
    if (forms::row_in(one.path, removed.group) == removed.index) removed.later.push_back(one);
  for (const auto& [name, text] : typed.rejected)
    if (forms::row_in(name.path, removed.group) == removed.index) removed.rejected[name] = text;
  return removed;
}

// Puts it where it stood, or last when the list has become shorter; false when its place is gone.
bool put_back(const RemovedRow& removed, forms::Applied& into) {
  auto* list = list_at(into.data, removed.group);
  if (list == nullptr) return false;
  const auto at = std::min(removed.index, list->items().size());
  list->items().insert(list->items().begin() + static_cast<std::ptrdiff_t>(at), removed.row);
  // Those behind it move down, with what was promised and typed for them.
  const auto moved = [&](const forms::Path& path) { return forms::after_insertion(path, removed.group, at); };
  const auto here = [&](const forms::Path& path) { return forms::in_row(path, removed.group, at); };
  for (auto& one : into.later) one.path = moved(one.path);
  for (auto one : removed.later) {
    one.path = here(one.path);
    into.later.push_back(std::move(one));
  }
  forms::TypedTexts rejected;
  for (const auto& [name, text] : into.rejected) rejected[name.at(moved(name.path))] = text;
  for (const auto& [name, text] : removed.rejected) rejected[name.at(here(name.path))] = text;
  into.rejected = std::move(rejected);
  into.changed.push_back(removed.group);
  return true;
}

}  // namespace

base::Result<WithRows> apply_with_rows(const forms::App& app, forms::Reading& reading, const forms::Posted& posted,
                                       std::optional<RemovedRow> removed) {
  ALTING_TRY(applied, reading.apply(posted));
  WithRows out{std::move(applied), std::move(removed)};
  if (std::ranges::any_of(posted.row_actions, is_removal)) {
    // What was typed in the row with the press that removed it is kept with it.
    auto others = posted;
    std::erase_if(others.row_actions, is_removal);
    ALTING_TRY(before_removal, reading.apply(others));
    if (auto taken = removed_by(posted, before_removal, reading.context().now)) out.removed = std::move(taken);
  }
  const bool wanted_back = std::ranges::any_of(posted.row_actions, is_restoring);
  if (!wanted_back || !out.removed || !put_back(*out.removed, out.applied)) return out;
  out.removed.reset();
  auto context = reading.context();
  context.data = out.applied.data;
  context.later = out.applied.later;
  context.rejected = out.applied.rejected;
  ALTING_TRY(restored, app.read(std::move(context)).apply({}));
  restored.changed.insert(restored.changed.end(), out.applied.changed.begin(), out.applied.changed.end());
  restored.issues.insert(restored.issues.end(), out.applied.issues.begin(), out.applied.issues.end());
  out.applied = std::move(restored);
  return out;
}

bool is_kept(const RemovedRow& removed, base::Instant now) { return now - removed.at < kept_for; }

Json removed_to_json(const RemovedRow& removed) {
  return Json::object({{"group", removed.group},
                       {"index", static_cast<std::int64_t>(removed.index)},
                       {"row", removed.row},
                       {"later", later_to_json(removed.later)},
                       {"rejected", forms::typed_to_json(removed.rejected)},
                       {"at", base::to_rfc3339(removed.at)}});
}

std::optional<RemovedRow> removed_from_json(const forms::App& app, const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto at = base::from_rfc3339(json.text("at"));
  const auto* index = json.find("index");
  if (!at || index == nullptr || !index->is_number()) return std::nullopt;
  RemovedRow removed{.group = std::string(json.text("group")),
                     .row = json["row"],
                     .later = later_from_json(json["later"]),
                     .rejected = forms::typed_from_json(app, json["rejected"]),
                     .at = *at};
  const auto digits = index->number_text();
  if (std::from_chars(digits.data(), digits.data() + digits.size(), removed.index).ec != std::errc{})
    return std::nullopt;
  return removed;
}

}  // namespace alting::instances
