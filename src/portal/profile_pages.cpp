#include "portal/profile_pages.h"

#include <algorithm>
#include <map>

#include "access/roles.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using ProfileView = ViewOf<ProfileUses>;

std::string device_in_words(const View& view, const login::Sessions::Device& device) {
  if (device.browser.empty() && device.system.empty()) return view.t("profile.device.unknown");
  if (device.browser.empty() || device.system.empty()) return device.browser + device.system;
  return view.t("profile.device.words", {{"browser", device.browser}, {"system", device.system}});
}

// The name of an eID is the same in every language; the certificate's is not.
std::string method_in_words(const View& view, const std::string& method) {
  return view.actor().is_person() ? method : view.t("actor.method.certificate");
}

// What Enhetsregisteret says that one is, by business. What other registers say of one is no business of that register.
Html register_roles_of_oneself(const ProfileView& view) {
  constexpr std::size_t max_shown = 100;
  constexpr std::string_view of_register = "enhetsregisteret:";
  std::map<terms::PartyId, std::vector<std::string>> roles;
  for (const auto& fact : view.site.parties.own_roles(view.actor())) {
    if (!fact.source.starts_with(of_register)) continue;
    auto& here = roles[fact.in];
    auto name = access::role_name(fact.role, view.language);
    if (std::ranges::find(here, name) == here.end()) here.push_back(std::move(name));
  }
  const auto correct = ui::prose(html::markdown(view.t("profile.roles.correct")));
  if (roles.empty()) return ui::section(view.t("profile.roles"), ui::paragraph(view.t("profile.roles.none")) + correct);
  std::vector<terms::PartyId> where;
  for (const auto& [business, names] : roles) where.push_back(business);
  auto businesses = view.site.parties.find_many(where);
  std::ranges::sort(businesses, {}, &parties::Party::name);
  std::vector<std::vector<Html>> rows;
  for (const auto& business : businesses) {
    if (rows.size() == max_shown) break;
    Html name = text(business.name);
    if (business.deleted) name += text(" ") + ui::tag(view.t("reportee.deleted"), ui::Color::danger);
    rows.push_back({name, text(spaced_organisation_number(business.organisation_number)),
                    text(fmt::format("{}", fmt::join(roles.at(business.id), ", ")))});
  }
  Html more;
  if (businesses.size() > max_shown)
    more = ui::paragraph(view.plural("profile.roles.more", static_cast<std::int64_t>(businesses.size() - max_shown)));
  return ui::section(view.t("profile.roles"), ui::table({.caption = view.t("profile.roles"),
                                                         .hide_caption = true,
                                                         .columns = {{.name = view.t("profile.roles.business")},
                                                                     {.name = view.t("profile.roles.number")},
                                                                     {.name = view.t("access.role")}},
                                                         .rows = std::move(rows)}) +
                                                  more + correct) +
         (view.uses.contact ? contact_of_businesses(view, view.uses.contact->contacts, businesses) : Html());
}

Response end_one(View& view) {
  const auto reference = view.request.value(place::reference);
  if (!view.site.sessions.close_one(view.actor(), reference, view.request.received))
    return view.fail(base::make_error(base::ErrorKind::not_found, "error.session.not_found"));
  return web::redirect(std::string(route::profile));
}

// How long one stays logged in is the operator's to set: said here as this session has it.
std::string limits_in_words(const View& view) {
  const auto& session = *view.session;
  return view.t("profile.limits", {{"idle", std::to_string(session.idle.micros / 60'000'000)},
                                   {"until", base::format_local(session.ends, base::TimeStyle::full, view.language)}});
}

// Since when the one whose profile it is says that this is wrong; nothing of what they do not dispute.
class DisputedData {
 public:
  explicit DisputedData(const ProfileView& view) : view_(view) {
    if (view.uses.disputes == nullptr) return;
    const auto permit = view.site.decider.decide(view.actor(), terms::Action::delegate, {.party = view.actor().party});
    if (permit) all_ = view.uses.disputes->of(*permit);
  }
  [[nodiscard]] Html note(std::string_view datum) const {
    const auto found = std::ranges::find(all_, datum, &privacy::Dispute::datum);
    if (found == all_.end()) return {};
    const auto day = base::format_local(found->since, base::TimeStyle::date, view_.language);
    return text(" ") + ui::tag(view_.t("rights.disputed_since", {{"day", day}}), ui::Color::warning);
  }
  // Where a note stands above what it is about.
  [[nodiscard]] Html line(std::string_view datum) const {
    const auto said = note(datum);
    return said.empty() ? Html() : el("p", said);
  }
  [[nodiscard]] Html way_to_correct() const {
    if (view_.uses.disputes == nullptr) return {};
    return el("p", ui::link(view_.t("rights.correct"), PartyAddresses(view_.actor().party_uuid).rights().correct()));
  }

 private:
  const ProfileView& view_;
  std::vector<privacy::Dispute> all_;
};

// What is known of a person, from which register, and how it is corrected.
Html of_a_person(const ProfileView& view) {
  Html content;
  const DisputedData disputed(view);
  if (const auto self = view.site.parties.self(view.actor())) {
    std::vector<ui::Term> terms;
    terms.push_back({view.t("profile.name"), text(self->party.name) + disputed.note("name"), {}});
    terms.push_back({view.t("profile.born"),
                     text(base::date_in_words(self->birth_date, view.language)) + disputed.note("birth"),
                     {}});
    if (self->address) {
      std::string lines;
      for (const auto& line : self->address->lines) lines += line + "\n";
      terms.push_back({view.t("profile.address"),
                       html::lines(lines + self->address->postal_code + " " + self->address->postal_place) +
                           disputed.note("address"),
                       {}});
    }
    content +=
        ui::section(view.t("profile.population"), ui::description_list(terms) +
                                                      ui::prose(html::markdown(view.t("profile.population.correct"))) +
                                                      disputed.way_to_correct());
  }
  content += disputed.line("roles") + register_roles_of_oneself(view);
  if (view.uses.contact) content += disputed.line("contact") + contact_of_oneself(view, *view.uses.contact);
  return content;
}

// Who logged in with an enterprise certificate is no person: nothing is known of whoever holds the key.
Html of_an_organisation(const View& view) {
  std::vector<ui::Term> terms{{view.t("profile.name"), text(view.actor().name), {}}};
  if (const auto self = view.site.parties.find(view.actor().party))
    terms.push_back({view.t("profile.roles.number"), text(spaced_organisation_number(self->organisation_number)), {}});
  terms.push_back({view.t("profile.method"), text(view.t("actor.method.certificate")), {}});
  return ui::section(view.t("profile.organisation"),
                     ui::description_list(terms) + ui::paragraph(view.t("profile.organisation.text")) +
                         html::el("p", ui::link(view.t("certificates.what"), route::help_on_roles)));
}

Response profile_page(ProfileView& view) {
  Html content = ui::heading(1, view.t("profile.title"));
  content += view.actor().is_person() ? of_a_person(view) : of_an_organisation(view);
  std::vector<std::vector<Html>> rows;
  for (const auto& device : view.site.sessions.devices(*view.session)) {
    Html name = text(device_in_words(view, device));
    if (device.current) name += text(" ") + ui::tag(view.t("profile.this_session"), ui::Color::success);
    const auto end = device.current ? std::string(route::log_out) : filled(route::end_session, {device.reference});
    rows.push_back(
        {name, text(method_in_words(view, device.method)), time_tag(view, device.started, base::TimeStyle::compact),
         time_tag(view, device.last_seen, base::TimeStyle::compact),
         ui::post_button(
             view.form(end),
             {.label = view.t("profile.end_session"), .variant = ui::Variant::tertiary, .color = ui::Color::danger})});
  }
  content += ui::section(
      view.t("profile.sessions"),
      ui::paragraph(limits_in_words(view)) +
          ui::table({.caption = view.t("profile.sessions"),
                     .hide_caption = true,
                     .columns = {{.name = view.t("profile.device")},
                                 {.name = view.t("profile.method")},
                                 {.name = view.t("profile.started")},
                                 {.name = view.t("profile.last_seen")},
                                 {.name = view.t("upload.action"), .hide_name = true}},
                     .rows = std::move(rows)}) +
          ui::post_button(
              view.form(std::string(route::log_out_everywhere)),
              {.label = view.t("profile.log_out_all"), .variant = ui::Variant::secondary, .color = ui::Color::danger}));
  return view.show({.title = view.t("profile.title"), .wide = true}, content);
}

// What the script asks so that the session goes on, and to hear whether there is one.
Response session_is_open(View& view) { return view.with_cookies(ui::fragment({})); }

}  // namespace

PageSet profile_pages(const ProfileUses& uses) {
  return {.name = "profile",
          .routes = {personal_page(Method::get, route::profile, with(uses, profile_page)),
                     personal_page(Method::post, route::end_session, end_one),
                     personal_page(Method::get, route::session, session_is_open)},
          .person_menu = {{.text = "menu.profile", .href = route::profile, .order = 10}},
          .words = {"profile.title"}};
}

}  // namespace alting::portal
