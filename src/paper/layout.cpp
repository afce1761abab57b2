#include "paper/layout.h"

#include <algorithm>

#include "paper/rows.h"

namespace alting::paper {
namespace {

class Paginator {
 public:
  explicit Paginator(const std::vector<Row>& rows) : rows_(rows) {}

  void place_all() {
    for (std::size_t i = 0; i < rows_.size(); ++i) place(i);
  }
  std::vector<Slice> slices;
  int page = 0;

 private:
  void place(std::size_t index) {
    const Row& row = rows_[index];
    if (y_ > margin_top) y_ += row.gap;
    if (y_ > margin_top && y_ + least_together(index) > text_bottom) turn_page(index);
    std::size_t from = 0;
    while (from < row.line_heights.size()) {
      std::size_t to = from;
      double used = 0;
      while (to < row.line_heights.size() && (to == from || y_ + used + row.line_heights[to] <= text_bottom))
        used += row.line_heights[to++];
      slices.push_back({index, from, to, page, y_});
      y_ += used;
      from = to;
      if (from < row.line_heights.size()) turn_page(index);
    }
  }

  void turn_page(std::size_t index) {
    ++page;
    y_ = margin_top;
    const int group = rows_[index].group;
    if (group == 0 || rows_[index].repeat) return;
    const auto heading =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.group == group && row.repeat; });
    if (heading == rows_.end()) return;
    slices.push_back({static_cast<std::size_t>(heading - rows_.begin()), 0, heading->line_heights.size(), page, y_});
    y_ += heading->height(0, heading->line_heights.size()) + rows_[index].gap;
  }

  // What must not be torn off: all of a short row or two lines of a long one; of a heading, that of the next row too.
  double least_together(std::size_t index) const {
    const Row& row = rows_[index];
    const std::size_t lines = row.line_heights.size();
    if (row.keep_with_next && index + 1 < rows_.size() && index + 1 - kept_from(index) < 4)
      return row.height(0, lines) + rows_[index + 1].gap + least_together(index + 1);
    return row.height(0, lines <= 3 ? lines : 2);
  }
  std::size_t kept_from(std::size_t index) const {
    while (index > 0 && rows_[index - 1].keep_with_next) --index;
    return index;
  }

  const std::vector<Row>& rows_;
  double y_ = margin_top;
};

}  // namespace

double Row::height(std::size_t from, std::size_t to) const {
  double out = 0;
  for (std::size_t i = from; i < to; ++i) out += line_heights[i];
  return out;
}

Layout lay_out(const Document& document) {
  Layout out;
  out.context = make_context(document.language);
  out.rows = make_rows(out.context.get(), document.blocks);
  Paginator paginator(out.rows);
  paginator.place_all();
  out.slices = std::move(paginator.slices);
  out.pages = paginator.page + 1;
  return out;
}

}  // namespace alting::paper
