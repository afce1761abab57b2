#include "web/components/content.h"

#include "web/components/long_words.h"

namespace alting::web::ui {

using html::Attributes;
using html::el;
using html::Writer;

namespace {

constexpr std::array<std::string_view, 7> heading_sizes{"xl", "xl", "md", "sm", "xs", "2xs", "2xs"};
std::string heading_name(int level) { return fmt::format("h{}", std::clamp(level, 1, 6)); }

}  // namespace

Html heading(int level, const RichText& words, std::string_view id) {
  level = std::clamp(level, 1, 6);
  Attributes attributes{{"class", "ds-heading"}, {"data-size", heading_sizes[static_cast<std::size_t>(level)]}};
  if (!id.empty()) attributes.push_back({"id", id});
  return Writer::element(heading_name(level), attributes, breakable(words));
}

Html ingress(const RichText& words) {
  return el("p", {{"class", "ds-paragraph ingress"}, {"data-size", "lg"}}, html::words(words));
}
Html paragraph(const RichText& words) { return el("p", {{"class", "ds-paragraph"}}, html::words(words)); }
Html prose(const Html& content) { return el("div", {{"class", "prose"}}, content); }
Html section(const RichText& title, const Html& content, int heading_level) {
  return el("section", {{"class", "section"}}, heading(heading_level, title), content);
}
Html screen_reader_only(std::string_view words) { return el("span", {{"class", "ds-sr-only"}}, html::text(words)); }

Html card(const Card& card) {
  Html title = breakable(card.title, card.href.empty() ? html::Links::kept : html::Links::dropped);
  if (!card.href.empty()) title = el("a", {{"class", "card-link"}, html::href(card.href)}, title);
  Attributes attributes{{"class", card.href.empty() ? "ds-card card" : "ds-card card card-whole"}};
  if (card.tinted) attributes.push_back({"data-variant", "tinted"});
  if (!card.id.empty()) attributes.push_back({"id", card.id});
  Html head = card.title.empty() ? Html{}
                                 : Writer::element(heading_name(card.heading_level),
                                                   {{"class", "ds-heading"}, {"data-size", "xs"}}, title);
  if (!card.tags.empty()) head += el("div", {{"class", "tags"}}, card.tags);
  return el("div", attributes, head, card.body.empty() ? Html{} : el("div", {{"class", "card-body"}}, card.body),
            card.footer.empty() ? Html{} : el("div", {{"class", "card-footer"}}, card.footer));
}

Html card_grid(const Html& cards) { return el("div", {{"class", "card-grid"}}, cards); }

Html list(const std::vector<Html>& items, bool ordered) {
  Html inside;
  for (const Html& item : items) inside += el("li", item);
  return Writer::element(ordered ? "ol" : "ul", {{"class", "ds-list"}}, inside);
}

Html item_list(const std::vector<ItemRow>& rows, std::string_view label) {
  Html items;
  for (const ItemRow& row : rows) {
    Html title = breakable(row.title);
    if (row.unread && !row.unread_word.empty()) title = screen_reader_only(row.unread_word + ": ") + title;
    if (!row.href.empty()) title = el("a", {{"class", "item-link"}, html::href(row.href)}, title);
    std::string look = "item";
    if (row.unread) look += " item-unread";
    if (row.under_the_last) look += " item-under";
    items += el("li", {{"class", look}}, row.start.empty() ? Html{} : el("div", {{"class", "item-start"}}, row.start),
                el("div", {{"class", "item-main"}}, el("p", {{"class", "item-title"}}, title),
                   row.details.empty() ? Html{} : el("p", {{"class", "item-details"}}, row.details)),
                row.tags.empty() ? Html{} : el("div", {{"class", "tags"}}, row.tags),
                row.end.empty() ? Html{} : el("div", {{"class", "item-end"}}, row.end));
  }
  // Safari drops the list role of lists without bullets; role="list" brings it back.
  return el("ul", {{"class", "items"}, {"role", "list"}, {"aria-label", label}}, items);
}

namespace {

Html column_head(const Column& column) {
  Attributes attributes{{"scope", "col"}};
  if (column.numeric) attributes.push_back({"class", "numeric"});
  if (column.sorted != Column::Sorted::no)
    attributes.push_back({"data-sorted", column.sorted == Column::Sorted::ascending ? "ascending" : "descending"});
  Html name = html::text(column.name);
  if (column.hide_name) name = screen_reader_only(column.name);
  if (!column.sort_href.empty()) {
    Attributes link{{"class", "sort-link"}, html::href(column.sort_href)};
    name = el("a", link, name);
    if (column.sorted != Column::Sorted::no)
      attributes.push_back({"aria-sort", column.sorted == Column::Sorted::ascending ? "ascending" : "descending"});
  }
  return el("th", attributes, name);
}

}  // namespace

Html table(const Table& table) {
  Html head;
  for (const Column& column : table.columns) head += column_head(column);
  Html rows;
  for (const auto& row : table.rows) {
    Html cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      Attributes attributes{{"role", i == 0 ? "rowheader" : "cell"}};
      if (i == 0) attributes.push_back({"scope", "row"});
      if (i < table.columns.size()) {
        if (!table.columns[i].hide_name) attributes.push_back({"data-label", table.columns[i].name});
        if (table.columns[i].numeric) attributes.push_back({"class", "numeric"});
      }
      cells += Writer::element(i == 0 ? "th" : "td", attributes, row[i]);
    }
    rows += el("tr", {{"role", "row"}}, cells);
  }
  // The roles are said, because on narrow screens the style sheet takes the table's display away and with it its
  // meaning.
  // What does not fit can be scrolled with the keyboard too.
  return el("div", {{"class", "table-wrap"}, {"role", "region"}, {"aria-label", table.caption}, {"tabindex", "0"}},
            el("table", {{"class", "ds-table stack"}, {"role", "table"}},
               el("caption", {{"class", table.hide_caption ? "ds-sr-only" : ""}}, html::text(table.caption)),
               el("thead", {{"role", "rowgroup"}}, el("tr", {{"role", "row"}}, head)),
               el("tbody", {{"role", "rowgroup"}}, rows)));
}

Html description_list(const std::vector<Term>& terms) {
  Html items;
  for (const Term& term : terms)
    items += el("div", {{"class", "term"}}, el("dt", breakable(term.name)), el("dd", term.value),
                term.action.empty() ? Html{} : el("dd", {{"class", "term-action"}}, term.action));
  return el("dl", {{"class", "terms"}}, items);
}

Html timeline(const std::vector<TimelineEvent>& events, std::string_view label) {
  Html items;
  for (const TimelineEvent& event : events) {
    Attributes time{{"class", "event-when"}};
    if (!event.when_iso.empty()) time.push_back({"datetime", event.when_iso});
    items += el("li", {{"class", "event"}, {"data-color", to_text(event.color)}},
                el("p", {{"class", "event-title"}}, html::text(event.title)), el("time", time, html::text(event.when)),
                event.body.empty() ? Html{} : el("div", {{"class", "event-body"}}, event.body));
  }
  return el("ol", {{"class", "timeline"}, {"role", "list"}, {"aria-label", label}}, items);
}

Html details(const RichText& summary, const Html& content, bool open) {
  return el("details", {{"class", "ds-details"}, {"open", open}}, el("summary", whole(summary)), el("div", content));
}

Html confirm(const Confirm& confirm) {
  Html cancel;
  if (!confirm.cancel_label.empty())
    cancel = el("button",
                {{"class", "ds-button"},
                 {"type", "button"},
                 {"data-variant", "tertiary"},
                 {"data-close", "1"},
                 {"hidden", true}},
                html::text(confirm.cancel_label));
  const Html buttons = button_row(button(confirm.confirm) + cancel);
  Html open = html::text(confirm.open_label);
  if (!confirm.about.empty()) open += screen_reader_only(": " + confirm.about);
  return el("details", {{"class", "confirm"}, {"id", confirm.id}, {"data-confirm", "1"}},
            el("summary",
               {{"class", "ds-button"},
                {"data-variant", confirm.plain ? "tertiary" : "secondary"},
                {"data-color", to_text(confirm.confirm.color)}},
               open),
            el("div", {{"class", "confirm-box"}, {"role", "group"}, {"aria-labelledby", confirm.id + "-title"}},
               el("p", {{"class", "ds-heading"}, {"data-size", "xs"}, {"id", confirm.id + "-title"}},
                  html::text(confirm.title)),
               confirm.body, confirm.form ? post_form(*confirm.form, buttons) : buttons));
}

}  // namespace alting::web::ui
