// Numbers, dates and moments as pages show them.
#pragma once
#include <string>
#include <string_view>

#include "portal/view.h"
#include "terms/permit.h"

namespace alting::portal {

[[nodiscard]] std::string spaced_organisation_number(std::string_view number);
// E-mail address and telephone of the operator, where it has given one.
[[nodiscard]] std::string operator_contact(const View& view);
[[nodiscard]] Html time_tag(const View& view, base::Instant at, base::TimeStyle style);
// One more line in a cell of a table: what it is, and itself.
[[nodiscard]] Html detail(std::string_view label, const Html& value);
// Says that what was typed before a login is in the form again: read out and in view, unless something else takes the
// focus.
[[nodiscard]] Html restored_notice(const Html& notice, bool takes_focus = true);
[[nodiscard]] Html deadline_tag(const View& view, base::Instant deadline, bool late);

// Says that more is there for a stronger login, where a list left something out for that; else nothing.
[[nodiscard]] Html withheld_note(const View& view, const terms::Scope& scope);

}  // namespace alting::portal
