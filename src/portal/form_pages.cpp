#include "portal/form_pages.h"

#include "portal/fill_page.h"
#include "portal/form_uploads.h"
#include "portal/instance_permit.h"
#include "portal/save_page.h"

namespace alting::portal {

using base::ErrorKind;

namespace {

Response first_page(FormView& view) {
  auto form = OpenForm::open(view, view.uses.drafts, terms::Action::write);
  if (!form) return refused(view, form.error());
  const auto& pages = form->reading().pages();
  if (pages.empty()) return view.fail(base::make_error(ErrorKind::not_found, "error.app.not_found"));
  return web::redirect(form->addresses().page(pages.front().id));
}

Response draft_attachment(FormView& view) {
  const auto allowed = allow(view, view.uses.permits, terms::Action::read);
  if (!allowed) return view.fail(allowed.error());
  return attachment_download(view, view.uses.attachments, allowed->permit);
}

}  // namespace

PageSet form_pages(const FormUses& uses) {
  const web::RouteLimits fields{.body = 1024 * 1024};
  return {.name = "forms",
          .menu_entry = "forms",
          .shows_forms = true,
          .routes = {party_page(Method::get, route::draft, with(uses, first_page)),
                     party_page(Method::get, route::draft_page, with(uses, show_page)),
                     party_page(Method::post, route::draft_page, with(uses, save_page), limits_with_files()),
                     party_page(Method::post, route::autosave, with(uses, autosave), fields),
                     party_page(Method::get, route::draft_attachment, with(uses, draft_attachment))},
          .elsewhere = {{.below = below_party::drafts, .to = below_party::inbox}},
          .words = {"form.next", "form.steps"}};
}

}  // namespace alting::portal
