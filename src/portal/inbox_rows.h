// What a row of the inbox is called, and what is said of it.
#pragma once
#include <string>

#include "forms/catalogue.h"
#include "inbox/inbox.h"
#include "portal/view.h"

namespace alting::portal {

// By its own words; else by its form.
[[nodiscard]] std::string title_of_row(const View& view, const forms::AppCatalogue& apps,
                                       const instances::Summary& row);
// A title that says which of several it is: by when a form was begun, its reference, or when a message came.
[[nodiscard]] std::string name_of_row(const View& view, const forms::AppCatalogue& apps, const inbox::Item& row);
// "Melding om avvik · Påbegynt 28. november 2026", "Datatilsynet · 26/00123"; among rows of many parties, whose it is.
[[nodiscard]] Html details_of_row(const View& view, const forms::AppCatalogue& apps, const inbox::Item& row);
// That it is an addition, how long there is left, what is still promised or asked for.
[[nodiscard]] Html tags_of_row(const View& view, const inbox::Item& row);
// "Frist om 7 t", or that it has passed; of what is not sent, or not answered.
[[nodiscard]] Html time_left_tag(const View& view, base::Instant deadline);
// The day on which something that was deleted goes for good.
[[nodiscard]] std::string day_it_goes(const View& view, base::Instant goes_at);

}  // namespace alting::portal
