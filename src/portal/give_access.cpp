#include "portal/give_access.h"

#include <algorithm>

#include "base/typed_text.h"
#include "forms/typed.h"
#include "parties/national_id.h"
#include "portal/access_words.h"
#include "portal/grant_choice.h"

namespace alting::portal {

using base::ErrorKind;
using html::text;

namespace {

ui::RadioGroup choice_among(const AccessView& view, const std::vector<Grant>& grants, const TypedGrant& typed) {
  ui::RadioGroup choice;
  choice.name = give_field::what;
  choice.value = typed.what;
  choice.required = true;
  for (const auto& grant : grants)
    choice.options.push_back({.value = choice_code(grant),
                              .label = access_in_words(view, view.uses.apps, grant.role, grant.app),
                              .description = opens_in_words(view, grant.role)});
  return choice;
}

Html what_to_give(const AccessView& view, const access::Delegations::Offer& offer, const TypedGrant& typed) {
  const auto choices = choices_of(offer);
  auto usual = choice_among(view, choices.first, typed);
  usual.id = give_field::what;
  usual.label = view.t("access.give.what");
  usual.error = typed.what_error;
  Html content = ui::radio_group(usual);
  if (choices.others.empty()) return content;
  auto others = choice_among(view, choices.others, typed);
  others.id = "hva-andre";
  others.label = view.t("access.give.others");
  others.hide_label = true;
  const bool chosen =
      std::ranges::any_of(choices.others, [&](const Grant& grant) { return choice_code(grant) == typed.what; });
  return content + ui::details(view.t("access.give.others"), ui::radio_group(others), chosen);
}

Html receiver_fields(const AccessView& view, const TypedGrant& typed) {
  ui::TextField id;
  id.name = give_field::number;
  id.id = "fnr";
  id.label = view.t("access.give.id");
  id.description = view.t("access.give.id.help");
  id.input_mode = "numeric";
  id.width = 14;
  id.required = true;
  id.value = typed.number;
  id.error = typed.number_error;
  id.spell_check = false;
  ui::TextField name;
  name.name = give_field::name;
  name.id = "etternavn";
  name.label = view.t("access.give.name");
  name.value = typed.name;
  name.width = 30;
  name.required = true;
  name.error = typed.name_error;
  return ui::text_field(id) + ui::text_field(name);
}

Html until_field(const AccessView& view, const TypedGrant& typed) {
  ui::DateField until;
  until.name = give_field::until;
  until.id = "til-og-med";
  until.label = view.t("access.give.until");
  until.description = view.t("access.give.until.help");
  until.value = typed.until;
  until.min = base::to_date_oslo(view.now());
  until.error = typed.until_error;
  return ui::date_field(until);
}

std::optional<std::string> day_of(const AccessView& view, TypedGrant& typed) {
  if (typed.until.empty()) return std::nullopt;
  const auto today = base::to_date_oslo(view.now());
  auto day = forms::typed_date(typed.until, {.today = today});
  if (!day) {
    typed.until_error = view.t("access.give.until.error");
  } else if (*day < today) {
    typed.until_error = view.t("access.give.until.past");
  } else if (const auto fits = access::check_last_day(*day, view.now()); !fits) {
    typed.until_error = view.explain(fits.error());
  }
  return day;
}

// Needs nobody to be looked up.
bool is_own_number(const AccessView& view, const terms::NationalIdText& number) {
  const auto myself = view.site.decider.decide(view.actor(), terms::Action::represent, {.party = view.actor().party});
  if (!myself) return false;
  const auto own = view.site.parties.identity_number(*myself);
  return own && own->reveal() == number.reveal();
}

// Enough of the number to see that it is the one that was meant.
std::string end_of_number(const terms::NationalIdText& number) {
  constexpr std::size_t shown = 5;
  const auto& digits = number.reveal();
  return digits.size() > shown ? digits.substr(digits.size() - shown) : std::string();
}

Response confirm_page(AccessView& view, const TypedGrant& typed, const Grant& grant,
                      const terms::NationalIdText& number) {
  const auto title = view.t("access.confirm.title", {{"name", typed.name}});
  auto form = view.kept_form(view.addresses().give_access(), true);
  form.hidden.insert(form.hidden.end(), {{std::string(give_field::number), typed.number},
                                         {std::string(give_field::name), typed.name},
                                         {std::string(give_field::what), typed.what},
                                         {std::string(give_field::until), typed.until}});
  const ui::Button give{.label = view.t("access.confirm.give"),
                        .name = std::string(give_field::confirmed),
                        .value = std::string(parameter::yes)};
  const ui::Button change{.label = view.t("access.confirm.change"),
                          .variant = ui::Variant::secondary,
                          .name = std::string(give_field::confirmed),
                          .value = std::string(parameter::no)};
  Html content = ui::heading(1, title);
  content +=
      before_giving(view, grant, typed.name,
                    view.t("access.confirm.receiver", {{"name", typed.name}, {"digits", end_of_number(number)}}));
  content += ui::post_form(form, ui::button_row(ui::button(give) + ui::button(change)));
  return view.show(
      {.title = title,
       .crumbs = {{said_of_party(view, "access.title", {{"party", view.party->name}}), view.addresses().access()},
                  {title, "", true}}},
      content);
}

}  // namespace

TypedGrant typed_grant(const Request& request) {
  return {.number = base::clean_line(request.form_value(give_field::number)),
          .name = base::clean_line(request.form_value(give_field::name)),
          .what = std::string(request.form_value(give_field::what)),
          .until = base::clean_figures(request.form_value(give_field::until))};
}

std::vector<ui::FieldError> faults_of(const TypedGrant& typed) {
  std::vector<ui::FieldError> faults;
  if (!typed.number_error.empty()) faults.push_back({"fnr", typed.number_error});
  if (!typed.name_error.empty()) faults.push_back({"etternavn", typed.name_error});
  if (!typed.what_error.empty()) faults.push_back({std::string(give_field::what), typed.what_error});
  if (!typed.until_error.empty()) faults.push_back({"til-og-med", typed.until_error});
  return faults;
}

Html give_section(AccessView& view, const terms::Permit& permit, const TypedGrant& typed) {
  const auto offer = view.uses.delegations.offer(permit);
  return ui::section(
      view.t("access.give"),
      ui::paragraph(view.t("access.give.text")) +
          ui::post_form(view.kept_form(view.addresses().give_access(), true),
                        receiver_fields(view, typed) + what_to_give(view, offer, typed) + until_field(view, typed) +
                            ui::button_row(ui::button({.label = view.t("access.give.button")}))));
}

Html before_giving(const AccessView& view, const access::Delegations::Grant& grant, const std::string& receiver,
                   const std::string& who) {
  const auto opens = opens_in_words(view, grant.role);
  std::vector<ui::Term> terms;
  terms.push_back({view.t("access.who"), text(who.empty() ? receiver : who), {}});
  terms.push_back({view.t("access.what"), text(access_in_words(view, view.uses.apps, grant.role, grant.app)), {}});
  terms.push_back({view.t("access.for"), text(view.party->name), {}});
  terms.push_back({view.t("access.until"), text(until_in_words(view, grant.until)), {}});
  Html content = ui::description_list(terms);
  std::vector<Html> can;
  if (!opens.empty()) can.push_back(text(opens));
  const auto more = grant.role ? "access.confirm.role." + *grant.role : std::string("access.confirm.form");
  if (view.site.texts.has(more)) can.push_back(text(said_of_party(view, more)));
  for (const auto& line : sees_in_words(view, grant.role, grant.app)) can.push_back(text(line));
  content += ui::section(view.t("access.confirm.can", {{"name", receiver}}), ui::list(can));
  const bool asked_for = who.empty();
  const std::vector<Html> know{text(view.t("access.confirm.at_once")),
                               text(view.t(asked_for ? "access.confirm.logged.request" : "access.confirm.logged")),
                               text(view.t("access.confirm.back"))};
  return content + ui::section(view.t("access.confirm.know"), ui::list(know));
}

std::variant<Response, NotGiven> give_access(AccessView& view) {
  if (const auto mine = view.made_for_me(true); !mine) return view.fail(mine.error());
  const auto permit = view.site.decider.decide(view.actor(), terms::Action::delegate, {.party = view.party->id});
  if (!permit) return view.fail(permit.error());
  auto typed = typed_grant(view.request);
  const auto confirmed = view.request.form_value(give_field::confirmed);
  if (confirmed == parameter::no) return NotGiven{std::move(typed)};
  const auto number = parties::read_national_id(view.request.form_value(give_field::number), view.site.mode);
  if (!number) typed.number_error = view.explain(number.error());
  if (typed.name.empty()) typed.name_error = view.t("access.give.name.error");
  auto grant = read_choice(typed.what);
  if (!grant.role && !grant.app) typed.what_error = view.t("access.give.what.error");
  grant.until = day_of(view, typed);
  if (typed.faulty()) return NotGiven{std::move(typed), 422};
  const auto refused = [&](const base::Error& error) {
    typed.error = view.explain(error);
    return NotGiven{std::move(typed), 422};
  };
  // What one may not give is said before one is asked whether one wants to.
  if (!is_offered(view.uses.delegations.offer(*permit), grant))
    return refused(base::make_error(ErrorKind::forbidden, "error.delegation.not_yours_to_give"));
  if (grant.role && is_own_number(view, *number))
    return refused(base::make_error(ErrorKind::invalid, "error.delegation.to_oneself"));
  // All that can be said without it is said: what is answered after this line tells whether number and name fit.
  if (confirmed != parameter::yes) return confirm_page(view, typed, grant, *number);
  const auto person = view.site.parties.look_up_person(view.actor(), *number, typed.name);
  if (!person) return refused(person.error());
  grant.to = person->id;
  const auto done =
      view.uses.delegations.delegate(*permit, grant, view.request.received, view.request.form_value("once"));
  if (!done) return refused(done.error());
  view.forget_kept(view.request.path);
  return web::redirect(view.after_post(view.addresses().access()));
}

}  // namespace alting::portal
