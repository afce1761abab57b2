#include "paper/rows.h"

#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.h"

namespace alting::paper {
namespace {

constexpr const char* body_font = "DejaVu Sans 9.5";
constexpr const char* bold_font = "DejaVu Sans Bold 9.5";
constexpr const char* mono_font = "DejaVu Sans Mono 8.5";
constexpr const char* small_font = "DejaVu Sans 8";
constexpr const char* heading_fonts[] = {"DejaVu Sans Bold 18", "DejaVu Sans Bold 13", "DejaVu Sans Bold 10.5"};
constexpr double heading_gaps[] = {4, 18, 12};
constexpr double paragraph_gap = 7, table_row_gap = 5, list_item_gap = 3;
constexpr double column_gap = 14, label_width = 160, bullet_width = 16;
constexpr double line_spacing = 1.25;
constexpr std::size_t max_columns = 12;

struct FontFreer {
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};

// What pango cannot show is replaced or left out: other octets than UTF-8, control characters.
std::string shown(const std::string& text) {
  std::string out = base::replace_invalid(text);
  std::erase_if(out,
                [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f; });
  return out;
}

LayoutPtr make_layout(PangoContext* context, const char* font, const std::string& text, double width) {
  LayoutPtr layout(pango_layout_new(context));
  const std::unique_ptr<PangoFontDescription, FontFreer> description(pango_font_description_from_string(font));
  pango_layout_set_font_description(layout.get(), description.get());
  const std::string visible = shown(text);
  pango_layout_set_text(layout.get(), visible.data(), static_cast<int>(visible.size()));
  if (width > 0) pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  return layout;
}

double natural_width(PangoLayout* layout) {
  int width = 0;
  pango_layout_get_size(layout, &width, nullptr);
  return static_cast<double>(width) / PANGO_SCALE;
}

// The lines of the cells stand side by side; each is as high as its highest.
void measure(Row& row) {
  for (const Cell& cell : row.cells) {
    const auto count = static_cast<std::size_t>(pango_layout_get_line_count(cell.layout.get()));
    row.line_heights.resize(std::max(row.line_heights.size(), count), 0);
    for (std::size_t i = 0; i < count; ++i) {
      PangoRectangle logical;
      pango_layout_line_get_extents(pango_layout_get_line_readonly(cell.layout.get(), static_cast<int>(i)), nullptr,
                                    &logical);
      row.line_heights[i] =
          std::max(row.line_heights[i], static_cast<double>(logical.height) / PANGO_SCALE * line_spacing);
    }
  }
}

class RowMaker {
 public:
  explicit RowMaker(PangoContext* context) : context_(context) {}
  std::vector<Row> take() && { return std::move(rows_); }

  void operator()(const Heading& heading) {
    const auto level = static_cast<std::size_t>(std::clamp(heading.level, 1, 3));
    Row row;
    row.gap = heading_gaps[level - 1];
    row.cells.push_back({0, make_layout(context_, heading_fonts[level - 1], heading.text, text_width),
                         fmt::format("H{}", level), Scope::none});
    row.keep_with_next = true;
    row.heading_level = static_cast<int>(level);
    row.heading = shown(heading.text);
    add(std::move(row));
  }

  void operator()(const Paragraph& paragraph) { add_text(body_font, paragraph.text); }
  void operator()(const Monospaced& block) { add_text(mono_font, block.text); }

  void operator()(const KeyValues& table) {
    ++group_;
    for (const auto& [key, value] : table.rows) {
      Row row = group_row("Table", "TR", table_row_gap);
      row.cells.push_back({0, make_layout(context_, bold_font, key, label_width), "TH", Scope::row});
      const double x = label_width + column_gap;
      row.cells.push_back({x, make_layout(context_, body_font, value, text_width - x), "TD", Scope::none});
      row.rule_below = true;
      add(std::move(row));
    }
  }

  void operator()(const Table& table) {
    const std::size_t columns = std::min(table.headers.size(), max_columns);
    if (columns == 0) return;
    const std::vector<double> widths = column_widths(table, columns);
    ++group_;
    add_cells(table.headers, widths, true);
    for (const auto& cells : table.rows) add_cells(cells, widths, false);
  }

  void operator()(const List& list) {
    ++group_;
    int number = 0;
    for (const std::string& item : list.items) {
      Row row = group_row("L", "LI", list_item_gap);
      const std::string label = list.numbered ? fmt::format("{}.", ++number) : "•";
      row.cells.push_back({4, make_layout(context_, body_font, label, 0), "Lbl", Scope::none});
      const double x = bullet_width + (list.items.size() > 9 && list.numbered ? 8 : 0);
      row.cells.push_back({x, make_layout(context_, body_font, item, text_width - x), "LBody", Scope::none});
      add(std::move(row));
    }
  }

  void operator()(const QrImage& image) {
    auto code = make_qr(image.content);
    if (!code) return add_text(mono_font, image.content);  // too long for a QR code: then in letters
    Row row;
    row.gap = paragraph_gap;
    row.tag = "Figure";
    row.qr = std::move(*code);
    row.alternative = image.alternative;
    row.line_heights = {qr_size};
    rows_.push_back(std::move(row));
  }

 private:
  void add(Row row) {
    measure(row);
    rows_.push_back(std::move(row));
  }

  void add_text(const char* font, const std::string& text) {
    Row row;
    row.gap = paragraph_gap;
    row.cells.push_back({0, make_layout(context_, font, text, text_width), "P", Scope::none});
    add(std::move(row));
  }

  Row group_row(const char* group_tag, const char* tag, double gap) const {
    Row row;
    row.gap = rows_.empty() || rows_.back().group != group_ ? paragraph_gap : gap;
    row.tag = tag;
    row.group_tag = group_tag;
    row.group = group_;
    return row;
  }

  // Each column gets what its widest text needs. When that is too much, the narrow ones keep it and the wide ones share
  // what is left alike, so that a long file name does not squeeze a size into one letter a line.
  std::vector<double> column_widths(const Table& table, std::size_t columns) const {
    std::vector<double> widths(columns, text_width / max_columns);
    const auto widen = [&](const std::vector<std::string>& cells, const char* font) {
      for (std::size_t i = 0; i < std::min(columns, cells.size()); ++i)
        widths[i] =
            std::max(widths[i], natural_width(make_layout(context_, font, cells[i].substr(0, 200), 0).get()) + 1);
    };
    widen(table.headers, bold_font);
    for (std::size_t i = 0; i < std::min<std::size_t>(table.rows.size(), 50); ++i) widen(table.rows[i], body_font);
    const double room = text_width - column_gap * static_cast<double>(columns - 1);
    std::vector<double*> narrowest_first;
    for (double& width : widths) narrowest_first.push_back(&width);
    std::ranges::sort(narrowest_first, {}, [](const double* width) { return *width; });
    double left = room;
    for (std::size_t i = 0; i < columns; ++i) {
      *narrowest_first[i] = std::min(*narrowest_first[i], left / static_cast<double>(columns - i));
      left -= *narrowest_first[i];
    }
    return widths;
  }

  void add_cells(const std::vector<std::string>& cells, const std::vector<double>& widths, bool heading) {
    Row row = group_row("Table", "TR", table_row_gap);
    double x = 0;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string text = i < cells.size() ? cells[i] : "";
      row.cells.push_back({x, make_layout(context_, heading ? bold_font : body_font, text, widths[i]),
                           heading ? "TH" : "TD", heading ? Scope::column : Scope::none});
      x += widths[i] + column_gap;
    }
    row.rule_below = true;
    row.keep_with_next = heading;
    row.repeat = heading;
    add(std::move(row));
  }

  PangoContext* context_;
  std::vector<Row> rows_;
  int group_ = 0;
};

}  // namespace

ContextPtr make_context(base::Language language) {
  PangoFontMap* fonts = pango_cairo_font_map_get_default();  // pango keeps one per thread
  ContextPtr context(pango_font_map_create_context(fonts));
  if (!context) throw std::runtime_error("pango: no context");
  pango_cairo_context_set_resolution(context.get(), 72);
  pango_context_set_round_glyph_positions(context.get(), FALSE);
  pango_context_set_language(context.get(), pango_language_from_string(std::string(base::to_text(language)).c_str()));
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context.get(), options);
  cairo_font_options_destroy(options);
  return context;
}

std::vector<Row> make_rows(PangoContext* context, const std::vector<Block>& blocks) {
  RowMaker maker(context);
  for (const Block& block : blocks) std::visit(maker, block);
  return std::move(maker).take();
}

LayoutPtr small_text(PangoContext* context, const std::string& text) {
  return make_layout(context, small_font, text, 0);
}

}  // namespace alting::paper
