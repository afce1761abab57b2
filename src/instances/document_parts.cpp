#include "instances/document_parts.h"

#include "forms/path.h"
#include "instances/form_json.h"

namespace alting::instances {

using base::Json;

namespace {

// The answers that stand beside the text of an addition, by path.
Json about_addition(const forms::Path& text_path, const Json& data) {
  Json about = Json::object();
  const auto around = forms::parent_of(text_path);
  const Json* block = around.empty() ? nullptr : forms::value_at(data, around);
  if (block == nullptr || !block->is_object()) return about;
  for (const auto& [name, value] : block->members()) {
    const auto path = forms::member_of(around, name);
    if (path != text_path) about.set(path, value);
  }
  return about;
}

}  // namespace

Json attachments_to_json(const std::vector<Attachment>& attachments) {
  Json list = Json::array();
  for (const auto& one : attachments) {
    list.push_back(Json::object({{"id", one.id.text()},
                                 {"dataType", one.data_type},
                                 {"tag", one.tag},
                                 {"fileName", one.file_name},
                                 {"mediaType", one.media_type},
                                 {"size", one.size},
                                 {"sha256", base::to_hex(one.digest)}}));
  }
  return list;
}

void add_addition(Json& document, const forms::App& app, const Draft& draft, const Json& data) {
  const auto& facts = app.facts().supplement;
  document.set("addsTo", draft.at.root.text());
  const Json* kind = forms::value_at(data, facts.type_path);
  const Json* text = forms::value_at(data, facts.text_path);
  document.set("type", kind != nullptr ? *kind : Json());
  document.set("text", text != nullptr && text->is_string() ? *text : Json(""));
  // What is said of the addition belongs to it, not to what it adds to.
  document.set("about", about_addition(facts.text_path, data));
  auto changes = app.changes(draft.base, data);
  std::erase_if(changes, [&](const forms::Change& change) { return app.is_about_supplement(change.path); });
  document.set("changes", changes_to_json(changes));
}

}  // namespace alting::instances
