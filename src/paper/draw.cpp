#include "paper/draw.h"

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <stdexcept>

namespace alting::paper {
namespace {

constexpr double rule_offset = 2, footer_baseline = page_height - 44, grey = 0.35, rule_grey = 0.75;

struct SurfaceFreer {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct CairoFreer {
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};

cairo_status_t append_output(void* out, const unsigned char* data, unsigned int size) {
  static_cast<base::Bytes*>(out)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

std::string page_text(base::Language language, int page, int pages) {
  return language == base::Language::en ? fmt::format("Page {} of {}", page, pages)
                                        : fmt::format("Side {} av {}", page, pages);
}

class Pen {
 public:
  Pen(const Document& document, const Layout& layout) : document_(document), layout_(layout) {
    surface_.reset(cairo_pdf_surface_create_for_stream(append_output, &out_.pdf, page_width, page_height));
    cairo_pdf_surface_restrict_to_version(surface_.get(), CAIRO_PDF_VERSION_1_5);
    const std::string date = base::to_rfc3339({document.at.micros / 1'000'000 * 1'000'000});
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, date.c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_MOD_DATE, date.c_str());
    cairo_.reset(cairo_create(surface_.get()));
  }

  Drawing draw() && {
    outline_parents_.assign(4, CAIRO_PDF_OUTLINE_ROOT);
    for (const Slice& slice : layout_.slices) {
      while (page_ < slice.page) end_page();
      draw_slice(slice);
    }
    while (page_ < layout_.pages) end_page();
    cairo_.reset();
    cairo_surface_finish(surface_.get());
    if (const auto status = cairo_surface_status(surface_.get()); status != CAIRO_STATUS_SUCCESS)
      throw std::runtime_error(fmt::format("cairo: {}", cairo_status_to_string(status)));
    return std::move(out_);
  }

 private:
  void begin(const std::string& tag) { cairo_tag_begin(cairo_.get(), tag.c_str(), nullptr); }
  void end(const std::string& tag) { cairo_tag_end(cairo_.get(), tag.c_str()); }

  // cairo closes nothing by itself where a page ends, so a group goes on in a new element.
  void enter_group(const Row& row) {
    if (group_ == row.group) return;
    leave_group();
    if (row.group == 0) return;
    begin(row.group_tag);
    group_ = row.group;
    group_tag_ = row.group_tag;
  }
  void leave_group() {
    if (group_ != 0) end(group_tag_);
    group_ = 0;
  }

  void draw_slice(const Slice& slice) {
    const Row& row = layout_.rows[slice.row];
    enter_group(row);
    if (!row.tag.empty()) begin(row.tag);
    if (row.qr) {
      draw_qr(*row.qr, slice.y);
      out_.notes.alternatives.push_back(row.alternative);
    }
    for (const Cell& cell : row.cells) draw_cell(row, cell, slice);
    if (!row.tag.empty()) end(row.tag);
    if (row.rule_below && slice.to == row.line_heights.size())
      draw_rule(slice.y + row.height(slice.from, slice.to) + rule_offset);
    if (row.heading_level > 0 && slice.from == 0) add_outline(row, slice);
  }

  void draw_cell(const Row& row, const Cell& cell, const Slice& slice) {
    const auto lines = static_cast<std::size_t>(pango_layout_get_line_count(cell.layout.get()));
    if (slice.from >= lines && slice.from > 0) return;  // this cell ended on the page before
    begin(cell.tag);
    if (cell.scope != Scope::none) out_.notes.scopes.push_back(cell.scope);
    double y = slice.y;
    for (std::size_t i = slice.from; i < std::min(slice.to, lines); ++i) {
      draw_line(cell.layout.get(), static_cast<int>(i), margin_left + cell.x, y + row.line_heights[i] * 0.82);
      y += row.line_heights[i];
    }
    end(cell.tag);
  }

  void draw_line(PangoLayout* layout, int line, double x, double baseline) {
    cairo_move_to(cairo_.get(), x, baseline);
    pango_cairo_show_layout_line(cairo_.get(), pango_layout_get_line_readonly(layout, line));
  }

  void draw_rule(double y) {
    cairo_set_source_rgb(cairo_.get(), rule_grey, rule_grey, rule_grey);
    cairo_set_line_width(cairo_.get(), 0.5);
    cairo_move_to(cairo_.get(), margin_left, y);
    cairo_line_to(cairo_.get(), page_width - margin_right, y);
    cairo_stroke(cairo_.get());
    cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
  }

  void draw_qr(const QrCode& code, double y) {
    const double module = qr_size / (code.size + 2 * qr_quiet_zone);
    for (int row = 0; row < code.size; ++row)
      for (const QrRun& run : dark_runs(code, row))
        cairo_rectangle(cairo_.get(), margin_left + (run.from + qr_quiet_zone) * module,
                        y + (row + qr_quiet_zone) * module, run.length * module, module);
    cairo_fill(cairo_.get());
  }

  void add_outline(const Row& row, const Slice& slice) {
    const auto level = static_cast<std::size_t>(row.heading_level);
    const std::string place = fmt::format("page={} pos=[{:.1f} {:.1f}]", slice.page + 1, margin_left, slice.y);
    const int id = cairo_pdf_surface_add_outline(surface_.get(), outline_parents_[level - 1], row.heading.c_str(),
                                                 place.c_str(), CAIRO_PDF_OUTLINE_FLAG_OPEN);
    for (std::size_t below = level; below < outline_parents_.size(); ++below) outline_parents_[below] = id;
  }

  void end_page() {
    leave_group();
    ++page_;
    cairo_set_source_rgb(cairo_.get(), grey, grey, grey);
    const LayoutPtr left = small_text(layout_.context.get(), document_.footer);
    draw_line(left.get(), 0, margin_left, footer_baseline);
    const LayoutPtr right = small_text(layout_.context.get(), page_text(document_.language, page_, layout_.pages));
    int width = 0;
    pango_layout_get_size(right.get(), &width, nullptr);
    draw_line(right.get(), 0, page_width - margin_right - static_cast<double>(width) / PANGO_SCALE, footer_baseline);
    cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
    cairo_show_page(cairo_.get());
  }

  const Document& document_;
  const Layout& layout_;
  Drawing out_;
  std::unique_ptr<cairo_surface_t, SurfaceFreer> surface_;
  std::unique_ptr<cairo_t, CairoFreer> cairo_;
  std::vector<int> outline_parents_;
  int page_ = 0, group_ = 0;
  std::string group_tag_;
};

}  // namespace

Drawing draw(const Document& document, const Layout& layout) { return Pen(document, layout).draw(); }

}  // namespace alting::paper
