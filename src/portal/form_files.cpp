#include "portal/form_files.h"

namespace alting::portal {

int take_files(FormView& view, const terms::Permit& permit, FieldState& state) {
  int status = 200;
  for (const auto& upload : view.request.uploads) {
    if (!upload.field.starts_with("file:") || (upload.file_name.empty() && upload.size == 0)) continue;
    const auto type = upload.field.substr(5);
    const auto tag = view.request.form_value("tag:" + type);
    const auto stored = view.uses.instances.attach(permit, {.data_type = type,
                                                            .tag = std::string(tag),
                                                            .file_name = upload.file_name,
                                                            .file = upload.path,
                                                            .size = upload.size,
                                                            .still_wanted = view.request.still_wanted});
    if (stored) continue;
    if (status != 503) status = stored.error().kind == base::ErrorKind::unavailable ? 503 : 422;
    state.errors.try_emplace("upload:" + type, view.t("upload.refused", {{"name", upload.file_name},
                                                                         {"reason", view.explain(stored.error())}}));
    state.typed["tag:" + type] = std::string(tag);
  }
  return status;
}

}  // namespace alting::portal
