#include "portal/view.h"

#include "base/text.h"
#include "base/typed_text.h"
#include "portal/portal_frame.h"

namespace alting::portal {

using base::ErrorKind;

View::View(const Site& of_site, const PortalFrame& frame, const Request& asked, std::string_view of_menu)
    : Spoken{of_site.texts, asked.language}, site(of_site), request(asked), frame_(frame), menu_entry_(of_menu) {}

std::string View::search_text() const {
  return base::one_line(base::clean_line(request.query_value(parameter::search)), 200);
}

std::string View::here() const {
  if (request.method == web::Method::get || request.method == web::Method::head) return request.raw_target;
  return page_before(request.path);
}

std::string View::page_before(std::string_view fallback) const {
  const auto before = request.header("referer");
  if (!before.starts_with(site.public_url)) return std::string(fallback);
  return local_path(before.substr(site.public_url.size()), fallback);
}

std::string View::new_post_id() { return base::Uuid::v4(site.random).text(); }

std::string View::after_post(std::string path) const {
  return with_query(path, {{parameter::done_by, request.form_value("once")}});
}

bool View::did(std::string_view act) const {
  const auto post = request.query_value(parameter::done_by);
  return session && !post.empty() && site.was_done(post, actor(), act);
}

ui::Form View::form(std::string action, bool once) {
  if (!token_) token_ = site.cookies.token(request);
  ui::Form form;
  form.action = std::move(action);
  form.token = token_->form_value;
  if (once) form.hidden.emplace_back("once", new_post_id());
  return form;
}

ui::Form View::kept_form(std::string action, bool once) {
  auto made = form(std::move(action), once);
  made.hidden.emplace_back(mark_field, site.kept_posts.mark(actor()));
  return made;
}

std::optional<Request> View::kept() const {
  auto fields = site.kept_posts.find(actor(), request.path);
  if (!fields) return std::nullopt;
  Request then;
  then.form = std::move(*fields);
  return then;
}

std::optional<Request> View::take_kept() const {
  auto then = kept();
  if (then && request.method == web::Method::get) forget_kept(request.path);
  return then;
}

base::Status View::made_for_me(bool keep) const {
  if (!site.kept_posts.is_of_another(request.form_value(mark_field), actor())) return {};
  if (keep && keep_posted())
    return base::make_error(ErrorKind::conflict, "error.form.other_person", "the page was made for another person");
  return base::make_error(ErrorKind::conflict, "error.form.other_person_lost", "the page was made for another person");
}

Response View::with_cookies(Response response) {
  if (token_ && token_->set_cookie) response.set_cookies.push_back(*token_->set_cookie);
  return response;
}

Response View::show(const Page& page, const Html& content) {
  return with_cookies(web::page(frame_.around(*this, page, menu_entry_, content), page.status));
}

}  // namespace alting::portal
