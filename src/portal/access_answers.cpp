#include "portal/access_answers.h"

#include <algorithm>

#include "access/requests.h"
#include "portal/access_words.h"
#include "portal/give_access.h"
#include "portal/request_field.h"

namespace alting::portal {

using base::ErrorKind;

namespace {

base::Error no_request() { return base::make_error(ErrorKind::not_found, "error.access_request.not_found"); }

base::Result<terms::Permit> may_answer(const AccessView& view) {
  return view.site.decider.decide(view.actor(), terms::Action::delegate, {.party = view.party->id});
}

base::Result<access::AccessRequestId> request_named(const AccessView& view) {
  const auto id = access::AccessRequestId::parse(view.request.value(place::request));
  if (!id) return no_request();
  return *id;
}

Html approve_form(AccessView& view, const access::ReceivedRequest& one) {
  if (!one.may_approve)
    return ui::alert({.color = ui::Color::info,
                      .title = view.t("access.requests.not_yours"),
                      .body = ui::paragraph(view.t("access.requests.not_yours.text"))});
  const access::Delegations::Grant grant{.to = {}, .role = one.role, .app = one.app};
  return before_giving(view, grant, with_birth_year(view, one.name, one.birth_year)) +
         ui::post_form(view.form(view.addresses().approve_request(one.id.text()), true),
                       ui::button_row(ui::button({.label = view.t("access.confirm.give"), .about = one.name})));
}

Html refuse_form(AccessView& view, const access::ReceivedRequest& one) {
  ui::RadioGroup reasons;
  reasons.name = request_field::reason;
  reasons.id = "grunn";
  reasons.label = view.t("access.requests.reason");
  reasons.description = view.t("access.requests.reason.help");
  reasons.options.push_back({.value = "", .label = view.t("access.requests.reason.none")});
  for (const auto reason : access::refusal_reasons)
    reasons.options.push_back(
        {.value = std::string(reason), .label = view.t("access_request.reason." + std::string(reason))});
  return ui::section(view.t("access.requests.refuse", {{"name", one.name}}),
                     ui::post_form(view.form(view.addresses().refuse_request(one.id.text()), true),
                                   ui::radio_group(reasons) +
                                       ui::button_row(ui::button({.label = view.t("access.requests.refuse.button"),
                                                                  .about = one.name,
                                                                  .variant = ui::Variant::secondary}))));
}

Html block_form(AccessView& view, const access::ReceivedRequest& one) {
  return ui::confirm({.id = "sperr",
                      .open_label = view.t("access.block", {{"name", one.name}}),
                      .title = view.t("access.block.title", {{"name", one.name}}),
                      .body = ui::paragraph(view.t("access.block.text")),
                      .form = view.form(view.addresses().block_asker(one.id.text()), true),
                      .confirm = {.label = view.t("access.block.confirm"), .color = ui::Color::danger},
                      .cancel_label = view.t("cancel")});
}

// One answer to the request that the address names, and back to the list.
template <class Answer>
Response answered(AccessView& view, Answer answer) {
  const auto permit = may_answer(view);
  if (!permit) return view.fail(permit.error());
  const auto id = request_named(view);
  if (!id) return view.fail(id.error());
  const base::Status done = answer(*permit, *id, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(view.addresses().access()));
}

}  // namespace

Response request_page(AccessView& view) {
  const auto permit = may_answer(view);
  if (!permit) return view.fail(permit.error());
  const auto id = request_named(view);
  if (!id) return view.fail(id.error());
  const auto waiting = view.site.requests.waiting(*permit);
  const auto one = std::ranges::find(waiting, *id, &access::ReceivedRequest::id);
  // Answered meanwhile, or taken back: the list says how.
  if (one == waiting.end()) return view.fail(no_request());
  const auto title = view.t("access.requests.title", {{"name", one->name}});
  Html content = ui::heading(1, title);
  content += ui::ingress(
      view.t("access.requests.asks", {{"name", with_birth_year(view, one->name, one->birth_year)},
                                      {"what", access_in_words(view, view.uses.apps, one->role, one->app)}}));
  content += ui::paragraph(view.t("access.requests.sure"));
  content += approve_form(view, *one) + refuse_form(view, *one) + block_form(view, *one);
  return view.show(
      {.title = title,
       .crumbs = {{said_of_party(view, "access.title", {{"party", view.party->name}}), view.addresses().access()},
                  {title, "", true}}},
      content);
}

Response approve_request(AccessView& view) {
  return answered(view, [&](const terms::Permit& permit, const access::AccessRequestId& id, std::string_view once) {
    const auto done = view.site.requests.approve(permit, id, view.request.received, once);
    return done ? base::Status() : base::Status(done.error());
  });
}

Response refuse_request(AccessView& view) {
  return answered(view, [&](const terms::Permit& permit, const access::AccessRequestId& id, std::string_view once) {
    return view.site.requests.refuse(permit, id, view.request.form_value(request_field::reason), view.request.received,
                                     once);
  });
}

Response block_asker(AccessView& view) {
  return answered(view, [&](const terms::Permit& permit, const access::AccessRequestId& id, std::string_view once) {
    return view.site.requests.block(permit, id, view.request.received, once);
  });
}

Response unblock_asker(AccessView& view) {
  const auto permit = may_answer(view);
  if (!permit) return view.fail(permit.error());
  const auto id = access::AccessBlockId::parse(view.request.value(place::block));
  if (!id) return view.fail(no_request());
  const auto done = view.site.requests.unblock(*permit, *id, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(view.addresses().access()));
}

}  // namespace alting::portal
