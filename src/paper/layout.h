// From blocks to lines on pages. All measures are points (1/72 inch); y runs downwards.
//
// Every block becomes rows; a row has cells side by side, and is cut between its lines where a page ends. Headings stay
// with what follows. Only this room's .cpp files include this: it needs pango.
#pragma once
#include <pango/pango.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paper/document.h"
#include "paper/qr.h"

namespace alting::paper {

struct GObjectFreer {
  void operator()(gpointer object) const { g_object_unref(object); }
};
using ContextPtr = std::unique_ptr<PangoContext, GObjectFreer>;
using LayoutPtr = std::unique_ptr<PangoLayout, GObjectFreer>;

inline constexpr double page_width = 595.276, page_height = 841.89;  // A4
inline constexpr double margin_left = 62, margin_right = 62, margin_top = 56, margin_bottom = 74;
inline constexpr double text_width = page_width - margin_left - margin_right;
inline constexpr double text_bottom = page_height - margin_bottom;

enum class Scope : unsigned char { none, row, column };  // what a table's heading cell is the heading of

struct Cell {
  double x = 0;  // from the left margin
  LayoutPtr layout;
  std::string tag;  // of ISO 32000-1 section 14.8.4
  Scope scope = Scope::none;
};

struct Row {
  std::vector<Cell> cells;
  std::vector<double> line_heights;
  double gap = 0;         // above, unless at the top of a page
  std::string tag;        // around the cells; empty for none
  std::string group_tag;  // Table or L: neighbouring rows of one group share one element
  int group = 0;          // 0 for none
  bool keep_with_next = false;
  bool rule_below = false;
  bool repeat = false;  // a table's heading row: again at the top of each further page of its group
  int heading_level = 0;
  std::string heading;
  std::optional<QrCode> qr;  // instead of cells
  std::string alternative;
  [[nodiscard]] double height(std::size_t from, std::size_t to) const;
};

struct Slice {  // a part of a row on a page
  std::size_t row = 0, from = 0, to = 0;
  int page = 0;  // from 0
  double y = 0;
};

struct Layout {
  ContextPtr context;
  std::vector<Row> rows;
  std::vector<Slice> slices;
  int pages = 1;
};

[[nodiscard]] Layout lay_out(const Document& document);
[[nodiscard]] LayoutPtr small_text(PangoContext* context, const std::string& text);
inline constexpr double qr_size = 110;

}  // namespace alting::paper
