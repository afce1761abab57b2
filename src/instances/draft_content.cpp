#include "instances/draft_content.h"

#include <algorithm>
#include <charconv>

#include "instances/removed_rows.h"
#include "instances/rows.h"

namespace alting::instances {

using base::Json;

namespace {

Json to_json(const std::map<std::string, std::string>& map) {
  Json object = Json::object();
  for (const auto& [key, value] : map) object.set(key, value);
  return object;
}

std::map<std::string, std::string> to_map(const Json& json) {
  std::map<std::string, std::string> map;
  if (!json.is_object()) return map;
  for (const auto& [key, value] : json.members()) map[key] = std::string(value.text_or(""));
  return map;
}

const forms::Later* promise_of(const std::vector<forms::Later>& all, const forms::Path& path) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.path == path; });
  return found == all.end() ? nullptr : &*found;
}

bool same_promises(const std::vector<forms::Later>& a, const std::vector<forms::Later>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.path == y.path && x.expected == y.expected; });
}

// What this person made of the promises in `base`, told of those that hold now.
std::vector<forms::Later> merge_promises(const std::vector<forms::Later>& base, const std::vector<forms::Later>& mine,
                                         const std::vector<forms::Later>& now) {
  std::vector<forms::Later> merged;
  for (const auto& one : now) {
    const auto *was = promise_of(base, one.path), *made = promise_of(mine, one.path);
    if (was != nullptr && made == nullptr) continue;  // kept by this person
    const bool changed = made != nullptr && (was == nullptr || was->expected != made->expected);
    merged.push_back(changed ? *made : one);
  }
  for (const auto& one : mine)
    if (promise_of(now, one.path) == nullptr && promise_of(base, one.path) == nullptr) merged.push_back(one);
  return merged;
}

}  // namespace

std::string write_draft(const Draft& draft) {
  Json content = Json::object({{"data", draft.data},
                               {"later", later_to_json(draft.later)},
                               {"sources", to_json(draft.sources)},
                               {"rejected", to_json(draft.rejected)}});
  if (draft.removed) content.set("removed", removed_to_json(*draft.removed));
  if (draft.at.parent) {
    content.set("base", draft.base);
    content.set("baseLater", later_to_json(draft.base_later));
  }
  return content.dump();
}

base::Status read_draft(Draft& draft, std::string_view content) {
  ALTING_TRY(json, Json::parse(content, {.size = store::largest_document, .depth = 40, .values = 400'000}));
  draft.data = json["data"];
  if (!draft.data.is_object()) draft.data = Json::object();
  draft.later = later_from_json(json["later"]);
  draft.sources = to_map(json["sources"]);
  draft.rejected = to_map(json["rejected"]);
  draft.removed = removed_from_json(json["removed"]);
  draft.base = json["base"].is_object() ? json["base"] : Json::object();
  draft.base_later = later_from_json(json["baseLater"]);
  return {};
}

void rebase_supplement(Draft& draft, const forms::App& app, const Matter& now) {
  if (now.data == draft.base && same_promises(now.later, draft.base_later)) return;
  draft.data = app.merge(now.data, app.changes(draft.base, draft.data));
  draft.later = merge_promises(draft.base_later, draft.later, now.later);
  draft.base = now.data;
  draft.base_later = now.later;
}

const Json* find_path(const Json& data, std::string_view path) {
  const Json* at = &data;
  while (!path.empty() && at != nullptr) {
    const auto end = path.find_first_of(".[");
    const auto name = path.substr(0, end);
    if (!name.empty()) at = at->find(name);
    if (end == std::string_view::npos) return at;
    const bool is_row = path[end] == '[';
    path.remove_prefix(end + 1);
    if (at == nullptr) return nullptr;
    if (!is_row) continue;
    const auto close = path.find(']');
    std::size_t index = 0;
    if (close == std::string_view::npos || std::from_chars(path.data(), path.data() + close, index).ec != std::errc{})
      return nullptr;
    if (!at->is_array() || index >= at->items().size()) return nullptr;
    at = &at->items()[index];
    path.remove_prefix(close + 1);
    if (path.starts_with('.')) path.remove_prefix(1);
  }
  return at;
}

void set_path(Json& data, std::string_view path, const Json* value) {
  const auto dot = path.find('.');
  const auto name = path.substr(0, dot);
  if (name.empty()) return;
  if (dot == std::string_view::npos) {
    if (value != nullptr) {
      data.set(name, *value);
    } else {
      data.erase(name);
    }
    return;
  }
  Json* inside = data.find(name);
  if (inside == nullptr || !inside->is_object()) {
    if (value == nullptr) return;
    inside = &data.set(name, Json::object());
  }
  set_path(*inside, path.substr(dot + 1), value);
  if (value == nullptr && inside->size() == 0) data.erase(name);
}

}  // namespace alting::instances
