#include "portal/form_ways.h"

#include <algorithm>

#include "portal/form_asides.h"
#include "portal/form_flow.h"
#include "portal/page_post.h"
#include "portal/service_parts.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

// Only the way on stops at what is wrong on the page.
ui::Button to(std::string label, Go go, ui::Variant variant, std::string_view where = {}) {
  return {.label = std::move(label),
          .variant = variant,
          .name = std::string(page_field::go),
          .value = to_text(go, where),
          .no_validate = go != Go::next};
}

std::string back_to_first_page(const View& view, OpenForm& form) {
  const auto& pages = form.reading().pages();
  return view.t("form.back_to_page", {{"page", pages.empty() ? std::string() : pages.front().title.plain()}});
}

// The pages that are not walked, each a button, behind one that opens them.
Html list_of_rest(OpenForm& form, std::string_view label, std::string_view words, const Html& end) {
  Html buttons;
  for (const auto& [id, title] : form.reading().rest_pages())
    buttons += ui::button(to(title.plain(), Go::page, ui::Variant::tertiary, id));
  return el("details", {{"class", "form-more"}, {"id", "form-more"}},
            el("summary", {{"class", "ds-button"}, {"data-variant", "secondary"}}, text(label)),
            el("div", {{"class", "form-more-list"}}, ui::paragraph(words) + buttons + end));
}

// The ways that are longer or shorter than the one these answers go, as buttons.
Html other_ways_on(const View& view, const forms::App& app, const forms::Way& here, bool longer) {
  Html buttons;
  for (const auto& way : app.way_texts(view.language)) {
    if (way.code != here.code && (way.minutes > here.minutes) == longer)
      buttons += ui::button(to(way_label(view, way), Go::way, ui::Variant::secondary, way.code));
  }
  return buttons;
}

}  // namespace

ui::Button way_on(const View& view, OpenForm& form, std::string_view page) {
  const bool walked = is_walked(form.reading().pages(), page);
  auto label = walked                  ? view.t("form.next")
               : from_first_page(view) ? back_to_first_page(view, form)
                                       : view.t("form.back_to_overview");
  return to(std::move(label), Go::next, ui::Variant::primary);
}

Html form_bar(const View& view, OpenForm& form, std::string_view page) {
  const auto& pages = form.reading().pages();
  Html go = ui::button(way_on(view, form, page));
  if (is_walked(pages, page) && pages.front().id != page)
    go += ui::button(to(view.t("form.previous"), Go::previous, ui::Variant::secondary));
  return el("div", {{"class", "form-bar"}},
            el("div", {{"class", "form-bar-words"}},
               deadline_in_line(view, form) + ui::saved_state(saved_words(view, form.draft()))),
            el("div", {{"class", "form-bar-go"}}, go));
}

Html more_ways(const View& view, OpenForm& form, std::string_view page) {
  const auto& pages = form.reading().pages();
  const bool walked = is_walked(pages, page);
  const bool first = walked && pages.front().id == page;
  Html row, list;
  if (walked && from_overview(view)) {
    row += ui::button(to(view.t("form.back_to_overview"), Go::overview, ui::Variant::secondary));
  } else if (form.is_supplement() && pages.size() > 1) {  // one may have only a sentence to add
    row += ui::button(to(view.t("form.to_overview"), Go::overview, ui::Variant::secondary));
  }
  const bool has_rest = !form.reading().rest_pages().empty();
  if (form.is_supplement()) {
    if (first && has_rest) list = list_of_rest(form, view.t("form.correct"), view.t("form.correct.text"), {});
  } else if (const auto* way = form.app().way_of(form.draft().data); way != nullptr && walked) {
    const auto longer = other_ways_on(view, form.app(), *way, true);
    if (first && !longer.empty() && has_rest) {
      list = list_of_rest(form, view.t("form.more"), view.t("form.more.text"), longer);
    } else {
      row += longer;
    }
    row += other_ways_on(view, form.app(), *way, false);
  }
  row += ui::button(to(view.t("form.close"), Go::close, ui::Variant::tertiary));
  return list + ui::button_row(row);
}

}  // namespace alting::portal
