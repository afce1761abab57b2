// Who was told of a restriction (personvernforordningen art. 19), of what, when and how; of a notice, what became of it.
#pragma once
#include "access/restrictions.h"
#include "forms/catalogue.h"
#include "notify/orders.h"
#include "portal/view.h"

namespace alting::portal {

// `party`: the words for the one whose data they are, as who reads it says. Nothing where nobody was told.
[[nodiscard]] Html told_of_restriction(const View& view, const forms::AppCatalogue& apps, notify::Orders& orders,
                                       const access::Restriction& one, std::string_view party);

}  // namespace alting::portal
