// What pages are made of: headings, text, cards, lists, tables, timelines.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/components/actions.h"

namespace alting::web::ui {

// level 1..6; the size follows the level.
[[nodiscard]] Html heading(int level, const RichText& words, std::string_view id = {});
[[nodiscard]] Html ingress(const RichText& words);  // the first, larger paragraph
[[nodiscard]] Html paragraph(const RichText& words);
[[nodiscard]] Html prose(const Html& content);  // Markdown and the like: measure, spacing, lists
[[nodiscard]] Html section(const RichText& title, const Html& content, int heading_level = 2);
[[nodiscard]] Html screen_reader_only(std::string_view words);

struct Card {
  RichText title;
  std::string href;  // the whole card leads there
  Html body;
  Html tags;
  Html footer;
  int heading_level = 2;
  bool tinted = false;
  std::string id;
};
[[nodiscard]] Html card(const Card& card);
[[nodiscard]] Html card_grid(const Html& cards);

[[nodiscard]] Html list(const std::vector<Html>& items, bool ordered = false);

// Rows that lead somewhere: inbox, services, parties.
struct ItemRow {
  std::string title;
  std::string href;
  Html start;    // before it: a box to choose it by
  Html details;  // second line: sender, date, reference
  Html tags;
  Html end;                     // at the right: date, a button
  bool under_the_last = false;  // belongs to the row above: a sub-unit below its parent
  bool unread = false;
  std::string unread_word;
};
[[nodiscard]] Html item_list(const std::vector<ItemRow>& rows, std::string_view label);

struct Column {
  std::string name;
  bool numeric = false;
  bool hide_name = false;
  std::string sort_href;  // a link that sorts by it
  enum class Sorted : std::uint8_t { no, ascending, descending } sorted = Sorted::no;
};
struct Table {
  std::string caption;
  bool hide_caption = false;
  std::vector<Column> columns;
  std::vector<std::vector<Html>> rows;  // the first cell of each row is its header
};
[[nodiscard]] Html table(const Table& table);  // at 390 px each row becomes a small card with the columns' names

struct Term {
  RichText name;
  Html value;
  Html action;  // "Endre"
};
[[nodiscard]] Html description_list(const std::vector<Term>& terms);

struct TimelineEvent {
  std::string when;      // in words
  std::string when_iso;  // RFC 3339, for <time>
  std::string title;
  Html body;
  Color color = Color::neutral;
};
[[nodiscard]] Html timeline(const std::vector<TimelineEvent>& events, std::string_view label);

[[nodiscard]] Html details(const RichText& summary, const Html& content, bool open = false);
// A question before something that cannot be undone. Without scripts it stands in the page and opens as <details> do.
struct Confirm {
  std::string id;
  std::string open_label;
  std::string about;   // of what, read aloud after the label
  bool plain = false;  // no frame around what opens it: in a table
  std::string title;
  Html body;
  std::optional<Form> form;  // without one it stands in a form, whose button it is
  Button confirm = {};
  std::string cancel_label;
};
[[nodiscard]] Html confirm(const Confirm& confirm);

}  // namespace alting::web::ui
