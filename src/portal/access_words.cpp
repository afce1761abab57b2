#include "portal/access_words.h"

#include "access/roles.h"

namespace alting::portal {

std::string access_in_words(const View& view, const forms::AppCatalogue& apps, const std::optional<std::string>& role,
                            const std::optional<terms::AppId>& form) {
  if (role) return access::role_name(*role, view.language);
  const auto app = form ? apps.find(*form) : nullptr;
  return view.t("access.only_form", {{"form", app ? app->title(view.language) : form ? form->text() : ""}});
}

std::string opens_in_words(const View& view, const std::optional<std::string>& role) {
  if (!role) return view.t("access.only_form.help");
  const auto id = "role.opens." + *role;
  return view.site.texts.has(id) ? view.t(id) : std::string();
}

std::vector<std::string> sees_in_words(const View& view, const std::optional<std::string>& role,
                                       const std::optional<terms::AppId>& form) {
  std::vector<std::string> lines;
  if (!role) {
    lines.push_back(said_of_party(view, "access.confirm.sees.form"));
    if (form && view.site.decider.sights_of_form(*form).removes)
      lines.push_back(said_of_party(view, "access.confirm.deletes.form"));
    lines.push_back(view.t("access.confirm.log.form"));
    return lines;
  }
  const auto sights = view.site.decider.sights_of(*role);
  if (sights.forms) lines.push_back(said_of_party(view, "access.confirm.sees.role"));
  if (sights.removes) lines.push_back(said_of_party(view, "access.confirm.deletes.role"));
  if (sights.activity) {
    lines.push_back(said_of_party(view, "access.confirm.log"));
  } else if (sights.forms) {
    lines.push_back(view.t("access.confirm.log.forms"));
  }
  if (sights.others_reads) lines.push_back(view.t("access.confirm.log.others"));
  return lines;
}

std::string form_opens_in_words(const View& view, const terms::AppId& form) {
  const auto words = view.t("access.requests.form");
  if (!view.site.decider.sights_of_form(form).removes) return words;
  return words + " " + view.t("access.requests.form.deletes");
}

std::string said_of_party(const View& view, std::string_view id, const base::Texts::Params& params) {
  const auto of_person = std::string(id) + ".person";
  const bool oneself = view.party && view.party->id == view.actor().party && view.actor().is_person();
  return view.t(oneself && view.site.texts.has(of_person) ? std::string_view(of_person) : id, params);
}

std::string until_in_words(const View& view, const std::optional<std::string>& until) {
  if (!until) return view.t("access.until.none");
  return view.t("access.until.day", {{"day", base::date_in_words(*until, view.language)}});
}

Html request_state(const View& view, access::RequestState state, std::string_view reason) {
  const auto color = [&] {
    switch (state) {
      case access::RequestState::draft: return ui::Color::neutral;
      case access::RequestState::sent: return ui::Color::info;
      case access::RequestState::approved: return ui::Color::success;
      case access::RequestState::refused: return ui::Color::warning;
      case access::RequestState::withdrawn: return ui::Color::neutral;
    }
    return ui::Color::neutral;
  }();
  Html words = ui::tag(view.t("access_request.state." + std::string(access::to_text(state))), color);
  if (!reason.empty()) words += html::text(" " + view.t("access_request.reason." + std::string(reason)));
  return words;
}

std::string with_birth_year(const View& view, std::string_view name, std::string_view year) {
  if (year.empty()) return std::string(name);
  return view.t("access.requests.person", {{"name", std::string(name)}, {"year", std::string(year)}});
}

}  // namespace alting::portal
