#include "portal/open_form.h"

#include "portal/instance_permit.h"

namespace alting::portal {

using base::ErrorKind;

OpenForm::OpenForm(const View& view, instances::Drafts& drafts, std::shared_ptr<const forms::App> app,
                   instances::OpenedDraft opened)
    : view_(&view),
      drafts_(&drafts),
      app_(std::move(app)),
      permit_(std::move(opened.permit)),
      draft_(std::move(opened.draft)),
      reading_(app_->read(drafts.context_of(draft_, view.language, view.now()))) {}

base::Result<OpenForm> OpenForm::open(const View& view, const Needs& needs, terms::Action action) {
  ALTING_TRY(id, instance_of(view));
  ALTING_TRY(opened, needs.drafts.open(view.actor(), view.party->id, id, action));
  auto app = needs.apps.find(opened.draft.at.app);
  if (!app) return base::make_error(ErrorKind::not_found, "error.app.not_found");
  return OpenForm(view, needs.drafts, std::move(app), std::move(opened));
}

instances::Draft OpenForm::take(instances::Draft draft) {
  auto before = std::exchange(draft_, std::move(draft));
  reading_ = app_->read(drafts_->context_of(draft_, view_->language, view_->now()));
  return before;
}

Response refused(View& view, const base::Error& error) {
  if (error.code == "error.instance.sent" && view.request.method == web::Method::get) {
    if (const auto id = instance_of(view)) return web::redirect(view.addresses().matter(*id).page());
  }
  return view.fail(error);
}

bool from_overview(const View& view) { return view.request.query_value(parameter::from) == parameter::overview; }

std::string with_origin(const View& view, std::string address) {
  if (!from_overview(view)) return address;
  return with_query(std::move(address), {{parameter::from, parameter::overview}});
}

}  // namespace alting::portal
