// Where one is told that something waits (A4, A5). Of a person: what the contact and reservation register says, how old it
// is, what that means, who looked it up, and where it is changed. Of a business: what Enhetsregisteret has for official
// notices, and the addresses that it adds here itself, each proved by a code. Of an agency's staff: the address where one
// is told oneself that something came.
#pragma once
#include "forms/catalogue.h"
#include "parties/contact_points.h"
#include "portal/page_set.h"

namespace alting::portal {

struct ContactUses {
  const forms::AppCatalogue& apps;
  parties::ContactPoints& contacts;
};
[[nodiscard]] PageSet contact_pages(const ContactUses& uses);

// For the page of a person's profile: their own contact data, whole.
[[nodiscard]] Html contact_of_oneself(const View& view, const ContactUses& uses);
// Of those of these businesses that the reader may represent, some few: which have no address, and the way to each.
[[nodiscard]] Html contact_of_businesses(const View& view, parties::ContactPoints& contacts,
                                         const std::vector<parties::Party>& businesses);
// For a business's inbox: that the law asks for an address and how it is registered, where it has none; and which of its
// official ones do not work. Nothing for a person, and where nothing is wrong or the register does not answer.
[[nodiscard]] Html contact_hint(const View& view, parties::ContactPoints& contacts);

}  // namespace alting::portal
