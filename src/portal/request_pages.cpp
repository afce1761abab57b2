#include "portal/request_pages.h"

#include <algorithm>

#include "access/requests.h"
#include "parties/organisation_number.h"
#include "portal/access_request_box.h"
#include "portal/request_field.h"

namespace alting::portal {

using base::ErrorKind;

namespace {

using RequestView = ViewOf<RequestUses>;

// What is asked for, and of whom: as an address, or a form from before a login, says it.
struct WantedAccess {
  std::string party, organisation_number, form;
};

WantedAccess wanted_of(const RequestView& view) {
  if (const auto kept = view.kept(); kept && view.request.query_value(parameter::party).empty()) {
    return {.party = std::string(kept->form_value(request_field::party)),
            .form = std::string(kept->form_value(request_field::form))};
  }
  return {.party = std::string(view.request.query_value(parameter::party)),
          .organisation_number = std::string(view.request.query_value(parameter::organisation_number)),
          .form = std::string(view.request.query_value(parameter::form))};
}

// The business; nothing when none is named. A person is none: who they are is told to nobody.
base::Result<std::optional<parties::Party>> business_named(const RequestView& view, const WantedAccess& wanted) {
  std::optional<parties::Party> found;
  if (!wanted.party.empty()) {
    if (const auto uuid = terms::PartyUuid::parse(wanted.party)) found = view.site.parties.find(*uuid);
  } else if (!wanted.organisation_number.empty()) {
    ALTING_TRY(number, parties::read_organisation_number(wanted.organisation_number, view.site.mode));
    found = view.site.parties.find_organisation(number);
  } else {
    return std::optional<parties::Party>();
  }
  if (!found || found->kind == parties::PartyKind::person)
    return base::make_error(ErrorKind::not_found, "error.access_request.business");
  return found;
}

// One may do it already: on to it.
Html may_already(const RequestView& view, const parties::Party& party, const terms::AppId& app) {
  return ui::alert(
      {.color = ui::Color::success,
       .title = view.t("access.ask.may", {{"party", party.name}}),
       .body = ui::button_row(ui::button_link(view.t("access.ask.go_on"), PartyAddresses(party.uuid).service(app)))});
}

Html choose_form_to_ask(const RequestView& view, const parties::Party& party) {
  std::vector<ui::ItemRow> rows;
  for (const auto& app : view.uses.apps.services())
    rows.push_back({.title = app->title(view.language),
                    .href = ask_access_address(party.uuid, app->facts().id.text()),
                    .details = html::text(app->controller(view.language).name)});
  return ui::section(view.t("access.ask.which"), ui::item_list(rows, view.t("access.ask.which")));
}

Response ask_page(RequestView& view) {
  if (!view.actor().is_person()) return view.fail(base::make_error(ErrorKind::forbidden, "error.access.needs_person"));
  const auto wanted = wanted_of(view);
  const auto app_id = terms::AppId::parse(wanted.form);
  const auto app = app_id ? view.uses.apps.find(*app_id) : nullptr;
  const auto about = app ? app_id : std::nullopt;
  const auto party = business_named(view, wanted);
  Html content;
  if (!party) {
    content += ui::error_summary(view.t("form.errors"), {{"orgnr", view.explain(party.error())}});
  }
  const auto title =
      app ? view.t("access.ask.page.form", {{"form", app->title(view.language)}}) : view.t("access.ask.page");
  content += ui::heading(1, title);
  if (!party || !*party) {
    content += ui::ingress(view.t("access.ask.page.text"));
    content += find_business_to_ask(view, about);
  } else if (!about) {
    content += ui::ingress(view.t("access.ask.which.text", {{"party", (*party)->name}}));
    content += choose_form_to_ask(view, **party);
  } else if (view.site.decider.advise(view.actor(), (*party)->id, *about).may) {
    content += may_already(view, **party, *about);
  } else {
    content += access_request_box(view, **party, about);
    content += ui::details(view.t("access.ask.another"), find_business_to_ask(view, about));
  }
  return view.show({.title = title,
                    .crumbs = app ? std::vector<ui::NavLink>{{view.t("catalogue.title"), std::string(route::catalogue)},
                                                             {app->title(view.language), service_address(*app_id)},
                                                             {view.t("access.ask.page"), "", true}}
                                  : std::vector<ui::NavLink>{},
                    .with_error = !party,
                    .status = party ? 200 : web::status_of(party.error())},
                   content);
}

std::string back_of_request(const RequestView& view, std::string_view fallback) {
  return local_path(view.request.form_value(request_field::back), fallback);
}

Response ask_for_access(RequestView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto once = view.request.form_value("once");
  const auto draft = access::AccessRequestId::parse(view.request.form_value(request_field::draft));
  const bool keep = !draft && view.request.form_value(request_field::keep) == parameter::yes;
  base::Result<access::OwnRequest> done = base::make_error(ErrorKind::not_found, "error.access_request.business");
  if (draft) {
    done = view.site.requests.send(view.actor(), *draft, view.request.received, once);
  } else {
    const WantedAccess wanted{.party = std::string(view.request.form_value(request_field::party))};
    const auto party = business_named(view, wanted);
    if (!party) return view.fail(party.error());
    if (!*party) return view.fail(done.error());
    access::Wish wish{.party = (*party)->id, .app = terms::AppId::parse(view.request.form_value(request_field::form))};
    if (const auto role = view.request.form_value(request_field::role); !role.empty()) {
      // What the page offers, and no other role.
      if (role != role_to_send) return view.fail(base::make_error(ErrorKind::invalid, "error.access_request.wish"));
      wish.role = std::string(role);
    }
    wish.back = back_of_request(view, "");
    if (!access::is_way_back(wish.back)) wish.back.clear();
    done = keep ? view.site.requests.keep(view.actor(), wish, view.request.received, once)
                : view.site.requests.ask(view.actor(), wish, view.request.received, once);
  }
  if (!done) return view.fail(done.error());
  view.forget_kept(view.request.path);
  const auto own = PartyAddresses(view.actor().party_uuid).access();
  // What is kept stands among one's own requests.
  return web::redirect(view.after_post(keep ? own : back_of_request(view, own)));
}

Response take_back_request(RequestView& view) {
  if (const auto mine = view.made_for_me(false); !mine) return view.fail(mine.error());
  const auto id = access::AccessRequestId::parse(view.request.value(place::request));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "error.access_request.not_found"));
  const auto done =
      view.site.requests.withdraw(view.actor(), *id, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(back_of_request(view, PartyAddresses(view.actor().party_uuid).access())));
}

// Where who was logged out before such a post comes back to, to do it again: nothing is taken back by a page.
Response own_access_again(RequestView& view) {
  view.forget_kept(view.request.path);
  return web::redirect(PartyAddresses(view.actor().party_uuid).access());
}

Response own_request_again(RequestView& view) {
  const auto id = view.request.value(place::request);
  const auto mine = view.site.requests.mine(view.actor());
  if (std::ranges::none_of(mine, [&](const auto& one) { return one.id.text() == id; }))
    return view.fail(base::make_error(ErrorKind::not_found, "error.access_request.unknown"));
  return own_access_again(view);
}

Response own_given_again(RequestView& view) {
  const auto id = view.request.value(place::delegation);
  const auto received = view.uses.delegations.received_by(view.actor());
  if (std::ranges::none_of(received, [&](const auto& one) { return one.id.text() == id; }))
    return view.fail(base::make_error(ErrorKind::not_found, "error.delegation.unknown"));
  return own_access_again(view);
}

Response renounce_given(RequestView& view) {
  if (const auto mine = view.made_for_me(false); !mine) return view.fail(mine.error());
  const auto id = terms::DelegationId::parse(view.request.value(place::delegation));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "error.delegation.not_found"));
  const auto done =
      view.uses.delegations.renounce(view.actor(), *id, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(PartyAddresses(view.actor().party_uuid).access()));
}

}  // namespace

PageSet request_pages(const RequestUses& uses) {
  return {.name = "requests",
          .menu_entry = "access",
          .routes = {personal_page(Method::get, route::ask_access, with(uses, ask_page)),
                     personal_page(Method::post, route::ask_access, with(uses, ask_for_access)),
                     personal_page(Method::get, route::withdraw_request, with(uses, own_request_again)),
                     personal_page(Method::post, route::withdraw_request, with(uses, take_back_request)),
                     personal_page(Method::get, route::renounce_access, with(uses, own_given_again)),
                     personal_page(Method::post, route::renounce_access, with(uses, renounce_given))},
          .words = {"access.ask.title", "access.ask.page"}};
}

}  // namespace alting::portal
