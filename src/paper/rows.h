// From blocks to rows: fonts, columns and the space between.
#pragma once
#include "paper/layout.h"

namespace alting::paper {

[[nodiscard]] ContextPtr make_context(base::Language language);
[[nodiscard]] std::vector<Row> make_rows(PangoContext* context, const std::vector<Block>& blocks);

}  // namespace alting::paper
