#include "portal/open_form.h"

#include "portal/instance_permit.h"

namespace alting::portal {

OpenForm::OpenForm(const View& view, instances::Drafts& drafts, instances::OpenedDraft opened)
    : view_(&view),
      drafts_(&drafts),
      permit_(std::move(opened.permit)),
      draft_(std::move(opened.draft)),
      reading_(draft_.app->read(drafts.context_of(draft_, view.language, view.now()))) {}

base::Result<OpenForm> OpenForm::open(const View& view, instances::Drafts& drafts, terms::Action action) {
  ALTING_TRY(id, instance_of(view));
  ALTING_TRY(opened, drafts.open(view.actor(), view.party->id, id, action));
  return OpenForm(view, drafts, std::move(opened));
}

instances::Draft OpenForm::take(instances::Draft draft) {
  auto before = std::exchange(draft_, std::move(draft));
  reading_ = draft_.app->read(drafts_->context_of(draft_, view_->language, view_->now()));
  return before;
}

Response refused(View& view, const base::Error& error) {
  if (error.code == "error.instance.sent" && view.request.method == web::Method::get) {
    if (const auto id = instance_of(view)) return web::redirect(view.addresses().matter(*id).page());
  }
  return view.fail(error);
}

bool from_overview(const View& view) { return view.request.query_value(parameter::from) == parameter::overview; }

bool from_first_page(const View& view) { return view.request.query_value(parameter::from) == parameter::first_page; }

std::string with_origin(const View& view, std::string address) {
  if (from_overview(view)) return with_query(address, {{parameter::from, parameter::overview}});
  if (from_first_page(view)) return with_query(address, {{parameter::from, parameter::first_page}});
  return address;
}

}  // namespace alting::portal
