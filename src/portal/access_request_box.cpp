#include "portal/access_request_box.h"

#include "access/requests.h"
#include "access/roles.h"
#include "portal/request_field.h"
#include "portal/words.h"

namespace alting::portal {

using html::text;

namespace {

std::string party_with_number(const View& view, const parties::Party& party) {
  if (party.organisation_number.empty()) return party.name;
  return view.t("access.ask.party",
                {{"party", party.name}, {"number", spaced_organisation_number(party.organisation_number)}});
}

// Names only of those whose role anyone may look up; of the others that there are some, not how many.
Html who_can_give(const View& view, const access::Decider::Advice& advice) {
  Html content;
  if (!advice.ask.empty()) {
    std::vector<Html> names;
    for (const auto& name : advice.ask) names.push_back(text(name));
    content += ui::paragraph(view.t(advice.bankrupt ? "access.ask.who.estate" : "access.ask.who")) + ui::list(names);
    if (advice.others > 0) content += ui::paragraph(view.t("access.ask.others"));
  } else if (advice.others > 0) {
    content += ui::paragraph(view.t("access.ask.only_others"));
  } else {
    content += ui::paragraph(view.t("access.ask.nobody"));
  }
  if (advice.register_may_be_outdated) content += ui::prose(html::markdown(view.t("access.ask.outdated")));
  return content;
}

// Where one comes back to: this page, without what it said of an earlier post.
std::string way_back_here(const View& view, const parties::Party& party, const std::optional<terms::AppId>& app) {
  const PartyAddresses of_party(party.uuid);
  const auto fallback = app ? of_party.service(*app) : of_party.inbox();
  if (view.request.path == route::ask_access) return fallback;
  const auto here = view.request.query_value(parameter::done_by).empty() ? view.here() : view.request.path;
  return access::is_way_back(here) ? here : fallback;
}

struct ShownRequest {
  const parties::Party& party;
  const access::Wish& wish;
  const std::optional<access::OwnRequest>& last;
  bool blocked = false;  // just now: a block may have been lifted since `last` was refused
};

std::string moment_of_request(const View& view, base::Instant at) {
  return base::format_local(at, base::TimeStyle::full, view.language);
}

Html ask_button(View& view, const ShownRequest& asked) {
  if (asked.blocked) return ui::paragraph(view.t("access_request.reason." + std::string(access::reason_blocked)));
  if (asked.last && asked.last->state == access::RequestState::draft) {
    const auto& kept = *asked.last;
    return ui::paragraph(view.t("access.ask.kept", {{"time", moment_of_request(view, kept.at)}})) +
           ui::paragraph(view.t("access.ask.text")) +
           ui::button_row(send_kept_request(view, kept, asked.wish.back) +
                          delete_kept_request(view, kept, asked.wish.back));
  }
  auto form = view.kept_form(std::string(route::ask_access), true);
  form.hidden.insert(form.hidden.end(),
                     {{std::string(request_field::party), asked.party.uuid.text()},
                      {std::string(request_field::form), asked.wish.app ? asked.wish.app->text() : ""},
                      {std::string(request_field::role), asked.wish.role.value_or("")},
                      {std::string(request_field::back), asked.wish.back}});
  return ui::paragraph(view.t("access.ask.text")) +
         ui::post_form(form,
                       ui::button_row(ui::button({.label = view.t("access.ask.button"), .about = asked.party.name}) +
                                      ui::button({.label = view.t("access.ask.keep"),
                                                  .about = asked.party.name,
                                                  .variant = ui::Variant::secondary,
                                                  .name = std::string(request_field::keep),
                                                  .value = std::string(parameter::yes)})));
}

// How the last one stands; where it is over one may ask again.
Html state_of_request(View& view, const ShownRequest& asked) {
  if (!asked.last) return ask_button(view, asked);
  const auto& last = *asked.last;
  switch (last.state) {
    case access::RequestState::draft: return ask_button(view, asked);
    case access::RequestState::sent: {
      auto withdraw = view.kept_form(filled(route::withdraw_request, {last.id.text()}), true);
      withdraw.hidden.emplace_back(request_field::back, asked.wish.back);
      return ui::alert({.color = ui::Color::info,
                        .title = view.t("access.ask.sent", {{"time", moment_of_request(view, last.at)}}),
                        .body = ui::paragraph(view.t("access.ask.sent.text")) +
                                ui::button_row(ui::button_link(view.t("access.ask.look"), asked.wish.back) +
                                               ui::post_button(withdraw, {.label = view.t("access.ask.withdraw"),
                                                                          .variant = ui::Variant::tertiary})),
                        .heading_level = 3});
    }
    case access::RequestState::approved:
      return ui::paragraph(view.t("access.ask.ended", {{"time", moment_of_request(view, last.changed_at)}})) +
             ask_button(view, asked);
    case access::RequestState::refused: {
      Html words = ui::paragraph(view.t("access.ask.refused", {{"time", moment_of_request(view, last.changed_at)}}));
      if (!last.reason.empty() && last.reason != access::reason_blocked)
        words += ui::paragraph(view.t("access_request.reason." + last.reason));
      return words + ask_button(view, asked);
    }
    case access::RequestState::withdrawn:
      return (last.reason.empty() ? Html() : ui::paragraph(view.t("access_request.reason." + last.reason))) +
             ask_button(view, asked);
  }
  return {};
}

}  // namespace

Html access_request_box(View& view, const parties::Party& party, const std::optional<terms::AppId>& app) {
  // An organisation asks nobody, and is told of nobody: who manages its access says what its certificates may do.
  if (!view.actor().is_person())
    return ui::alert({.color = ui::Color::warning,
                      .title = view.explain(base::make_error(base::ErrorKind::forbidden, "error.access.needs_person")),
                      .body = ui::prose(html::markdown(view.t("error.forbidden.organisation")))});
  if (party.kind == parties::PartyKind::person)
    return ui::alert({.color = ui::Color::warning,
                      .title = view.t("access.ask.person"),
                      .body = ui::paragraph(view.t("access.ask.person.text"))});
  access::Wish wish{.party = party.id, .app = app};
  if (!app) wish.role = role_to_send;
  wish.back = way_back_here(view, party, app);
  const auto advice = view.site.decider.advise(view.actor(), party.id, app.value_or(terms::AppId{}));
  const auto last = view.site.requests.last(view.actor(), wish);
  Html body =
      ui::paragraph(app ? view.t("access.ask.needs.form", {{"party", party_with_number(view, party)}})
                        : view.t("access.ask.needs.role", {{"party", party_with_number(view, party)},
                                                           {"role", access::role_name(role_to_send, view.language)}}));
  body += who_can_give(view, advice);
  if (view.did(access::access_asked) && last && last->state == access::RequestState::sent)
    body += ui::alert(
        {.color = ui::Color::success, .title = view.t("access.ask.sent_now"), .urgent = true, .heading_level = 3});
  if (!party.deleted) {
    const bool blocked = view.site.requests.is_blocked(view.actor(), party.id);
    body += state_of_request(view, {party, wish, last, blocked});
  }
  body += html::el("p", ui::link(view.t("access.ask.help"), route::help_on_roles));
  return ui::alert({.color = ui::Color::warning,
                    .title = view.t("access.ask.title", {{"party", party.name}}),
                    .body = body,
                    .id = "be-om-tilgang"});
}

Html send_kept_request(View& view, const access::OwnRequest& kept, std::string_view back) {
  auto form = view.kept_form(std::string(route::ask_access), true);
  form.hidden.insert(form.hidden.end(), {{std::string(request_field::party), kept.party_uuid.text()},
                                         {std::string(request_field::form), kept.app ? kept.app->text() : ""},
                                         {std::string(request_field::role), kept.role.value_or("")},
                                         {std::string(request_field::draft), kept.id.text()},
                                         {std::string(request_field::back), std::string(back)}});
  return ui::post_button(form, {.label = view.t("access.ask.send"), .about = kept.party_name});
}

Html delete_kept_request(View& view, const access::OwnRequest& kept, std::string_view back) {
  auto form = view.kept_form(filled(route::withdraw_request, {kept.id.text()}), true);
  form.hidden.emplace_back(request_field::back, back);
  return ui::post_button(
      form, {.label = view.t("access.ask.delete"), .about = kept.party_name, .variant = ui::Variant::tertiary});
}

Html find_business_to_ask(View& view, const std::optional<terms::AppId>& app) {
  ui::TextField number;
  number.name = parameter::organisation_number;
  number.id = "orgnr";
  number.label = view.t("access.ask.number");
  number.description = view.t("access.ask.number.help");
  number.input_mode = "numeric";
  number.width = 12;
  number.value = std::string(view.request.query_value(parameter::organisation_number));
  number.required = true;
  number.spell_check = false;
  Html inside = ui::text_field(number);
  if (app) inside += html::el("input", {{"type", "hidden"}, {"name", parameter::form}, {"value", app->text()}});
  return ui::get_form(route::ask_access,
                      inside + ui::button_row(ui::button(view.t("access.ask.find"), ui::Variant::secondary)));
}

}  // namespace alting::portal
