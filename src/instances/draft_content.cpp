#include "instances/draft_content.h"

#include "base/text.h"
#include "forms/path.h"
#include "instances/form_json.h"
#include "instances/removed_rows.h"

namespace alting::instances {

using base::Json;

namespace {

Json sources_to_json(const std::map<std::string, std::string>& sources) {
  base::JsonObject members;  // the names of a map are different already
  for (const auto& [path, source] : sources) members.emplace_back(path, Json(source));
  return Json(std::move(members));
}

std::map<std::string, std::string> sources_from_json(const Json& json) {
  std::map<std::string, std::string> sources;
  if (!json.is_object()) return sources;
  for (const auto& [path, source] : json.members()) sources[path] = std::string(source.text_or(""));
  return sources;
}

}  // namespace

std::string write_draft(const Draft& draft) {
  Json content = Json::object({{"data", draft.data},
                               {"later", later_to_json(draft.later)},
                               {"sources", sources_to_json(draft.sources)},
                               {"rejected", forms::typed_to_json(draft.rejected)}});
  if (draft.removed) content.set("removed", removed_to_json(*draft.removed));
  if (draft.at.parent) {
    content.set("base", draft.base);
    content.set("baseLater", later_to_json(draft.base_later));
  }
  return content.dump();
}

base::Status read_draft(Draft& draft, const forms::App& app, std::string_view content) {
  ALTING_TRY(json, read_document(content));
  draft.data = json["data"];
  if (!draft.data.is_object()) draft.data = Json::object();
  draft.later = later_from_json(json["later"]);
  draft.sources = sources_from_json(json["sources"]);
  draft.rejected = forms::typed_from_json(app, json["rejected"]);
  draft.removed = removed_from_json(app, json["removed"]);
  draft.base = json["base"].is_object() ? json["base"] : Json::object();
  draft.base_later = later_from_json(json["baseLater"]);
  return {};
}

std::string caption_of(const forms::App& app, const Json& data) {
  const auto& path = app.facts().summary_title_path;
  const Json* value = path.empty() ? nullptr : forms::value_at(data, path);
  if (value == nullptr || !value->is_string()) return {};
  return base::one_line(value->as_string(), 120);
}

}  // namespace alting::instances
