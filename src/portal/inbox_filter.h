// What of an inbox is asked for: the folder, words, and what narrows it down.
#pragma once
#include <string>
#include <string_view>

#include "portal/inbox_view.h"

namespace alting::portal {

struct InboxSearch {
  inbox::Folder folder = inbox::Folder::work;
  std::string words;
  std::string agency;   // org; "" for any
  std::string service;  // "org/app"; "" for any
  inbox::Standing standing = inbox::Standing::any;
  std::string first_day, last_day;  // "YYYY-MM-DD"; "" for any
  [[nodiscard]] bool narrowed() const;
  [[nodiscard]] bool ends_before_it_begins() const;  // its days
};

// As the address says; what is no agency, service, standing or day counts as not said.
[[nodiscard]] InboxSearch inbox_search(const InboxView& view);
// And as hidden fields carry it through the post of chosen rows, with the row that the page began at: so that one comes back
// to the same list.
[[nodiscard]] web::Fields inbox_fields(const InboxSearch& search, std::string_view after);
[[nodiscard]] web::Fields posted_inbox_fields(const InboxView& view);
[[nodiscard]] std::string posted_inbox_address(const InboxView& view);
[[nodiscard]] inbox::Query inbox_query(const InboxView& view, const InboxSearch& search);
// The same list, from this row on, and with all its rows chosen (parameter::all).
[[nodiscard]] std::string inbox_list_address(const View& view, const InboxSearch& search, std::string_view after,
                                             std::string_view chosen = {});
[[nodiscard]] Html inbox_search_field(const InboxView& view, const InboxSearch& search);
[[nodiscard]] Html inbox_filter(const InboxView& view, const InboxSearch& search);

}  // namespace alting::portal
