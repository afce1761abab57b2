#include "portal/access_pages.h"

#include <map>

#include "access/roles.h"
#include "base/typed_text.h"
#include "parties/national_id.h"
#include "portal/grant_choice.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;

namespace {

using AccessView = ViewOf<AccessUses>;

// What is given: a role, or else the right to one form.
std::string what(const AccessView& view, const std::optional<std::string>& role,
                 const std::optional<terms::AppId>& form) {
  if (role) return access::role_name(*role, view.language);
  const auto app = form ? view.uses.apps.find(*form) : nullptr;
  return view.t("access.only_form", {{"form", app ? app->title(view.language) : form ? form->text() : ""}});
}
std::string what(const AccessView& view, const access::Delegation& given) { return what(view, given.role, given.app); }

Html register_roles(AccessView& view) {
  std::map<terms::PartyId, std::pair<std::string, std::string>> by_person;
  for (const auto& fact : view.site.parties.roles_in(view.party->id)) {
    const auto holder = view.site.parties.find(fact.holder);
    if (!holder) continue;
    auto& [name, words] = by_person[holder->id];
    name = holder->name;
    words += (words.empty() ? "" : ", ") + access::role_name(fact.role, view.language);
  }
  if (by_person.empty()) return ui::paragraph(view.t("access.register.none"));
  std::vector<std::vector<Html>> rows;
  for (const auto& [id, person] : by_person) rows.push_back({text(person.first), text(person.second)});
  return ui::table({.caption = view.t("access.register"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("access.who")}, {.name = view.t("access.role")}},
                    .rows = std::move(rows)});
}

Html given(AccessView& view, const std::vector<access::Delegation>& delegations, bool may_take) {
  if (delegations.empty())
    return ui::empty_state(
        {.title = view.t("access.given.none"), .text = view.t("access.given.none.text"), .heading_level = 3});
  std::vector<std::vector<Html>> rows;
  for (const auto& one : delegations) {
    Html take;
    if (may_take) {
      take = ui::confirm({.id = "trekk-" + one.id.text(),
                          .open_label = view.t("access.withdraw", {{"name", one.to_name}}),
                          .about = what(view, one),
                          .plain = true,
                          .title = view.t("access.withdraw.title", {{"name", one.to_name}}),
                          .body = ui::paragraph(view.t("access.withdraw.text", {{"what", what(view, one)}})),
                          .form = view.form(view.addresses().withdraw_access(one.id), true),
                          .confirm = {.label = view.t("access.withdraw.confirm"), .color = ui::Color::danger},
                          .cancel_label = view.t("cancel")});
    }
    rows.push_back({text(one.to_name), ui::breakable(what(view, one)),
                    time_tag(view, one.given_at, base::TimeStyle::compact), text(one.given_by_name), take});
  }
  return ui::table({.caption = view.t("access.given"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("access.who")},
                                {.name = view.t("access.what")},
                                {.name = view.t("access.when")},
                                {.name = view.t("access.by")},
                                {.name = view.t("upload.action"), .hide_name = true}},
                    .rows = std::move(rows)});
}

struct Typed {
  std::string number = {}, name = {}, what = {};
  std::string id_error = {}, name_error = {}, what_error = {}, error = {};
  bool restored = false;  // before a login
};

Html give_form(AccessView& view, const access::Delegations::Offer& offer, const Typed& typed) {
  ui::TextField id;
  id.name = "fnr";
  id.id = "fnr";
  id.label = view.t("access.give.id");
  id.description = view.t("access.give.id.help");
  id.input_mode = "numeric";
  id.width = 14;
  id.required = true;
  id.value = typed.number;
  id.error = typed.id_error;
  id.spell_check = false;
  ui::TextField name;
  name.name = "etternavn";
  name.id = "etternavn";
  name.label = view.t("access.give.name");
  name.value = typed.name;
  name.width = 30;
  name.required = true;
  name.error = typed.name_error;
  ui::RadioGroup choice;
  choice.name = "hva";
  choice.id = "hva";
  choice.label = view.t("access.give.what");
  choice.value = typed.what;
  choice.required = true;
  choice.error = typed.what_error;
  for (const auto& grant : choices_of(offer)) {
    const auto help = grant.role ? "access.role_help." + *grant.role : "access.only_form.help";
    choice.options.push_back({.value = choice_code(grant),
                              .label = what(view, grant.role, grant.app),
                              .description = view.site.texts.has(help) ? view.t(help) : ""});
  }
  return ui::post_form(view.kept_form(view.addresses().give_access(), true),
                       ui::text_field(id) + ui::text_field(name) + ui::radio_group(choice) +
                           ui::button_row(ui::button({.label = view.t("access.give.button")})));
}

Response access_page_with(AccessView& view, const Typed& typed, int status) {
  const auto target = access::Target{.party = view.party->id};
  const auto may_give = view.site.decider.decide(view.actor(), terms::Action::delegate, target);
  const auto may_see = view.site.decider.decide(view.actor(), terms::Action::read_delegations, target);
  Html content = ui::heading(1, view.t("access.title", {{"party", view.party->name}}));
  std::vector<ui::FieldError> errors;
  if (!typed.id_error.empty()) errors.push_back({"fnr", typed.id_error});
  if (!typed.name_error.empty()) errors.push_back({"etternavn", typed.name_error});
  if (!typed.what_error.empty()) errors.push_back({"hva", typed.what_error});
  if (typed.restored) content += ui::alert({.color = ui::Color::info, .title = view.t("access.restored")});
  if (!typed.error.empty()) content += ui::alert({.color = ui::Color::danger, .title = typed.error, .urgent = true});
  if (!errors.empty()) content += ui::error_summary(view.t("form.errors"), errors);
  if (view.did(access::access_given))
    content += ui::alert({.color = ui::Color::success, .title = view.t("access.given_now"), .urgent = true});
  if (view.did(access::access_withdrawn))
    content += ui::alert({.color = ui::Color::success, .title = view.t("access.withdrawn_now"), .urgent = true});
  if (may_see) {
    content += ui::section(view.t("access.given"),
                           given(view, view.uses.delegations.given_by(*may_see), may_give.has_value()));
    if (view.party->kind != parties::PartyKind::person)
      content +=
          ui::section(view.t("access.register"), ui::paragraph(view.t("access.register.text")) + register_roles(view));
  } else {
    content += ui::alert({.color = ui::Color::info, .title = view.t("access.may_not_see")});
  }
  if (may_give)
    content += ui::section(view.t("access.give"), ui::paragraph(view.t("access.give.text")) +
                                                      give_form(view, view.uses.delegations.offer(*may_give), typed));
  std::vector<std::vector<Html>> received;
  for (const auto& one : view.uses.delegations.received_by(view.actor())) {
    received.push_back({text(one.from_name), ui::breakable(what(view, one)),
                        time_tag(view, one.given_at, base::TimeStyle::compact), text(one.given_by_name)});
  }
  content +=
      ui::section(view.t("access.received"), received.empty() ? ui::paragraph(view.t("access.received.none"))
                                                              : ui::table({.caption = view.t("access.received"),
                                                                           .hide_caption = true,
                                                                           .columns = {{.name = view.t("access.from")},
                                                                                       {.name = view.t("access.what")},
                                                                                       {.name = view.t("access.when")},
                                                                                       {.name = view.t("access.by")}},
                                                                           .rows = received}));
  return view.show({.title = view.t("access.title", {{"party", view.party->name}}),
                    .wide = true,
                    .with_error = status >= 400,
                    .status = status},
                   content);
}

Response access_page(AccessView& view) { return access_page_with(view, {}, 200); }

// Where one comes after logging in again, with what one had typed.
Response kept_access_page(AccessView& view) {
  const auto kept = view.kept();
  if (!kept) return access_page(view);
  Request then;
  then.form = *kept;
  Typed typed;
  typed.number = then.form_value("fnr");
  typed.name = base::clean_line(then.form_value("etternavn"));
  typed.what = then.form_value("hva");
  typed.restored = true;
  return access_page_with(view, typed, 200);
}

Response give(AccessView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto permit = view.site.decider.decide(view.actor(), terms::Action::delegate, {.party = view.party->id});
  if (!permit) return view.fail(permit.error());
  Typed typed{.number = base::clean_line(view.request.form_value("fnr")),
              .name = base::clean_line(view.request.form_value("etternavn")),
              .what = std::string(view.request.form_value("hva"))};
  const auto number = parties::read_national_id(view.request.form_value("fnr"), view.site.mode);
  if (!number) typed.id_error = view.explain(number.error());
  if (typed.name.empty()) typed.name_error = view.t("access.give.name.error");
  auto grant = read_choice(typed.what);
  if (!grant.role && !grant.app) typed.what_error = view.t("access.give.what.error");
  if (!typed.id_error.empty() || !typed.name_error.empty() || !typed.what_error.empty())
    return access_page_with(view, typed, 422);
  const auto person = view.site.parties.look_up_person(view.actor(), *number, typed.name);
  if (!person) {
    typed.error = view.explain(person.error());
    return access_page_with(view, typed, 422);
  }
  grant.to = person->id;
  const auto done =
      view.uses.delegations.delegate(*permit, grant, view.request.received, view.request.form_value("once"));
  if (!done) {
    typed.error = view.explain(done.error());
    return access_page_with(view, typed, 422);
  }
  view.forget_kept(view.request.path);
  return web::redirect(view.after_post(view.addresses().access()));
}

Response withdraw(AccessView& view) {
  const auto permit = view.site.decider.decide(view.actor(), terms::Action::delegate, {.party = view.party->id});
  if (!permit) return view.fail(permit.error());
  const auto id = terms::DelegationId::parse(view.request.value(place::delegation));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "error.delegation.not_found"));
  const auto done =
      view.uses.delegations.withdraw(*permit, *id, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(view.addresses().access()));
}

}  // namespace

PageSet access_pages(const AccessUses& uses) {
  return {.name = "access",
          .menu_entry = "access",
          .routes = {party_page(Method::get, route::access, with(uses, access_page)),
                     party_page(Method::get, route::give_access, with(uses, kept_access_page)),
                     party_page(Method::post, route::give_access, with(uses, give)),
                     party_page(Method::post, route::withdraw_access, with(uses, withdraw))},
          .menu = {{.key = "access", .text = "menu.access", .somebody = route::access, .order = 30}},
          .elsewhere = {{.below = below_party::acts_of_access, .to = below_party::access}},
          .words = {"access.title"}};
}

}  // namespace alting::portal
