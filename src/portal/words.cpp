#include "portal/words.h"

#include "base/digits.h"

namespace alting::portal {

using html::el;
using html::text;

std::string spaced_organisation_number(std::string_view number) {
  if (number.size() != 9) return std::string(number);
  return base::group_digits(std::string(number), " ");
}

std::string operator_contact(const View& view) {
  const auto& of = view.site.run_by;
  return of.phone.empty() ? of.email : view.t("site.contact", {{"email", of.email}, {"phone", of.phone}});
}

Html time_tag(const View& view, base::Instant at, base::TimeStyle style) {
  return el("time", {{"datetime", base::to_rfc3339(at)}}, text(base::format_local(at, style, view.language)));
}

Html detail(std::string_view label, const Html& value) {
  return el("p", {{"class", "item-details"}}, text(fmt::format("{}: ", label)) + value);
}

Html restored_notice(const Html& notice, bool takes_focus) {
  return el("div", {{"id", "form-restored"}, {"tabindex", "-1"}, {"autofocus", takes_focus}}, notice);
}

Html deadline_tag(const View& view, base::Instant deadline, bool late) {
  const auto now = view.now();
  if (late) return ui::tag(view.t("deadline.late"), ui::Color::danger);
  if (deadline < now) return ui::tag(view.t("deadline.in_time"), ui::Color::success);
  return ui::tag(base::format_relative(deadline, now, view.language),
                 deadline - now < base::Duration::hours(24) ? ui::Color::warning : ui::Color::info);
}

Html withheld_note(const View& view, const terms::Scope& scope) {
  if (!scope.withheld()) return {};
  const auto level = std::to_string(static_cast<int>(*scope.withheld()));
  return ui::alert({.color = ui::Color::info,
                    .title = view.t("list.withheld"),
                    .body = el("p", ui::link(view.t("login.step_up.title"), view.step_up_address(level)))});
}

}  // namespace alting::portal
