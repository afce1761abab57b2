#include "portal/restriction_told.h"

#include "notify/telling.h"
#include "portal/interface_view.h"
#include "portal/notice_words.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

std::string day_that_was_told(const View& view, const access::Told& told) {
  const auto at = told.day.empty() ? std::nullopt : base::from_rfc3339(told.day + "T12:00:00Z");
  return at ? base::format_local(*at, base::TimeStyle::date, view.language) : std::string();
}

}  // namespace

Html told_of_restriction(const View& view, const forms::AppCatalogue& apps, notify::Orders& orders,
                         const access::Restriction& one, std::string_view party) {
  if (one.told.empty()) return {};
  std::vector<std::string> causes;
  for (const auto& told : one.told)
    if (told.way == access::told_by_notice) causes.push_back(notify::cause_of_told(one.id, told));
  const auto states = orders.states(causes);
  std::vector<Html> all;
  for (const auto& told : one.told) {
    const auto whom = told.whom == access::told_party ? std::string(party) : agency_name(view, apps, told.whom);
    const auto way = view.t("restriction.told.by." + told.way);
    Html line = text(view.t("restriction.told." + told.what, {{"day", day_that_was_told(view, told)}}) + ": " + whom +
                     ", " + way + ", " + base::format_local(told.at, base::TimeStyle::compact, view.language));
    if (told.way == access::told_by_notice)
      if (const auto state = states.find(notify::cause_of_told(one.id, told)); state != states.end())
        line += el("div", notice_tag(view, state->second));
    all.push_back(std::move(line));
  }
  return ui::details(view.t("restriction.told"), ui::list(all));
}

}  // namespace alting::portal
