#include "portal/access_lists.h"

#include <map>

#include "access/roles.h"
#include "portal/access_request_box.h"
#include "portal/access_words.h"
#include "portal/request_field.h"
#include "portal/words.h"

namespace alting::portal {

using html::text;

namespace {

std::string named(const AccessView& view, const access::Delegation& one) {
  return access_in_words(view, view.uses.apps, one.role, one.app);
}
template <class Asked>
std::string asked_for(const AccessView& view, const Asked& one) {
  return access_in_words(view, view.uses.apps, one.role, one.app);
}

Html day_of_time(const AccessView& view, base::Instant at) { return time_tag(view, at, base::TimeStyle::compact); }

Html until_cell(const AccessView& view, const access::Delegation& one) {
  return text(one.until ? base::date_in_words(*one.until, view.language) : view.t("access.until.none.short"));
}

Html answer_buttons(AccessView& view, const access::ReceivedRequest& one) {
  const auto id = one.id.text();
  const auto look = view.addresses().access_request(id);
  Html buttons;
  if (one.may_approve && one.app)
    buttons += ui::post_button(view.form(view.addresses().approve_request(id), true),
                               {.label = view.t("access.requests.approve"), .about = one.name});
  else if (one.may_approve)
    buttons += ui::button_link(view.t("access.requests.look", {{"name", one.name}}), look);
  buttons += ui::link(view.t("access.requests.refuse", {{"name", one.name}}), look);
  return ui::button_row(buttons);
}

// With what a form alone opens, for that is given with one click.
Html what_is_asked(const AccessView& view, const access::ReceivedRequest& one) {
  Html what = ui::breakable(asked_for(view, one));
  return one.app ? el("p", what) + ui::paragraph(form_opens_in_words(view, *one.app)) : what;
}

Html give_up(AccessView& view, const access::Delegation& one) {
  const auto what = named(view, one);
  return ui::confirm({.id = "fraskriv-" + one.id.text(),
                      .open_label = view.t("access.renounce"),
                      .about = what + ", " + one.from_name,
                      .plain = true,
                      .title = view.t("access.renounce.title", {{"party", one.from_name}}),
                      .body = ui::paragraph(view.t("access.renounce.text", {{"what", what}})),
                      .form = view.kept_form(renounce_access_address(one.id), true),
                      .confirm = {.label = view.t("access.renounce.confirm"), .color = ui::Color::danger},
                      .cancel_label = view.t("cancel")});
}

}  // namespace

Html waiting_requests(AccessView& view, const std::vector<access::ReceivedRequest>& waiting) {
  std::vector<std::vector<Html>> rows;
  for (const auto& one : waiting)
    rows.push_back({text(with_birth_year(view, one.name, one.birth_year)), what_is_asked(view, one),
                    day_of_time(view, one.at), answer_buttons(view, one)});
  return ui::table({.caption = view.t("access.requests"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("access.who")},
                                {.name = view.t("access.requests.what")},
                                {.name = view.t("access.when")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

Html answered_requests(const AccessView& view, const std::vector<access::ReceivedRequest>& answered) {
  std::vector<std::vector<Html>> rows;
  for (const auto& one : answered)
    rows.push_back({text(with_birth_year(view, one.name, one.birth_year)), ui::breakable(asked_for(view, one)),
                    request_state(view, one.state, one.reason), day_of_time(view, one.changed_at),
                    text(one.decided_by)});
  return ui::table({.caption = view.t("access.requests.answered"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("access.who")},
                                {.name = view.t("access.requests.what")},
                                {.name = view.t("access.requests.state")},
                                {.name = view.t("access.when")},
                                {.name = view.t("access.requests.by")}},
                    .rows = std::move(rows)});
}

Html blocked_persons(AccessView& view, const std::vector<access::BlockedPerson>& blocked) {
  std::vector<std::vector<Html>> rows;
  for (const auto& one : blocked) {
    Html lift =
        ui::post_button(view.form(view.addresses().unblock_asker(one.id.text()), true),
                        {.label = view.t("access.blocked.lift"), .about = one.name, .variant = ui::Variant::tertiary});
    rows.push_back(
        {text(with_birth_year(view, one.name, one.birth_year)), day_of_time(view, one.since), std::move(lift)});
  }
  return ui::table({.caption = view.t("access.blocked"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("access.who")},
                                {.name = view.t("access.blocked.since")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

Html given_access(AccessView& view, const std::vector<access::Delegation>& given) {
  if (given.empty())
    return ui::empty_state({.title = said_of_party(view, "access.given.none"),
                            .text = said_of_party(view, "access.given.none.text"),
                            .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : given) {
    Html take;
    if (one.may_take) {
      take = ui::confirm({.id = "trekk-" + one.id.text(),
                          .open_label = view.t("access.withdraw", {{"name", one.to_name}}),
                          .about = named(view, one),
                          .plain = true,
                          .title = view.t("access.withdraw.title", {{"name", one.to_name}}),
                          .body = ui::paragraph(view.t("access.withdraw.text", {{"what", named(view, one)}})),
                          .form = view.form(view.addresses().withdraw_access(one.id), true),
                          .confirm = {.label = view.t("access.withdraw.confirm"), .color = ui::Color::danger},
                          .cancel_label = view.t("cancel")});
    }
    rows.push_back({text(one.to_name), ui::breakable(named(view, one)), until_cell(view, one),
                    day_of_time(view, one.given_at), text(one.given_by_name), std::move(take)});
  }
  return ui::table({.caption = view.t("access.given"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("access.who")},
                                {.name = view.t("access.what")},
                                {.name = view.t("access.until")},
                                {.name = view.t("access.when")},
                                {.name = view.t("access.by")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

Html roles_from_registers(const AccessView& view) {
  std::map<terms::PartyId, std::pair<std::string, std::string>> by_person;
  const auto add = [&](terms::PartyId organisation) {
    for (const auto& fact : view.site.parties.roles_in(organisation)) {
      const auto holder = view.site.parties.find(fact.holder);
      if (!holder) continue;
      auto& [name, words] = by_person[holder->id];
      name = holder->name;
      words += (words.empty() ? "" : ", ") + access::role_name(fact.role, view.language);
    }
  };
  add(view.party->id);
  const bool of_main = by_person.empty() && view.party->parent;
  // A sub-unit has few roles of its own: those of its main unit hold there.
  if (view.party->parent) add(*view.party->parent);
  if (by_person.empty()) return ui::paragraph(view.t("access.register.none"));
  std::vector<std::vector<Html>> rows;
  for (const auto& [id, person] : by_person) rows.push_back({text(person.first), text(person.second)});
  Html content = of_main ? ui::paragraph(view.t("access.register.main")) : Html();
  return content + ui::table({.caption = view.t("access.register"),
                              .hide_caption = true,
                              .columns = {{.name = view.t("access.who")}, {.name = view.t("access.role")}},
                              .rows = std::move(rows)});
}

Html received_access(AccessView& view, const std::vector<access::Delegation>& received) {
  if (received.empty()) return ui::paragraph(view.t("access.received.none"));
  std::vector<std::vector<Html>> rows;
  for (const auto& one : received)
    rows.push_back({text(one.from_name), ui::breakable(named(view, one)), until_cell(view, one),
                    day_of_time(view, one.given_at), text(one.given_by_name), give_up(view, one)});
  return ui::table({.caption = view.t("access.received"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("access.from")},
                                {.name = view.t("access.what")},
                                {.name = view.t("access.until")},
                                {.name = view.t("access.when")},
                                {.name = view.t("access.by")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

Html own_requests(AccessView& view, const std::vector<access::OwnRequest>& requests) {
  std::vector<std::vector<Html>> rows;
  for (const auto& one : requests) {
    Html act;
    if (one.state == access::RequestState::draft)
      act = ui::button_row(send_kept_request(view, one) + delete_kept_request(view, one));
    if (one.state == access::RequestState::sent)
      act = ui::post_button(
          view.kept_form(filled(route::withdraw_request, {one.id.text()}), true),
          {.label = view.t("access.ask.withdraw"), .about = one.party_name, .variant = ui::Variant::tertiary});
    const auto on = !one.back.empty() ? one.back
                    : one.app         ? PartyAddresses(one.party_uuid).service(*one.app)
                                      : PartyAddresses(one.party_uuid).inbox();
    if (one.state == access::RequestState::approved) act = ui::link(view.t("access.ask.go_on"), on);
    rows.push_back({text(one.party_name), ui::breakable(asked_for(view, one)),
                    request_state(view, one.state, one.reason), day_of_time(view, one.changed_at), std::move(act)});
  }
  return ui::table({.caption = view.t("access.own_requests"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("access.own_requests.party")},
                                {.name = view.t("access.requests.what")},
                                {.name = view.t("access.requests.state")},
                                {.name = view.t("access.when")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

}  // namespace alting::portal
