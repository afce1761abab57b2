// What is known about me, from which register, and how to correct it; where I am logged in.
#include "portal/view.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

Response show(View& view) {
  Html content = ui::heading(1, view.t("profile.title"));
  if (const auto self = view.services.parties.self(view.actor())) {
    std::vector<ui::Term> terms;
    terms.push_back({view.t("profile.name"), text(self->party.name), {}});
    terms.push_back({view.t("profile.born"), text(date_in_words(self->birth_date, view.language)), {}});
    if (self->address) {
      std::string lines;
      for (const auto& line : self->address->lines) lines += line + "\n";
      terms.push_back({view.t("profile.address"),
                       html::lines(lines + self->address->postal_code + " " + self->address->postal_place),
                       {}});
    }
    content +=
        ui::section(view.t("profile.population"),
                    ui::description_list(terms) + ui::prose(html::markdown(view.t("profile.population.correct"))));
  }
  const auto contact = view.services.parties.contact(view.actor());
  std::vector<ui::Term> terms;
  terms.push_back(
      {view.t("profile.email"), text(contact.email.empty() ? view.t("profile.not_registered") : contact.email), {}});
  terms.push_back(
      {view.t("profile.mobile"), text(contact.mobile.empty() ? view.t("profile.not_registered") : contact.mobile), {}});
  terms.push_back({view.t("profile.reserved"), text(view.t(contact.reserved ? "yes" : "no")), {}});
  content += ui::section(view.t("profile.contact"),
                         ui::description_list(terms) + ui::prose(html::markdown(view.t("profile.contact.correct"))));

  std::vector<std::vector<Html>> rows;
  for (const auto& device : view.services.sessions.devices(*view.session)) {
    Html name = text(device.method);
    if (device.current) name += text(" ") + ui::tag(view.t("profile.this_session"), ui::Color::success);
    rows.push_back({name, time_tag(view, device.started, base::TimeStyle::compact),
                    time_tag(view, device.last_seen, base::TimeStyle::compact)});
  }
  content += ui::section(view.t("profile.sessions"),
                         ui::table({.caption = view.t("profile.sessions"),
                                    .hide_caption = true,
                                    .columns = {{.name = view.t("profile.method")},
                                                {.name = view.t("profile.started")},
                                                {.name = view.t("profile.last_seen")}},
                                    .rows = std::move(rows)}) +
                             ui::post_button(view.form("/logg-ut/overalt"), {.label = view.t("profile.log_out_all"),
                                                                             .variant = ui::Variant::secondary,
                                                                             .color = ui::Color::danger}));
  return view.show({.title = view.t("profile.title")}, content);
}

}  // namespace

// What the script asks so that the session goes on, and to hear whether there is one.
Response session_is_open(View& view) { return view.with_cookies(ui::fragment({})); }

void add_profile_routes(Routes& routes) {
  routes.personal(web::Method::get, "/profil", show);
  routes.personal(web::Method::get, "/okt", session_is_open);
}

}  // namespace alting::portal
