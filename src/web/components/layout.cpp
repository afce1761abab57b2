#include "web/components/layout.h"

#include <stdexcept>

#include "base/text.h"
#include "web/components/actions.h"
#include "web/components/content.h"
#include "web/components/feedback.h"
#include "web/components/fields.h"

namespace alting::web::ui {

using html::Attributes;
using html::el;
using html::Writer;

namespace {

// A ring of nine stones round one: people met at a thing. Drawn with the current colour.
Html mark() {
  std::string svg =
      "<svg class=\"mark\" viewBox=\"0 0 32 32\" width=\"32\" height=\"32\" aria-hidden=\"true\" focusable=\"false\">";
  static constexpr std::array<std::pair<double, double>, 9> stones{
      {{16, 4}, {23.7, 6.8}, {27.8, 13.9}, {26.4, 22}, {20.1, 27.3}, {11.9, 27.3}, {5.6, 22}, {4.2, 13.9}, {8.3, 6.8}}};
  for (const auto& [x, y] : stones) svg += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"2.6\"/>", x, y);
  svg += "<circle cx=\"16\" cy=\"16\" r=\"4.6\"/></svg>";
  return html::svg_from_program(std::move(svg));
}

Html nav_item(const NavLink& link, std::string_view class_name) {
  Attributes attributes{{"class", class_name}, html::href(link.href)};
  if (link.current) attributes.push_back({"aria-current", "page"});
  return el("li", el("a", attributes, html::text(link.label),
                     link.count > 0 ? html::text(" ") + badge(link.count, link.count_words) : Html{}));
}

// What a page puts into its frame, in the order of the document.
struct Slots {
  Html title, head_more, skip, end_of_bar, below_bar, before, width, content;
  [[nodiscard]] std::array<const Html*, 8> all() const {
    return {&title, &head_more, &skip, &end_of_bar, &below_bar, &before, &width, &content};
  }
};

Html head(const Slots& slots, const Assets& assets) {
  Html out = el("meta", {{"charset", "utf-8"}}) +
             el("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
             el("title", slots.title) + slots.head_more;
  out += el("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  out += el("link", {{"rel", "stylesheet"}, html::href(assets.url("alting.css"))});
  out += el("link", {{"rel", "icon"}, {"type", "image/svg+xml"}, html::href(assets.url("icon.svg"))});
  out += el("script", {html::src(assets.url("alting.js")), {"defer", true}});
  return el("head", out);
}

Html representing_box(const Representing& who) {
  return el("div", {{"class", who.oneself ? "acting acting-self" : "acting"}},
            el("p", {{"class", "acting-who"}}, el("span", {{"class", "acting-label"}}, html::text(who.label)),
               html::text(" "), el("strong", html::text(who.name)),
               who.detail.empty() ? Html{}
                                  : html::text(" ") + el("span", {{"class", "acting-detail"}}, html::text(who.detail))),
            who.change_href.empty() ? Html{}
                                    : el("a", {{"class", "ds-link acting-change"}, html::href(who.change_href)},
                                         html::text(who.change_label)));
}

// `more`: entries that stand here where there is no room for their own places.
Html person_menu(const PersonMenu& person, const Html& more) {
  Html items = more;
  for (const NavLink& link : person.links) items += nav_item(link, "menu-link");
  if (!person.log_out.action.empty()) {
    Button out;
    out.label = person.log_out_label;
    out.variant = Variant::secondary;
    items += el("li", post_button(person.log_out, out));
  }
  return el("details", {{"class", "menu"}, {"data-menu", "1"}},
            el("summary", {{"class", "ds-button"}, {"data-variant", "tertiary"}},
               el("span", {{"class", "ds-sr-only"}}, html::text(person.label)),
               el("span", {{"aria-hidden", "true"}, {"class", "menu-name"}}, html::text(person.name))),
            el("ul", {{"class", "menu-list"}, {"role", "list"}}, items));
}

Html header(const FrameWords& words, const Slots& slots) {
  Html brand = el(
      "a", {{"class", "brand"}, html::href(words.home_href)}, mark(),
      el("span", {{"class", "brand-name"}}, html::text(words.site_name)),
      words.home_label.empty() ? Html{} : el("span", {{"class", "ds-sr-only"}}, html::text(" – " + words.home_label)));
  Html search;
  if (!words.search_action.empty()) {
    SearchField field;
    field.label = words.search_label;
    field.button = words.search_button;
    field.action = words.search_action;
    field.id = "site-search";
    field.show_label = true;
    search = search_field(field);
  }
  Html bar = el("div", {{"class", "bar wrap"}}, brand, search, el("div", {{"class", "bar-end"}}, slots.end_of_bar));
  Html test = words.test_banner.empty() ? Html{} : el("p", {{"class", "test-banner"}}, html::text(words.test_banner));
  return el("header", {{"class", "site-header"}}, test, bar, slots.below_bar);
}

Html footer(const FrameWords& words) {
  Html links;
  for (const NavLink& link : words.footer) links += nav_item(link, "ds-link");
  Html inside;
  if (!links.empty())
    inside +=
        el("nav", {{"aria-label", words.footer_label}}, el("ul", {{"class", "footer-links"}, {"role", "list"}}, links));
  if (!words.footer_words.empty()) inside += el("p", {{"class", "footer-words"}}, html::text(words.footer_words));
  return el("footer", {{"class", "site-footer"}}, el("div", {{"class", "wrap"}}, inside));
}

Html document(const FrameWords& words, const Assets& assets, const Slots& slots) {
  Html main = el("main", {{"id", "innhold"}, {"tabindex", "-1"}, {"class", slots.width.markup()}}, slots.content);
  // news and breadcrumb stand before main, in landmarks of their own (nav) or inside the header.
  Html body = el("body", slots.skip, header(words, slots), slots.before, main, footer(words));
  return Writer::from_markup("<!doctype html>\n") +
         el("html", {{"lang", base::to_text(words.language)}, {"data-color-scheme", "auto"}}, head(slots, assets),
            body);
}

Html title_of(const FrameWords& words, const PageParts& parts) {
  std::string title =
      parts.title.empty() || parts.title == words.site_name ? words.site_name : parts.title + " – " + words.site_name;
  if (parts.with_error && !words.error_word.empty()) title = words.error_word + ": " + title;
  return html::text(title);
}

Html head_more_of(const PageParts& parts) {
  Html out;
  if (!parts.description.empty()) out += el("meta", {{"name", "description"}, {"content", parts.description}});
  if (!parts.refresh_to.empty() && parts.refresh_to.starts_with('/'))
    out += el("meta", {{"http-equiv", "refresh"}, {"content", "0;url=" + parts.refresh_to}});
  return out;
}

Html skip_of(const FrameWords& words, const PageParts& parts) {
  const auto& label = parts.own_skip_label.empty() ? words.skip_label : parts.own_skip_label;
  if (label.empty()) return {};
  return el("a", {{"class", "ds-skip-link"}, html::href(parts.skip_to.empty() ? "#innhold" : parts.skip_to)},
            html::text(label));
}

Html menu_more(const PageParts& parts) {
  if (!parts.compact) return {};
  Html items;
  const auto add = [&items](const Html& link) { items += el("li", {{"class", "menu-more"}}, link); };
  for (const NavLink& link : parts.menu) {
    Attributes attributes{{"class", "menu-link"}, html::href(link.href)};
    if (link.current) attributes.push_back({"aria-current", "page"});
    add(el("a", attributes, html::text(link.label)));
  }
  for (const LanguageLink& language : parts.languages) {
    if (language.current) continue;
    const auto code = base::to_text(language.language);
    add(el("a", {{"class", "menu-link"}, {"lang", code}, {"hreflang", code}, html::href(language.href)},
           html::text(language.label)));
  }
  return items;
}

Html end_of_bar_of(const FrameWords& words, const PageParts& parts) {
  Html out = parts.languages.empty() ? Html{} : language_switch(parts.languages, words.language_label);
  if (parts.person)
    out += person_menu(*parts.person, menu_more(parts));
  else if (!parts.login_href.empty())
    out += button_link(words.login_label, parts.login_href);
  return out;
}

Html below_bar_of(const FrameWords& words, const PageParts& parts) {
  Html below;
  if (!parts.menu.empty()) {
    Html items;
    for (const NavLink& link : parts.menu) items += nav_item(link, "main-link");
    below += el("nav", {{"class", "main-menu"}, {"aria-label", words.menu_label}}, el("ul", {{"role", "list"}}, items));
  }
  if (parts.representing) below += representing_box(*parts.representing);
  return below.empty() ? below : el("div", {{"class", "subbar"}}, el("div", {{"class", "wrap subbar-inner"}}, below));
}

Html before_of(const FrameWords& words, const PageParts& parts) {
  Html before;
  if (!parts.news.empty()) before += el("div", {{"class", "wrap news"}}, parts.news);
  if (!parts.crumbs.empty()) before += el("div", {{"class", "wrap"}}, breadcrumbs(parts.crumbs, words.crumbs_label));
  return before;
}

// Stands in a frame where a page will put something; no word of ours has it.
constexpr char slot_mark = '\x1a';

}  // namespace

Frame::Frame(FrameWords words, const Assets& assets) : words_(std::move(words)) {
  const Html slot = Writer::from_markup(std::string(1, slot_mark));
  const Html whole = document(words_, assets, {slot, slot, slot, slot, slot, slot, slot, slot});
  for (std::string_view piece : base::split(whole.markup(), slot_mark)) fixed_.emplace_back(piece);
  if (fixed_.size() != Slots{}.all().size() + 1) throw std::logic_error("a word of the frame has U+001A in it");
}

Html Frame::page(const PageParts& parts, const Html& content) const {
  Slots slots;
  slots.title = title_of(words_, parts);
  slots.head_more = head_more_of(parts);
  slots.skip = skip_of(words_, parts);
  slots.end_of_bar = end_of_bar_of(words_, parts);
  slots.below_bar = below_bar_of(words_, parts);
  slots.before = before_of(words_, parts);
  std::string width = parts.wide            ? "wrap content content-wide"
                      : parts.aside.empty() ? "wrap content"
                                            : "wrap content content-aside";
  if (parts.compact) width += " content-form";
  slots.width = html::text(width);
  // What one came for stands first, so that the keyboard comes to it first.
  slots.content = el("div", {{"class", "column"}}, content);
  if (!parts.aside.empty()) slots.content += el("div", {{"class", "aside"}}, parts.aside);
  if (parts.session_warning) slots.content += session_warning(*parts.session_warning);
  const auto own = slots.all();
  std::size_t size = 0;
  for (const std::string& piece : fixed_) size += piece.size();
  for (const Html* piece : own) size += piece->markup().size();
  std::string whole;
  whole.reserve(size);
  whole += fixed_[0];
  for (std::size_t i = 0; i < own.size(); ++i) {
    whole += own[i]->markup();
    whole += fixed_[i + 1];
  }
  return Writer::from_markup(std::move(whole));
}

Html page(const Layout& layout, const Assets& assets, const Html& content) {
  return Frame(static_cast<const FrameWords&>(layout), assets).page(layout, content);
}

Html session_warning(const SessionWarning& warning) {
  const Html before =
      el("div", {{"data-part", "before"}},
         heading(2, warning.title) + el("p", {{"data-part", "idle"}}, html::text(warning.idle_text)) +
             el("p", {{"data-part", "last"}, {"hidden", ""}}, html::text(warning.last_text)) +
             button_row(el(
                 "button",
                 {{"class", "ds-button"}, {"type", "button"}, {"data-stay", warning.stay_address}, {"autofocus", ""}},
                 html::text(warning.stay_label))));
  const Html over = el(
      "div", {{"data-part", "over"}, {"hidden", ""}},
      heading(2, warning.over_title) + el("p", html::text(warning.over_text)) +
          button_row(link_in_new_tab(warning.login_label, warning.login_href) +
                     el("button",
                        {{"class", "ds-button"}, {"type", "button"}, {"data-variant", "secondary"}, {"data-leave", ""}},
                        html::text(warning.close_label))));
  return el("dialog",
            {{"id", "session-warning"},
             {"class", "session-warning"},
             {"aria-label", warning.title},
             {"data-idle", std::to_string(warning.idle_seconds)},
             {"data-left", std::to_string(warning.left_seconds)}},
            before + over);
}

Html breadcrumbs(const std::vector<NavLink>& crumbs, std::string_view label) {
  Html items;
  for (std::size_t i = 0; i < crumbs.size(); ++i) {
    bool last = i + 1 == crumbs.size();
    if (last || crumbs[i].href.empty())
      items += el("li", el("span", {{"aria-current", last ? std::optional<std::string>("page") : std::nullopt}},
                           html::text(crumbs[i].label)));
    else
      items += el("li", el("a", {{"class", "ds-link"}, html::href(crumbs[i].href)}, html::text(crumbs[i].label)));
  }
  return el("nav", {{"class", "ds-breadcrumbs"}, {"aria-label", label}}, el("ol", items));
}

Html language_switch(const std::vector<LanguageLink>& languages, std::string_view label) {
  Html items;
  for (const LanguageLink& language : languages) {
    Attributes attributes{{"class", "language"},
                          {"lang", base::to_text(language.language)},
                          {"hreflang", base::to_text(language.language)},
                          html::href(language.href)};
    if (language.current) attributes.push_back({"aria-current", "true"});
    items += el("li", el("a", attributes, html::text(language.label)));
  }
  return el("nav", {{"class", "languages"}, {"aria-label", label}}, el("ul", {{"role", "list"}}, items));
}

Html tabs(const std::vector<NavLink>& links, std::string_view label) {
  Html items;
  for (const NavLink& link : links) items += nav_item(link, "tab");
  return el("nav", {{"class", "tab-nav"}, {"aria-label", label}}, el("ul", {{"role", "list"}}, items));
}

namespace {

// Which page numbers are shown: first, last, the current one and its neighbours; 0 stands for a gap.
std::vector<int> shown_pages(int page, int pages) {
  std::vector<int> shown;
  for (int number = 1; number <= pages; ++number) {
    bool near = number == 1 || number == pages || (number >= page - 1 && number <= page + 1) || pages <= 7;
    if (near)
      shown.push_back(number);
    else if (!shown.empty() && shown.back() != 0)
      shown.push_back(0);
  }
  return shown;
}

}  // namespace

Html pagination(const Pagination& pagination) {
  if (pagination.pages <= 1) return {};
  auto link = [&](int number, const Html& words, std::string_view rel, bool current) {
    Attributes attributes{{"class", "ds-button"},
                          {"data-variant", "tertiary"},
                          html::href(base::replace_all(pagination.href, "{page}", std::to_string(number)))};
    if (!rel.empty()) attributes.push_back({"rel", rel});
    if (current) attributes.push_back({"aria-current", "page"});
    return el("a", attributes, words);
  };
  Html items;
  if (pagination.page > 1) items += el("li", link(pagination.page - 1, html::text(pagination.previous), "prev", false));
  for (int number : shown_pages(pagination.page, pagination.pages)) {
    if (number == 0)
      items += el("li", {{"class", "page-gap"}, {"aria-hidden", "true"}}, html::text("…"));
    else
      items += el("li", link(number,
                             el("span", {{"class", "ds-sr-only"}}, html::text(pagination.page_word + " ")) +
                                 html::text(std::to_string(number)),
                             {}, number == pagination.page));
  }
  if (pagination.page < pagination.pages)
    items += el("li", link(pagination.page + 1, html::text(pagination.next), "next", false));
  return el("nav", {{"class", "pages"}, {"aria-label", pagination.label}}, el("ul", {{"role", "list"}}, items));
}

}  // namespace alting::web::ui
