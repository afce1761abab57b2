#include "portal/form_uploads.h"

#include <algorithm>
#include <ranges>

#include "base/size.h"
#include "instances/attachments.h"
#include "portal/instance_permit.h"
#include "portal/page_post.h"

namespace alting::portal {

using forms::ComponentView;
using html::text;

namespace {

template <class Choices>
std::vector<ui::Option> options_of(const Choices& choices) {
  std::vector<ui::Option> all;
  all.reserve(choices.size());
  for (const auto& choice : choices)
    all.push_back({.value = choice.value, .label = choice.label, .description = choice.description});
  return all;
}

// A file's key is erased with it, so it cannot be had back: this is asked about.
Html removal(const View& view, const forms::AttachmentInfo& file) {
  return ui::confirm({.id = "fjern-" + file.id,
                      .open_label = view.t("upload.remove"),
                      .about = file.file_name,
                      .plain = true,
                      .title = view.t("upload.remove.title", {{"name", file.file_name}}),
                      .body = ui::paragraph(view.t("upload.remove.text")),
                      .confirm = {.label = view.t("upload.remove.confirm"),
                                  .about = file.file_name,
                                  .color = ui::Color::danger,
                                  .name = std::string(page_field::detach),
                                  .value = file.id,
                                  .no_validate = true},
                      .cancel_label = view.t("cancel")});
}

// Its name, which leads to the file as it is stored.
Html link_to(const View& view, const forms::AttachmentInfo& file) {
  const auto draft = instance_of(view);
  return draft ? ui::link(file.file_name, view.addresses().draft(*draft).attachment(file.id)) : text(file.file_name);
}

std::string tag_label(const ComponentView& c, const std::string& tag) {
  for (const auto& option : c.tags) {
    if (option.value == tag) return option.label.plain();
  }
  return tag;
}
std::string endings(const ComponentView& c) {
  std::string all;
  for (const auto& ending : c.file_endings)
    all += (all.empty() ? "" : ", ") + ending.substr(ending.starts_with('.') ? 1 : 0);
  return all;
}

}  // namespace

Html upload_place(const View& view, const ComponentView& c, const FieldState& state,
                  std::vector<ui::FieldError>& errors) {
  Html all;
  if (!c.description.empty()) all += ui::prose(html::blocks(c.description));
  if (const auto found = state.upload_errors.find(c.data_type); found != state.upload_errors.end()) {
    all += ui::alert({.color = ui::Color::danger, .title = found->second, .urgent = true});
    errors.push_back({upload_id(c.data_type), found->second});
  }
  if (c.files.empty()) {
    all += ui::paragraph(view.t("upload.none"));
  } else {
    std::vector<std::vector<Html>> rows;
    for (const auto& file : c.files) {
      rows.push_back({link_to(view, file), text(base::size_in_words(file.size, view.language)),
                      text(tag_label(c, file.tag)), removal(view, file)});
    }
    all += ui::table({.caption = view.t("upload.list"),
                      .hide_caption = true,
                      .columns = {{.name = view.t("upload.name")},
                                  {.name = view.t("upload.size"), .numeric = true},
                                  {.name = view.t("upload.tag")},
                                  {.name = view.t("upload.action"), .hide_name = true}},
                      .rows = std::move(rows)});
  }
  if (c.max_files > 0 && c.files.size() >= c.max_files)
    return ui::fieldset(c.title, all + ui::paragraph(view.t("upload.full")), {}, upload_id(c.data_type));
  if (!c.tags.empty()) {
    ui::Select tag;
    tag.name = page_field::tag_of(c.data_type);
    tag.label = view.t("upload.tag_question");
    tag.options = to_options(c.tags);
    tag.empty_label = view.t("form.choose");
    if (const auto chosen = state.tags.find(c.data_type); chosen != state.tags.end()) tag.value = chosen->second;
    all += ui::select(tag);
  }
  ui::FileField file;
  file.name = page_field::file_of(c.data_type);
  file.id = ui::field_id(file.name);
  file.label = view.t("upload.choose");
  const auto largest = c.max_bytes > 0 ? std::min(c.max_bytes, instances::largest_upload) : instances::largest_upload;
  file.description = view.t(c.file_endings.empty() ? "upload.limits_any" : "upload.limits",
                            {{"endings", endings(c)},
                             {"size", base::size_in_words(largest, view.language)},
                             {"count", std::to_string(c.max_files)}});
  file.accept = c.file_endings;
  file.multiple = true;
  file.drop_text = view.t("upload.drop");
  file.progress_text = view.t("upload.progress");
  all += ui::file_field(file);
  all += ui::button({.label = view.t("upload.send"),
                     .variant = ui::Variant::secondary,
                     .name = std::string(page_field::upload),
                     .value = c.data_type,
                     .no_validate = true});
  return ui::fieldset(c.title, all, {}, upload_id(c.data_type));
}

web::RouteLimits limits_with_files() {
  return {.body = 1024 * 1024, .upload = instances::largest_upload, .uploads = 10};
}

namespace {

void collect_uploads(const std::vector<ComponentView>& components, std::vector<ComponentView>& found) {
  for (const auto& one : components) {
    const auto same = [&](const auto& other) { return other.data_type == one.data_type; };
    if (one.kind == forms::ComponentKind::upload && std::ranges::none_of(found, same)) found.push_back(one);
    for (const auto& row : one.rows) collect_uploads(row, found);
  }
}

}  // namespace

std::vector<ComponentView> uploads_of(forms::Reading& reading, std::size_t kinds) {
  std::vector<ComponentView> found;
  // From the end, where files are asked for: a page that is not looked at is not made.
  for (const auto* pages : {&reading.rest_pages(), &reading.pages()}) {
    for (const auto& [id, title] : *pages | std::views::reverse) {
      if (found.size() >= kinds) return found;
      if (const auto& page = reading.page(id)) collect_uploads(page->components, found);
    }
  }
  return found;
}

std::string upload_id(std::string_view data_type) { return ui::field_id("upload-" + std::string(data_type)); }

std::vector<ui::Option> to_options(const forms::ChoiceList& choices) { return options_of(choices); }
std::vector<ui::Option> to_options(const std::vector<forms::OptionView>& choices) { return options_of(choices); }

}  // namespace alting::portal
