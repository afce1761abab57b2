// The place on a page for one kind of attachment: the files there are, each to be removed, and the field for more.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "portal/field_state.h"
#include "portal/view.h"

namespace alting::portal {

// Adds what is wrong with the files to `errors`.
[[nodiscard]] Html upload_place(const View& view, const forms::ComponentView& component, const FieldState& state,
                                std::vector<ui::FieldError>& errors);
// What a route takes that files may come with.
[[nodiscard]] web::RouteLimits limits_with_files();
// The places for attachments that the form shows now, on whichever page, each kind once. `kinds`: no more there are.
[[nodiscard]] std::vector<forms::ComponentView> uploads_of(forms::Reading& reading, std::size_t kinds);
// Its id, which a fault about the files links to.
[[nodiscard]] std::string upload_id(std::string_view data_type);

[[nodiscard]] std::vector<ui::Option> to_options(const forms::ChoiceList& choices);
[[nodiscard]] std::vector<ui::Option> to_options(const std::vector<forms::OptionView>& choices);

}  // namespace alting::portal
