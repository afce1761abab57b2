#include "portal/form_files.h"

#include "portal/page_post.h"

namespace alting::portal {

int take_files(const View& view, instances::Attachments& attachments, const terms::Permit& permit, FieldState& state) {
  int status = 200;
  for (const auto& upload : view.request.uploads) {
    const auto type = data_type_of_file(upload.field);
    if (!type || (upload.file_name.empty() && upload.size == 0)) continue;
    const auto tag = view.request.form_value(page_field::tag_of(*type));
    const auto stored = attachments.attach(permit, {.data_type = *type,
                                                    .tag = std::string(tag),
                                                    .file_name = upload.file_name,
                                                    .file = upload.path,
                                                    .size = upload.size,
                                                    .still_wanted = view.request.still_wanted});
    if (stored) continue;
    if (status != 503) status = stored.error().kind == base::ErrorKind::unavailable ? 503 : 422;
    state.upload_errors.try_emplace(
        *type, view.t("upload.refused", {{"name", upload.file_name}, {"reason", view.explain(stored.error())}}));
    state.tags[*type] = std::string(tag);
  }
  return status;
}

base::Status take_away_file(instances::Attachments& attachments, const terms::Permit& permit,
                            std::string_view element) {
  const auto id = terms::DataElementId::parse(element);
  if (!id) return {};
  return attachments.detach(permit, *id);
}

}  // namespace alting::portal
