// What stands in a form before it is sent, page by page, with the holes where they are.
#pragma once
#include <string_view>
#include <vector>

#include "portal/open_form.h"

namespace alting::portal {

// A page of the form, from where one comes back to the overview.
[[nodiscard]] std::string page_from_overview(const OpenForm& form, std::string_view page);
// Where a fault is mended: its field, or its files, on its page; the first page for one of the whole form.
[[nodiscard]] std::string fault_address(const OpenForm& form, forms::Reading& to_send, const forms::Issue& issue);

// Of a notice: the pages that are walked, and of the others what is answered or missing. Each is folded, and open when
// something is missing on it. `errors` stand in the way of sending.
[[nodiscard]] Html overview_sections(const View& view, const OpenForm& form, forms::Reading& to_send,
                                     const std::vector<const forms::Issue*>& errors);
// Of an addition: what it adds, and folded what stands in the matter already.
[[nodiscard]] Html addition_sections(const View& view, const OpenForm& form, forms::Reading& to_send,
                                     const std::vector<const forms::Issue*>& errors);
// The fields that will be promised on sending, also those that nobody said it of, each with the way to fill it in now.
[[nodiscard]] Html promised_list(const View& view, const OpenForm& form, forms::Reading& to_send);

}  // namespace alting::portal
