#include "portal/form_uploads.h"

#include <algorithm>

#include "base/size.h"
#include "instances/attachments.h"
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
      rows.push_back({text(file.file_name), text(base::size_in_words(file.size, view.language)),
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

std::string upload_id(std::string_view data_type) { return ui::field_id("upload-" + std::string(data_type)); }

std::vector<ui::Option> to_options(const forms::ChoiceList& choices) { return options_of(choices); }
std::vector<ui::Option> to_options(const std::vector<forms::OptionView>& choices) { return options_of(choices); }

}  // namespace alting::portal
