#include "portal/form_flow.h"

#include <algorithm>
#include <functional>

#include "portal/form_uploads.h"
#include "web/components/fields.h"

namespace alting::portal {

namespace ui = web::ui;

std::optional<std::string> page_after(const std::vector<forms::PageTitle>& pages, std::string_view current, Go go) {
  if (go == Go::overview) return std::nullopt;
  const auto here = std::ranges::find(pages, current, &forms::PageTitle::id);
  const bool lost = here == pages.end();
  if (go == Go::next) {
    if (lost || std::next(here) == pages.end()) return std::nullopt;
    return std::next(here)->id;
  }
  if (go == Go::previous && !pages.empty())
    return lost || here == pages.begin() ? pages.front().id : std::prev(here)->id;
  return std::string(current);
}

std::set<std::string> components_of(const forms::PageView& page) {
  std::set<std::string> ids;
  for (const auto& component : page.components) ids.insert(component.id);
  return ids;
}

std::int64_t new_questions(const std::set<std::string>& before, const forms::PageView& after) {
  return std::ranges::count_if(after.components, [&](const auto& component) {
    return !component.path.empty() && !component.read_only && !before.contains(component.id);
  });
}

namespace {

// Each question of a page, in its order, with those in groups and rows.
void for_each_question(const std::vector<forms::ComponentView>& components,
                       const std::function<void(const forms::ComponentView&)>& see) {
  for (const auto& component : components) {
    see(component);
    for (const auto& row : component.rows) for_each_question(row, see);
  }
}

}  // namespace

std::set<forms::Path> paths_on(const forms::PageView& page) {
  std::set<forms::Path> paths;
  for_each_question(page.components, [&paths](const auto& one) {
    for (const auto& path : {one.path, one.precision_path})
      if (!path.empty()) paths.insert(path);
  });
  return paths;
}

forms::Path first_to_answer(const forms::PageView& page, const std::vector<forms::Path>& paths) {
  forms::Path first;
  for_each_question(page.components, [&](const auto& one) {
    if (first.empty() && !one.read_only && std::ranges::find(paths, one.path) != paths.end()) first = one.path;
  });
  return first;
}

bool is_walked(const std::vector<forms::PageTitle>& pages, std::string_view id) {
  return std::ranges::find(pages, id, &forms::PageTitle::id) != pages.end();
}

std::string place_on_page(const PagePost& post, const base::Json& data,
                          const std::vector<instances::Attachment>& before) {
  if (!post.chosen.empty()) return ui::field_id(post.chosen);
  if (post.my_contact) return post.contact_at.empty() ? std::string() : ui::field_id(post.contact_at);
  for (const auto& action : post.answers.row_actions) {
    if (action.kind != forms::RowAction::Kind::add) return ui::field_id(action.group);
    const auto* rows = forms::value_at(data, action.group);
    const auto count = rows == nullptr || !rows->is_array() ? 0 : rows->items().size();
    return ui::field_id(count == 0 ? action.group : forms::RowPath{action.group, count - 1}.text());
  }
  if (!post.upload.empty()) return upload_id(post.upload);
  for (const auto& file : before) {
    if (file.id.text() == post.detach) return upload_id(file.data_type);
  }
  return {};
}

std::set<forms::Path> changed_since(const instances::Seen& seen, const instances::Draft& draft) {
  const instances::Fingerprints there(draft.data, draft.later);
  std::set<forms::Path> paths;
  for (const auto& [path, print] : seen) {
    if (there.at(path) != print) paths.insert(path);
  }
  return paths;
}

bool has_moved_rows(const std::set<forms::Path>& changed) {
  return std::ranges::any_of(changed, [](const auto& path) { return path.ends_with("[]"); });
}

}  // namespace alting::portal
