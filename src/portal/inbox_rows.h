// What a row of the inbox is called, and what is said of it.
#pragma once
#include <string>

#include "forms/catalogue.h"
#include "instances/summary.h"
#include "portal/view.h"

namespace alting::portal {

// By its own words; else by its form.
[[nodiscard]] std::string title_of_row(const View& view, const forms::AppCatalogue& apps,
                                       const instances::Summary& row);
// "Melding om avvik · Påbegynt 28. november 2026", "... · AR2026ABCD".
[[nodiscard]] Html details_of_row(const View& view, const forms::AppCatalogue& apps, const instances::Summary& row);
// That it is an addition, how long there is left, what is still promised.
[[nodiscard]] Html tags_of_row(const View& view, const instances::Summary& row);
// "Frist om 7 t", or that it has passed; of what is not sent.
[[nodiscard]] Html time_left_tag(const View& view, base::Instant deadline);

}  // namespace alting::portal
